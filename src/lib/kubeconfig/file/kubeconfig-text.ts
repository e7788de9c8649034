import {isUtf8} from 'node:buffer'

import {AckError} from '../../base/errors.ts'

type Encoding = 'utf8' | 'utf16le' | 'utf16be'

/**
 * The text of a kubeconfig file: UTF-8, or like kubectl UTF-16 with a byte order mark, which stays in the text.
 *
 * @param path - for messages
 * @throws AckError `KubeconfigInvalid`
 */
export const decodeText = (bytes: Buffer, path: string): string => {
  const encoding = encodingOf(bytes)
  if (encoding === 'utf8') {
    if (isUtf8(bytes)) return bytes.toString('utf8')
    throw invalid(path, bytes.toString('latin1').slice(0, firstFault(bytes)), 'it is not UTF-8')
  }
  const text = swapped(bytes, encoding).toString('utf16le')
  if (bytes.length % 2 === 0 && text.isWellFormed()) return text
  throw invalid(path, text.slice(0, text.search(/\p{Surrogate}/u)), 'it is not UTF-16')
}

/** The bytes of a changed text, in the encoding of the file that it was read from, if there was one. */
export const encodeLike = (text: string, before: Buffer | undefined): Buffer => {
  const encoding = before ? encodingOf(before) : 'utf8'
  return encoding === 'utf8' ? Buffer.from(text) : swapped(Buffer.from(text, 'utf16le'), encoding)
}

const encodingOf = ([first, second]: Buffer): Encoding => {
  if (first === 0xff && second === 0xfe) return 'utf16le'
  return first === 0xfe && second === 0xff ? 'utf16be' : 'utf8'
}

/** From or to little-endian. */
const swapped = (bytes: Buffer, encoding: Encoding): Buffer =>
  encoding === 'utf16be' ? Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2))).swap16() : bytes

/** The offset of the first byte that is not UTF-8, by bisection. */
const firstFault = (bytes: Buffer): number => {
  let [good, bad] = [0, bytes.length]
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2)
    // The cut may be inside a character, which has at most 4 bytes.
    if ([0, 1, 2, 3].some((cut) => isUtf8(bytes.subarray(0, Math.max(0, middle - cut))))) good = middle
    else bad = middle
  }
  return good
}

const invalid = (path: string, textBefore: string, why: string): AckError =>
  new AckError('KubeconfigInvalid', `${path}, line ${textBefore.split('\n').length}: ${why}`, 'save it as UTF-8')
