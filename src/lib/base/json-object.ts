export type JsonObject = Readonly<Record<string, unknown>>

/** Parses a JSON object; undefined for anything else. The parser's own error is dropped: it may quote a secret. */
export const parseJsonObject = (text: string): JsonObject | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
