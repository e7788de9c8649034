/** `inspect.custom` of node:util, without loading node:util. */
const INSPECT = Symbol.for('nodejs.util.inspect.custom')

/** What a secret shows of itself. */
const SHOWN = '[secret]'

/** Shorter values would mask ordinary text; no real AccessKey secret or token is that short. */
const SHORTEST_SCRUBBED = 6

const known = new Set<string>()

/**
 * A value that must not be shown: an AccessKey secret, a security token, a signed URL.
 *
 * Formatting it in any way (template, JSON, inspect) gives a mask; only {@link Secret.reveal} gives the value.
 */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
    if (value.length >= SHORTEST_SCRUBBED) known.add(value)
  }

  /** The length of the value, in UTF-16 code units. */
  get length(): number {
    return this.#value.length
  }

  /** The value itself, for signing and sending. Do not store the result. */
  reveal(): string {
    return this.#value
  }

  toString(): string {
    return SHOWN
  }

  toJSON(): string {
    return SHOWN
  }

  [INSPECT](): string {
    return SHOWN
  }
}

/**
 * Masks every value that was ever made a {@link Secret} in this process: plain, JSON-escaped, percent-encoded or in
 * base64. It is the last line of defence for foreign text, such as a library's error or a plugin's message.
 *
 * @param text - text on its way to a person or a log
 */
export const scrub = (text: string): string => {
  let clean = text
  // The longest first: what is left of it would otherwise be seen where another one is a part of it.
  for (const value of [...known].toSorted((one, other) => other.length - one.length)) {
    for (const form of writtenForms(value)) clean = clean.replaceAll(form, SHOWN)
  }
  return clean
}

const writtenForms = (value: string): readonly string[] => [
  value,
  JSON.stringify(value).slice(1, -1),
  encodeURIComponent(value.toWellFormed()),
  Buffer.from(value).toString('base64'),
]
