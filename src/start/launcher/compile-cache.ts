import type {Script} from 'node:vm'

import {fs} from './builtins.ts'
import {cacheDir, home} from './cache-dir.ts'
import {isOwn, isTrustedDir, REGULAR_FILE} from './trusted-dir.ts'

/** A file of the program, as this run has read it. */
export interface SourceFile {
  /** Its name in the cache. */
  readonly name: string
  /** Stays the same as long as nobody changes the file: the time of its last change cannot be set back. */
  readonly stamp: string
  readonly source: string
  /** What V8 had compiled of it in earlier runs. */
  readonly code?: Buffer
  /** The ways whose functions that holds, each between two line feeds: V8 keeps those that have run. */
  readonly ways: string
}

/** It is what `toString` calls. */
interface LatinBuffer extends Buffer {
  latin1Slice(start?: number, end?: number): string
}

let canRead: boolean | undefined

/**
 * Reads a file of the program, with what V8 has compiled of it in earlier runs, if that can be trusted.
 *
 * V8 runs whatever it is given, and dies of what is damaged. So what the cache holds must be this user's own, and has the
 * code twice: to compare that takes microseconds, while any checksum that Node has takes milliseconds to load. It also
 * has the source that the code was made of, which saves reading the file again as long as nobody has changed it.
 *
 * @param file - its path, with `/` before the name
 * @throws what reading the file itself throws
 */
export const readSource = (file: string): SourceFile => {
  const {size, ino, ctimeMs} = fs.statSync(file)
  const name = `${file.slice(file.lastIndexOf('/') + 1)}-${size}-${process.version}-${process.arch}.bin`
  const stamp = `${ino}-${ctimeMs}`
  const content = readOwn(name)
  if (content) {
    // In the order in which `write` has put it together: code, code, source, NUL, stamp and ways.
    const end = content.lastIndexOf(0)
    const length = (end - size) / 2
    const code = content.subarray(0, length)
    if (length > 0 && code.equals(content.subarray(length, 2 * length))) {
      const source = content.latin1Slice(2 * length, end)
      const ways = content.latin1Slice(end + 1)
      if (ways.startsWith(`${stamp}\n`) || source === fs.readFileSync(file, 'utf8'))
        return {name, stamp, source, code, ways}
    }
  }
  return {name, stamp, source: fs.readFileSync(file, 'utf8'), ways: '\n'}
}

/** Reads a file of the cache, in which nothing but the file that was opened is looked at. */
const readOwn = (name: string): LatinBuffer | undefined => {
  let file
  try {
    canRead ??= home !== '' && isTrustedDir(cacheDir, home)
    if (!canRead) return undefined
    // Windows has neither of the last two. Opening a pipe must not wait for a writer.
    const {O_RDONLY, O_NOFOLLOW, O_NONBLOCK} = fs.constants
    file = fs.openSync(`${cacheDir}/${name}`, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    const {mode, uid, size} = fs.fstatSync(file)
    if (!isOwn(mode, uid, REGULAR_FILE)) return undefined
    // Not from Node's pool: V8 copies what is not aligned.
    const content = Buffer.allocUnsafeSlow(size) as LatinBuffer
    return fs.readSync(file, content, 0, size, 0) === size ? content : undefined
  } catch {
    return undefined
  } finally {
    if (file !== undefined) close(file)
  }
}

const close = (file: number): void => {
  try {
    fs.closeSync(file)
  } catch {
    // A network file system failed, and nothing depends on it.
  }
}

/** A file that has run. */
export interface LoadedFile {
  readonly file: SourceFile
  readonly script: Script
}

/** Whether a run of this way would find all its functions compiled. V8 refuses what another version of it has made. */
export const isKept = ({file, script}: LoadedFile, way: string): boolean =>
  !script.cachedDataRejected && file.ways.includes(`\n${way}\n`)
