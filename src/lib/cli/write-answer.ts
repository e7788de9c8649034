import {errorCode} from '../base/error-code.ts'
import {AckError} from '../base/errors.ts'
import {writeStdout} from '../base/files/engine-io.ts'
import {writeStandard} from '../base/files/write-standard.ts'
import {printableLines} from '../base/printable.ts'
import {scrub} from '../base/secret.ts'

const STDERR = 2

let send: ((text: string) => void) | undefined

/** From now on answers go elsewhere than to stdout. */
export const sendAnswersTo = (receiver: (text: string) => void): void => {
  send = receiver
}

/**
 * Writes the command's answer to stdout, completely.
 *
 * @throws AckError `OutputFailed` for a closed pipe or a full disk
 */
export const writeAnswer = async (text: string): Promise<void> => {
  try {
    if (send) send(text)
    else await writeStdout(text)
  } catch (error) {
    const nextStep = 'check what reads it, or the disk that it is written to, and run the command again'
    throw new AckError('OutputFailed', `cannot write the answer to stdout: ${errorCode(error)}`, nextStep, {
      cause: error,
    })
  }
}

/** Whether an answer was not written since its reader has ended, such as a pager or `head`, which have seen enough. */
export const isBrokenPipe = (error: unknown): boolean =>
  error instanceof Error && (errorCode(error) === 'EPIPE' || errorCode(error.cause) === 'EPIPE')

/** Writes a message to stderr before it returns. One that cannot be written is lost: there is nobody to tell. */
export const writeMessage = (text: string): void => {
  // Where it fails, it is closed or full.
  writeStandard(STDERR, text).catch(() => {})
}

/** Tells the person at the terminal something, cleaned as errors are: others may have chosen the names in it. */
export const tellPerson = (text: string): void => writeMessage(`${printableLines(scrub(text))}\n`)
