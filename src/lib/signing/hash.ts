import {HMAC} from '@stablelib/hmac'
import {SHA256} from '@stablelib/sha256'

/**
 * SHA-256. In JavaScript, by a library that is quick when it has just been loaded: for what is hashed here, to load
 * `node:crypto` takes longer than to hash.
 *
 * @param content - a text stands for its UTF-8 bytes
 * @returns 64 lowercase hex digits
 */
export const sha256Hex = (content: string | Uint8Array): string => hex(new SHA256().update(bytes(content)).digest())

/**
 * HMAC-SHA-256 of texts' UTF-8 bytes.
 *
 * @returns 64 lowercase hex digits
 */
export const hmacSha256Hex = (key: string, text: string): string =>
  hex(new HMAC(SHA256, bytes(key)).update(bytes(text)).digest())

const bytes = (content: string | Uint8Array): Uint8Array =>
  typeof content === 'string' ? Buffer.from(content) : content

const hex = (digest: Uint8Array): string => Buffer.from(digest).toString('hex')
