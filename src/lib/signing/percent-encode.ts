/**
 * Percent-encodes UTF-8 text, all but `A-Z a-z 0-9 - _ . ~` (RFC 3986, unreserved), as Alibaba Cloud's signatures
 * require.
 */
export const percentEncode = (text: string): string =>
  // No regular expression: compiling one takes longer than all of this.
  encodeURIComponent(text)
    .replaceAll('!', '%21')
    .replaceAll("'", '%27')
    .replaceAll('(', '%28')
    .replaceAll(')', '%29')
    .replaceAll('*', '%2A')

export type Parameters = ReadonlyMap<string, string>

/** Compares texts by their UTF-8 bytes, as the signature rules do (JavaScript compares UTF-16 units). */
export const compareBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

/** The entries of a map, sorted by their raw names. */
export const sortedEntries = (parameters: Parameters): readonly (readonly [string, string])[] =>
  [...parameters].toSorted(([a], [b]) => compareBytes(a, b))

/** `name=value` pairs, percent-encoded, sorted by their raw names and joined by `&`. */
export const canonicalQuery = (parameters: Parameters): string =>
  sortedEntries(parameters)
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join('&')
