import {
  closeSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
  type Stats,
} from 'node:fs'
import {basename, dirname, join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'

import type {Runtime} from '../runtime.ts'
import {errorCode} from '../error-code.ts'
import {modifiedAt, namesIn} from './names-in.ts'
import {isForeign} from './private-file.ts'
import {unlessRefused} from './refused-operation.ts'
import {finalName, temporaryPath} from './temporary-name.ts'

/** A write takes far less; an older temporary file was left by a process that was killed. */
const ABANDONED_AFTER_MS = 10 * 60_000

/** Whose a file is to be, and with which mode. */
export type FileLikeness = Pick<Stats, 'uid' | 'gid' | 'mode'>

/**
 * Replaces a file atomically: at every moment, and after a crash, it has either its old or its new content.
 *
 * @param like - the status of the old file: the new one gets its mode, and its owner if root writes it. Without it the
 *   file is for this user only
 * @throws the file system's error; then nothing has changed
 */
export const replaceFile = (
  path: string,
  content: string | Uint8Array,
  {platform, nonce}: Pick<Runtime, 'platform' | 'nonce'>,
  like?: FileLikeness,
): Promise<void> => replaceFileBy(temporaryPath(path, nonce()), path, content, platform, like)

/**
 * Like {@link replaceFile}, with the path of the temporary file, which must be on the same file system.
 *
 * @throws the file system's error; then nothing has changed
 */
export const replaceFileBy = async (
  temporary: string,
  path: string,
  content: string | Uint8Array,
  platform: Runtime['platform'],
  like?: FileLikeness,
): Promise<void> => {
  try {
    // Fails if there is one, even a link.
    const file = openSync(temporary, 'wx', 0o600)
    try {
      writeFileSync(file, content)
      if (like && platform !== 'win32') makeLike(file, like)
      unlessRefused(() => fsyncSync(file))
    } finally {
      closeSync(file)
    }
    await renamePersistently(temporary, path, platform)
  } catch (error) {
    removeIfPossible(temporary)
    throw error
  }
  syncDir(dirname(path))
}

const makeLike = (file: number, like: FileLikeness): void => {
  const {uid, gid} = fstatSync(file)
  try {
    if (uid !== like.uid || gid !== like.gid) fchownSync(file, like.uid, like.gid)
  } catch (error) {
    // When root replaces a user's file, the user must keep it. A failure to set only the group is ignored.
    if (isForeign(like)) throw error
  }
  // Without modes it stays as private as it was made.
  unlessRefused(() => fchmodSync(file, like.mode & 0o777))
}

/** On Windows a rename fails while another process, such as a virus scanner, has the file open. */
const BUSY: ReadonlySet<string> = new Set(['EPERM', 'EBUSY', 'EACCES'])
const BUSY_PAUSES_MS = [5, 10, 20, 40, 80, 160]

/** Renames, and on Windows waits while another process has it open. Throws the file system's error. */
export const renamePersistently = async (from: string, to: string, platform: Runtime['platform']): Promise<void> => {
  const pauses = [...BUSY_PAUSES_MS]
  for (;;) {
    try {
      renameSync(from, to)
      return
    } catch (error) {
      const code = errorCode(error)
      const pause = pauses.shift()
      if (pause === undefined) throw error
      // A directory is in the way: remove it if it is empty.
      if (code === 'EISDIR') rmdirSync(to)
      else if (platform === 'win32' && BUSY.has(code)) await sleep(pause)
      else throw error
    }
  }
}

/** Makes names in a directory survive a power cut, where the system can do it. Never throws. */
export const syncDir = (dir: string): void => {
  try {
    const opened = openSync(dir, 'r')
    try {
      fsyncSync(opened)
    } finally {
      closeSync(opened)
    }
  } catch {
    // The files are in place; at worst the old ones are back after a power cut.
  }
}

/**
 * Removes what is more than 10 minutes old and was to be there for less, such as temporary files: killed processes leave
 * them.
 *
 * @param isMeant - by its name
 * @throws never
 */
export const removeAbandoned = (dir: string, now: Date, isMeant: (name: string) => boolean): void => {
  for (const name of namesIn(dir).filter(isMeant)) {
    const path = join(dir, name)
    if (now.getTime() - modifiedAt(path, now.getTime()) > ABANDONED_AFTER_MS) removeIfPossible(path)
  }
}

/** As {@link removeAbandoned} does, those that were to become one file, in a directory that is not ours. */
export const removeAbandonedFor = (path: string, now: Date): void =>
  removeAbandoned(dirname(path), now, (name) => finalName(name) === basename(path))

/** Removes a file or a directory with all that is in it; a failure is ignored. */
export const removeIfPossible = (path: string): void => {
  try {
    rmSync(path, {recursive: true, force: true})
  } catch {
    // Another process has removed it, or the next write will.
  }
}
