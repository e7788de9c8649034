import type {JsonObject} from './json-object.ts'

/**
 * Formats a value as JSON in the layout of another JSON text: its indentation, line ends, and surrounding white space.
 */
export const formatLike = (original: string, value: JsonObject): string => {
  const trimmed = original.trim()
  const indent = /\n([ \t]+)"/.exec(trimmed)?.[1] ?? (trimmed.includes('\n') ? '\t' : '')
  const lineEnd = trimmed.includes('\r\n') ? '\r\n' : '\n'
  const start = original.slice(0, original.length - original.trimStart().length)
  const end = original.slice(original.trimEnd().length)
  return start + JSON.stringify(value, undefined, indent).replaceAll('\n', lineEnd) + end
}
