import {HMAC} from '@stablelib/hmac'
import {SHA256} from '@stablelib/sha256'

/**
 * SHA-256, in JavaScript: loading `node:crypto` takes longer than hashing these short texts with a small library.
 *
 * @param content - a text is hashed as UTF-8
 * @returns 64 lowercase hex digits
 */
export const sha256Hex = (content: string | Uint8Array): string => hex(new SHA256().update(bytes(content)).digest())

/**
 * HMAC-SHA-256 of a text, key and text in UTF-8.
 *
 * @returns 64 lowercase hex digits
 */
export const hmacSha256Hex = (key: string, text: string): string =>
  hex(new HMAC(SHA256, bytes(key)).update(bytes(text)).digest())

const bytes = (content: string | Uint8Array): Uint8Array =>
  typeof content === 'string' ? Buffer.from(content) : content

const hex = (digest: Uint8Array): string => Buffer.from(digest).toString('hex')
