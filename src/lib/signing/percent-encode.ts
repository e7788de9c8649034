/**
 * Percent-encodes UTF-8 text so that only `A-Z a-z 0-9 - _ . ~` stay bare (RFC 3986, unreserved), as every Alibaba
 * Cloud signature demands.
 */
export const percentEncode = (text: string): string =>
  // No pattern: to compile one takes longer than all of this.
  encodeURIComponent(text)
    .replaceAll('!', '%21')
    .replaceAll("'", '%27')
    .replaceAll('(', '%28')
    .replaceAll(')', '%29')
    .replaceAll('*', '%2A')

export type Parameters = ReadonlyMap<string, string>

/** Compares as the signature rules do, by the bytes of the UTF-8 text (JavaScript's own order is by UTF-16 unit). */
export const compareBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

/** The entries of a map, sorted by their raw names. */
export const sortedEntries = (parameters: Parameters): readonly (readonly [string, string])[] =>
  [...parameters].toSorted(([a], [b]) => compareBytes(a, b))

/** `name=value` pairs, percent-encoded, sorted by their raw names and joined by `&`. */
export const canonicalQuery = (parameters: Parameters): string =>
  sortedEntries(parameters)
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join('&')
