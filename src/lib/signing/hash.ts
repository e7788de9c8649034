import {sha256} from './sha256.ts'

const BLOCK_BYTES = 64

/**
 * SHA-256.
 *
 * @param content - a text is hashed as UTF-8
 * @returns 64 lowercase hex digits
 */
export const sha256Hex = (content: string | Uint8Array): string => hex(sha256(bytes(content)))

/**
 * HMAC-SHA-256 of a text, key and text in UTF-8.
 *
 * @returns 64 lowercase hex digits
 * @see RFC 2104
 */
export const hmacSha256Hex = (key: string, text: string): string => {
  const raw = bytes(key)
  const blockKey = raw.length > BLOCK_BYTES ? Buffer.from(hex(sha256(raw)), 'hex') : raw
  const inner = sha256(withPad(blockKey, 0x36, bytes(text)))
  return hex(sha256(withPad(blockKey, 0x5c, Buffer.from(hex(inner), 'hex'))))
}

/** Base64 of a text's UTF-8 bytes. */
export const base64 = (text: string): string => Buffer.from(text).toString('base64')

const withPad = (key: Uint8Array, pad: number, message: Uint8Array): Uint8Array => {
  const padded = new Uint8Array(BLOCK_BYTES + message.length)
  padded.fill(pad, 0, BLOCK_BYTES)
  for (let i = 0; i < key.length; i += 1) padded[i]! ^= key[i]!
  padded.set(message, BLOCK_BYTES)
  return padded
}

const bytes = (content: string | Uint8Array): Uint8Array =>
  typeof content === 'string' ? Buffer.from(content) : content

const hex = (words: Int32Array): string => {
  let text = ''
  for (const word of words) text += (word >>> 0).toString(16).padStart(8, '0')
  return text
}
