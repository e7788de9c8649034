/**
 * Percent-encodes UTF-8 text, all but `A-Z a-z 0-9 - _ . ~` (RFC 3986, unreserved), as Alibaba Cloud's signatures
 * require. Half a surrogate pair counts as U+FFFD, which is what UTF-8 makes of it.
 */
export const percentEncode = (text: string): string =>
  // No regular expression: compiling one takes longer than all of this.
  encodeURIComponent(text.toWellFormed())
    .replaceAll('!', '%21')
    .replaceAll("'", '%27')
    .replaceAll('(', '%28')
    .replaceAll(')', '%29')
    .replaceAll('*', '%2A')

export type Parameters = ReadonlyMap<string, string>

/** Compares texts by their UTF-8 bytes, as the signature rules do (JavaScript compares UTF-16 units). */
export const compareBytes = (a: string, b: string): number => {
  const length = a.length < b.length ? a.length : b.length
  for (let at = 0; at < length; at += 1) {
    const unit = a.charCodeAt(at)
    const other = b.charCodeAt(at)
    if (unit !== other) return inOrderOfCodePoints(unit) - inOrderOfCodePoints(other)
  }
  return a.length - b.length
}

/** UTF-8 sorts as code points do: a surrogate, which stands for one above U+FFFF, behind all other units. */
const inOrderOfCodePoints = (unit: number): number => (unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit)

/** The entries of a map, sorted by their raw names. */
const sortedEntries = (parameters: Parameters): readonly (readonly [string, string])[] => {
  const sorted: (readonly [string, string])[] = []
  for (const entry of parameters) {
    let at = sorted.length
    for (; at > 0 && compareBytes(entry[0], sorted[at - 1]?.[0] ?? '') < 0; at -= 1)
      sorted[at] = sorted[at - 1] ?? entry
    sorted[at] = entry
  }
  return sorted
}

/** Text made of each entry of a map, sorted by their raw names, with a separator between them. */
export const joinSorted = (
  parameters: Parameters,
  separator: string,
  write: (name: string, value: string) => string,
): string => {
  let text = ''
  for (const [name, value] of sortedEntries(parameters)) text += (text && separator) + write(name, value)
  return text
}

/** `name=value` pairs, percent-encoded, sorted by their raw names and joined by `&`. */
export const canonicalQuery = (parameters: Parameters): string =>
  joinSorted(parameters, '&', (name, value) => `${percentEncode(name)}=${percentEncode(value)}`)
