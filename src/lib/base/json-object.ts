export type JsonObject = Readonly<Record<string, unknown>>

/** How deep a JSON or YAML text may nest: nothing that is read here needs more, and what walks over a value recurses. */
export const MAX_DEPTH = 200

/**
 * Parses JSON. Every JSON text is parsed here, so that none can nest deeper than {@link MAX_DEPTH}.
 *
 * @throws SyntaxError the parser's, which may quote a secret: only its position may be used
 */
export const parseJson = (text: string): unknown => {
  if (nestsTooDeep(text)) throw new SyntaxError('nested too deeply')
  return JSON.parse(text)
}

/**
 * Parses JSON, with each number as the text of its digits: JavaScript's own numbers keep 16 of them, and no `1.0`.
 *
 * @throws SyntaxError what {@link parseJson} throws
 */
export const parseJsonDigits = (text: string): unknown => {
  parseJson(text)
  // It is valid: what is neither a text nor a sign is a number or a word.
  return JSON.parse(
    text.replaceAll(/"(?:[^"\\]+|\\.)*"|[^\s{}[\],:"]+/g, (token) => (isNumber(token) ? `"${token}"` : token)),
  )
}

const isNumber = (token: string): boolean => /^[-\d]/.test(token)

/**
 * Parses a JSON object; undefined for anything else. The parser's own error is dropped: it may quote a secret.
 *
 * @param parse - such as {@link parseJsonDigits}
 */
export const parseJsonObject = (text: string, parse = parseJson): JsonObject | undefined => {
  const value = tryParseJson(text, parse)
  return isJsonObject(value) ? value : undefined
}

/** Parses JSON; undefined for what is none. The parser's own error is dropped. */
export const tryParseJson = (text: string, parse = parseJson): unknown => {
  try {
    return parse(text)
  } catch {
    return undefined
  }
}

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whether a value is a text that says something. */
export const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** The text of a field; empty for a field that is missing or no text, and of what is no object. */
export const textIn = (object: unknown, name: string): string => {
  const value = isJsonObject(object) ? object[name] : undefined
  return typeof value === 'string' ? value : ''
}

/** The time that a value says as text, such as `2026-01-02T03:04:05Z`; undefined for a value that says none. */
export const dateOf = (value: unknown): Date | undefined => {
  const time = new Date(typeof value === 'string' ? value : '')
  return Number.isNaN(time.getTime()) ? undefined : time
}

const nestsTooDeep = (text: string): boolean => {
  // Most texts have few brackets, and counting them is almost free.
  const atMost = MAX_DEPTH + 2
  if (text.split('{', atMost).length + text.split('[', atMost).length <= atMost) return false
  let depth = 0
  let isInText = false
  for (let at = 0; at < text.length && depth <= MAX_DEPTH; at += 1) {
    const character = text[at]
    if (isInText) {
      if (character === '\\') at += 1
      else if (character === '"') isInText = false
    } else if (character === '"') isInText = true
    else if (character === '{' || character === '[') depth += 1
    else if (character === '}' || character === ']') depth -= 1
  }
  return depth > MAX_DEPTH
}
