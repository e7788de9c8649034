import {writeSync} from 'node:fs'

import {errorCode} from '../base/error-code.ts'
import {AckError} from '../base/errors.ts'

const RETRY_AFTER_MS = 5
const STDERR = 2

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
  try {
    writeAll(answerFd, text)
  } catch (error) {
    throw new AckError('OutputFailed', `cannot write the answer to stdout: ${errorCode(error)}`, '', {cause: error})
  }
  whenWritten()
}

/** Writes a message to stderr before it returns. One that cannot be written is lost: there is nobody to tell. */
export const writeMessage = (text: string): void => {
  try {
    writeAll(STDERR, text)
  } catch {
    // Closed, or full.
  }
}

/** @throws the system's error */
const writeAll = (fd: number, text: string): void => {
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
