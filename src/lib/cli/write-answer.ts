import {writeSync} from 'node:fs'

import {AckError} from '../base/errors.ts'

const RETRY_AFTER_MS = 5

let answerFd = 1
let whenWritten = (): void => {}

/**
 * From now on answers go to another file descriptor than stdout.
 *
 * @param then - called when one has been written
 */
export const sendAnswersTo = (fd: number, then: () => void): void => {
  answerFd = fd
  whenWritten = then
}

/**
 * Writes the command's answer to stdout, all of it, before it returns.
 *
 * @throws AckError `OutputFailed` when nobody reads, or the disk is full
 */
export const writeAnswer = (text: string): void => {
  let rest = Buffer.from(text)
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(answerFd, rest))
    } catch (error) {
      const {code} = error as NodeJS.ErrnoException
      if (code !== 'EAGAIN')
        throw new AckError('OutputFailed', `cannot write the answer to stdout: ${code ?? 'unknown error'}`, '', {
          cause: error,
        })
      // A pipe that does not block and is full: wait for its reader.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_AFTER_MS)
    }
  }
  whenWritten()
}
