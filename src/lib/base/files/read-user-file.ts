import {fstatSync, openSync, readSync, statSync, type Stats} from 'node:fs'

import {errorCode} from '../error-code.ts'
import {monotonicMs} from '../monotonic-ms.ts'
import {closeQuietly} from './close-quietly.ts'

const CHUNK_BYTES = 64 * 1024
/** The time between two looks into a pipe that has nothing yet, in milliseconds. */
const PAUSE_MS = 5

/** The limits of reading one kind of file. */
export interface ReadLimits {
  readonly maxBytes: number
  /** How long a pipe or device may take to give all that it has, in milliseconds. */
  readonly waitMs: number
  /** For a file that decides who calls, or which program runs: gives the reason not to trust it. */
  readonly distrust?: (status: Stats) => string | undefined
}

/** A path that leads to something that cannot be read as a file. The message says what it is: "it is a named pipe …". */
export class UnusableFile extends Error {
  override readonly name = 'UnusableFile'
  /** Whether it has more bytes than its kind may have. */
  readonly isTooLarge: boolean

  constructor(message: string, isTooLarge = false) {
    super(message)
    this.isTooLarge = isTooLarge
  }
}

/** A file that others may have written. */
export class UntrustedFile extends UnusableFile {}

/**
 * Reads a file that a user names, which may be a pipe: a process substitution of a shell, or a named pipe that a program
 * such as a password manager writes to. A pipe that nobody writes to, and a device that never ends, become errors.
 *
 * It is synchronous, since every kubectl waits for it: to load node:fs/promises takes longer than to read these files.
 * Opening never waits, so that no thread is left behind that would keep the process from ending.
 *
 * @throws UntrustedFile; UnusableFile for more than `maxBytes`, and for a pipe or device that is not done after
 *   `waitMs`; else the file system's error
 */
export const readUserFile = (path: string, {maxBytes, waitMs, distrust}: ReadLimits): Buffer => {
  const file = openToRead(path)
  try {
    const why = distrust?.(fstatSync(file))
    if (why !== undefined) throw new UntrustedFile(why)
    const chunks: Buffer[] = []
    let length = 0
    let giveUpAt: number | undefined
    for (;;) {
      const chunk = Buffer.allocUnsafe(Math.min(maxBytes + 1 - length, CHUNK_BYTES))
      const count = readSome(file, chunk)
      if (count > 0) {
        length += count
        if (length > maxBytes) throw new UnusableFile(`it is larger than ${inBytes(maxBytes)}`, true)
        chunks.push(chunk.subarray(0, count))
        continue
      }
      if (count === 0 && (length > 0 || !awaitsWriter(file, path))) return Buffer.concat(chunks)
      giveUpAt ??= monotonicMs() + waitMs
      if (monotonicMs() >= giveUpAt) throw new UnusableFile(describeUnfinishedRead(fstatSync(file), length, waitMs))
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS)
    }
  } finally {
    closeQuietly(file)
  }
}

/** Why {@link readUserFile} failed: what the path leads to, or the system's code. Never quotes the content. */
export const whyUnreadable = (error: unknown): string =>
  error instanceof UnusableFile ? error.message : errorCode(error)

const openToRead = (path: string): number => {
  const {constants} = process.getBuiltinModule('node:fs')
  const {O_NONBLOCK} = constants as {readonly O_NONBLOCK?: number}
  try {
    const file = openSync(path, constants.O_RDONLY | (O_NONBLOCK ?? 0))
    if (O_NONBLOCK === undefined) refuseBlockingPipe(file)
    return file
  } catch (error) {
    // What open(2) says of a socket.
    if (errorCode(error) === 'ENXIO' && statSync(path).isSocket()) throw new UnusableFile('it is a socket, not a file')
    throw error
  }
}

/** On Windows, reading a pipe cannot be given up. */
const refuseBlockingPipe = (file: number): void => {
  if (!fstatSync(file).isFIFO()) return
  closeQuietly(file)
  throw new UnusableFile('it is a named pipe, not a file')
}

/** @returns the number of bytes; 0 at the end, -1 if there may be some later */
const readSome = (file: number, into: Buffer): number => {
  try {
    return readSync(file, into, 0, into.length, null)
  } catch (error) {
    if (errorCode(error) === 'EAGAIN') return -1
    // What Windows says at the end of a pipe.
    if (errorCode(error) === 'EOF') return 0
    throw error
  }
}

/** Whether the end of an empty file is that of a named pipe that nobody has opened to write yet. */
const awaitsWriter = (file: number, path: string): boolean => {
  if (!fstatSync(file).isFIFO()) return false
  try {
    // A pipe without a name, as of a process substitution, has had its writer.
    const real = process.getBuiltinModule('node:fs').realpathSync.native(path)
    return real.startsWith('/') && !real.startsWith('/dev/fd/')
  } catch {
    return false
  }
}

const describeUnfinishedRead = (status: Stats, length: number, waitMs: number): string => {
  const kind = status.isFIFO() ? 'a named pipe' : 'a device'
  if (waitMs === 0) return `it is ${kind}, not a file`
  // Of a time for several files, what the others have left.
  const time = `${Math.round(waitMs / 100) / 10} s`
  if (length === 0) return `it is ${kind}, and nothing was written to it within ${time}`
  return `it is ${kind}, and did not end within ${time}`
}

const inBytes = (count: number): string => (count >= 1024 * 1024 ? `${count / 1024 / 1024} MiB` : `${count / 1024} KiB`)
