/** Takes the place of signing/hash.ts in the standalone executable: Bun hashes natively, without anything to load. */

declare const Bun: {
  readonly CryptoHasher: new (
    algorithm: 'sha256',
    hmacKey?: Uint8Array,
  ) => {update(content: Uint8Array): {digest(encoding: 'hex'): string}}
}

/** As in signing/hash.ts. */
export const sha256Hex = (content: string | Uint8Array): string =>
  new Bun.CryptoHasher('sha256').update(Buffer.from(content)).digest('hex')

/** As in signing/hash.ts. */
export const hmacSha256Hex = (key: string, text: string): string =>
  new Bun.CryptoHasher('sha256', Buffer.from(key)).update(Buffer.from(text)).digest('hex')
