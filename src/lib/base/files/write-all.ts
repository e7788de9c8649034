import {writeSync} from 'node:fs'

import {errorCode} from '../error-code.ts'

const RETRY_AFTER_MS = 5

/**
 * Writes all of a text before it returns.
 *
 * @throws the system's error
 */
export const writeAll = (fd: number, text: string): void => {
  let rest = Buffer.from(text)
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(fd, rest))
    } catch (error) {
      if (errorCode(error) !== 'EAGAIN') throw error
      // A non-blocking pipe is full: wait for its reader.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_AFTER_MS)
    }
  }
}
