/** Space, tab, LF and CR. */
const isHttpWhitespace = (unit: number): boolean => unit === 0x20 || unit === 0x09 || unit === 0x0a || unit === 0x0d

/**
 * Strips what HTTP strips from both ends of a header's value, and nothing else: what is signed has to be what arrives.
 * (`trim` takes away more, such as a no-break space.)
 *
 * @see https://fetch.spec.whatwg.org/#concept-header-value-normalize
 */
export const stripHttpWhitespace = (text: string): string => {
  let start = 0
  let end = text.length
  while (start < end && isHttpWhitespace(text.charCodeAt(start))) start += 1
  while (end > start && isHttpWhitespace(text.charCodeAt(end - 1))) end -= 1
  return text.slice(start, end)
}
