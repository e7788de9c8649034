import {hmac} from '@noble/hashes/hmac.js'
import {sha256} from '@noble/hashes/sha2.js'

/**
 * SHA-256. In JavaScript, by an audited library: for what is hashed here, to load `node:crypto` takes longer than to hash.
 *
 * @param content - a text stands for its UTF-8 bytes
 * @returns 64 lowercase hex digits
 */
export const sha256Hex = (content: string | Uint8Array): string => hex(sha256(bytes(content)))

/**
 * HMAC-SHA-256 of texts' UTF-8 bytes.
 *
 * @returns 64 lowercase hex digits
 */
export const hmacSha256Hex = (key: string, text: string): string => hex(hmac(sha256, bytes(key), bytes(text)))

// A plain view: the library wants a Uint8Array, and a Buffer shares its memory with others.
const bytes = (content: string | Uint8Array): Uint8Array =>
  typeof content === 'string' ? new Uint8Array(Buffer.from(content)) : content

const hex = (digest: Uint8Array): string => Buffer.from(digest).toString('hex')
