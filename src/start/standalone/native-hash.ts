/**
 * Takes the place of signing/hash.ts in the standalone executable: Bun hashes natively, and to load its Buffer takes as
 * much as a tenth of a run.
 */

declare const Bun: {
  readonly CryptoHasher: new (
    algorithm: 'sha256',
    hmacKey?: string,
  ) => {update(content: string | Uint8Array): {digest(encoding: 'hex'): string}}
}

/** As in signing/hash.ts. */
export const sha256Hex = (content: string | Uint8Array): string =>
  new Bun.CryptoHasher('sha256').update(content).digest('hex')

/** As in signing/hash.ts. */
export const hmacSha256Hex = (key: string, text: string): string =>
  new Bun.CryptoHasher('sha256', key).update(text).digest('hex')

/**
 * Of the engine (ECMA-262, annex B), which the types call deprecated: it makes a character of each byte, as `btoa`
 * wants.
 */
declare const unescape: (escaped: string) => string

/** As in signing/hash.ts. */
export const base64 = (text: string): string => btoa(unescape(encodeURIComponent(text.toWellFormed())))
