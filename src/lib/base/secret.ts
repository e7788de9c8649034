/** `inspect.custom` of node:util, which need not be loaded for it. */
const INSPECT = Symbol.for('nodejs.util.inspect.custom')

const MASK = '[secret]'

/** Shorter values would turn ordinary text into masks; no real AccessKey secret or token is that short. */
const SHORTEST_SCRUBBED = 6

const known = new Set<string>()

/**
 * A value that must not be seen: an AccessKey secret, a security token, a signed URL.
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

  /** The value itself, for signing and for the wire. Do not keep the result longer than the call that needs it. */
  reveal(): string {
    return this.#value
  }

  toString(): string {
    return MASK
  }

  toJSON(): string {
    return MASK
  }

  [INSPECT](): string {
    return MASK
  }
}

/**
 * The last line of defence for text written by others (a library's error, a plugin's message): masks every value
 * that was ever made a {@link Secret} in this process, as it is, JSON-escaped, percent-encoded or in base64.
 *
 * @param text - text on its way to a person or a log
 */
export const scrub = (text: string): string => {
  let clean = text
  for (const value of known) {
    for (const form of writtenForms(value)) clean = clean.replaceAll(form, MASK)
  }
  return clean
}

const writtenForms = (value: string): readonly string[] => [
  value,
  JSON.stringify(value).slice(1, -1),
  encodeURIComponent(value),
  Buffer.from(value).toString('base64'),
]
