import {isStandalone} from '../runtime.ts'
import {writeAll} from './write-all.ts'

/** The part of `process` that matters here. */
type Streams = Pick<NodeJS.Process, 'platform' | 'stdout' | 'stderr'>

const ignore = (): void => {}

/**
 * Writes all of a text to stdout (1) or stderr (2), also to a terminal before it returns. In a terminal of Windows bytes
 * are shown by its code page, which garbles what is not ASCII: only Node's stream writes characters there.
 *
 * @param streams - of this process
 * @throws the system's error, as a rejection
 * @see https://github.com/nodejs/node/issues/24550
 */
export const writeStandard = async (fd: 1 | 2, text: string, streams: Streams = process): Promise<void> => {
  // To look for a terminal takes longer than all else; the answers to kubectl are ASCII. Bun sets the code page to UTF-8.
  const isPlain = streams.platform !== 'win32' || !/[^\0-\x7F]/.test(text) || isStandalone()
  const stream = isPlain ? undefined : fd === 1 ? streams.stdout : streams.stderr
  if (!stream?.isTTY) return writeAll(fd, text)
  // The error is that of the call below.
  stream.off('error', ignore).on('error', ignore)
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => (error ? reject(error) : resolve()))
  })
}
