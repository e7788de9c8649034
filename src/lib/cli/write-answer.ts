import {writeSync} from 'node:fs'

import {errorCode} from '../base/error-code.ts'
import {AckError} from '../base/errors.ts'

const RETRY_AFTER_MS = 5

let answerFd = 1
let whenWritten = (): void => {}

/**
 * Sends answers to another file descriptor than stdout from now on.
 *
 * @param then - called after each answer
 */
export const sendAnswersTo = (fd: number, then: () => void): void => {
  answerFd = fd
  whenWritten = then
}

/**
 * Writes the command's answer to stdout, synchronously and completely.
 *
 * @throws AckError `OutputFailed` for a closed pipe or a full disk
 */
export const writeAnswer = (text: string): void => {
  let rest = Buffer.from(text)
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(answerFd, rest))
    } catch (error) {
      const code = errorCode(error)
      if (code !== 'EAGAIN')
        throw new AckError('OutputFailed', `cannot write the answer to stdout: ${code}`, '', {cause: error})
      // A non-blocking pipe is full: wait for its reader.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_AFTER_MS)
    }
  }
  whenWritten()
}
