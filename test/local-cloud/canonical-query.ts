import type {Pair} from './received-request.ts'

const UNRESERVED = /[A-Za-z0-9\-_.~]/

/** Percent-encodes the UTF-8 bytes of a text as RFC 3986 says: only letters, digits and `-_.~` stay bare. */
export const percentEncode = (text: string): string =>
  [...Buffer.from(text, 'utf8')].map((byte) => encodeByte(byte)).join('')

/**
 * The canonical query of both Alibaba Cloud signatures (V3 and RPC).
 *
 * @param pairs - raw names and values, in any order
 * @returns `name=value` joined with `&`, both percent-encoded, sorted by the bytes of the raw names
 */
export const canonicalQuery = (pairs: readonly Pair[]): string =>
  pairs
    .toSorted(([left], [right]) => Buffer.compare(Buffer.from(left), Buffer.from(right)))
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join('&')

const encodeByte = (byte: number): string => {
  const character = String.fromCharCode(byte)
  return UNRESERVED.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
}
