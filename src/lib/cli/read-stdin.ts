import {errorCode} from '../base/error-code.ts'
import {AckError} from '../base/errors.ts'
import type {Runtime} from '../base/runtime.ts'

/** Far above the largest token, and what may stand around it. In bytes. */
const MAX_BYTES = 1024 * 1024

/**
 * Reads all of standard input. From a terminal nothing is read: who types nothing would wait forever.
 *
 * @returns empty for a terminal
 * @throws AckError `InvalidUsage` for more than 1 MiB, or for a stream that cannot be read
 */
export const readStdin = async ({stdinIsTerminal}: Pick<Runtime, 'stdinIsTerminal'>): Promise<string> => {
  if (stdinIsTerminal) return ''
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
      length += chunk.length
      if (length > MAX_BYTES) break
      chunks.push(chunk)
    }
  } catch (error) {
    throw new AckError('InvalidUsage', `cannot read standard input: ${errorCode(error)}`, 'pipe a token to the command')
  }
  if (length <= MAX_BYTES) return Buffer.concat(chunks).toString('utf8')
  throw new AckError('InvalidUsage', 'standard input has more than 1 MiB', 'pipe one token to the command')
}
