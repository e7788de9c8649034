import type {Stats} from 'node:fs'
import {lstat, open, readdir, rename, rm, rmdir, type FileHandle} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'

import type {Runtime} from '../runtime.ts'
import {errorCode, isForeign} from './private-file.ts'

/** A write takes far less; what is older was left by a process that was killed. */
const ABANDONED_AFTER_MS = 10 * 60_000

/**
 * The name, next to `path`, under which something is made ready before it gets its own name in one step.
 *
 * @param nonce - 32 hex digits that nobody else uses
 */
export const temporaryPath = (path: string, nonce: string): string => `${path}.${nonce}.tmp`

const IS_TEMPORARY = /^[0-9a-f]{64}\.(?:json|lock)\.[0-9a-f]{32}\.tmp$/

/**
 * Writes a file so that at every moment, and after a crash, it is whole: the old one or the new.
 *
 * @param like - the file before, whose mode the new one gets, and whose owner where root writes it; without it, it is for
 *   this user only
 * @throws the file system's error; then nothing has changed
 */
export const replaceFile = async (
  path: string,
  content: string | Uint8Array,
  {platform, nonce}: Pick<Runtime, 'platform' | 'nonce'>,
  like?: Stats,
): Promise<void> => {
  const temporary = temporaryPath(path, nonce())
  try {
    // Fails if there is one, even a link.
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(content)
      if (like && platform !== 'win32') await makeLike(file, like)
      await file.sync()
    } finally {
      await file.close()
    }
    await renamePersistently(temporary, path, platform)
  } catch (error) {
    await rm(temporary, {force: true}).catch(() => {})
    throw error
  }
  await syncDir(dirname(path))
}

const makeLike = async (file: FileHandle, like: Stats): Promise<void> => {
  const {uid, gid} = await file.stat()
  if (uid !== like.uid || gid !== like.gid) {
    // Of root's work on the file of a user, the user must not be locked out. A group that one is not in cannot be given.
    await file.chown(like.uid, like.gid).catch((error: unknown) => {
      if (isForeign(like)) throw error
    })
  }
  await file.chmod(like.mode & 0o777)
}

/** Windows refuses for a moment while another process, a virus scanner say, has the file open. */
const BUSY: ReadonlySet<string> = new Set(['EPERM', 'EBUSY', 'EACCES'])
const BUSY_PAUSES_MS = [5, 10, 20, 40, 80, 160]

const renamePersistently = async (from: string, to: string, platform: Runtime['platform']): Promise<void> => {
  const pauses = [...BUSY_PAUSES_MS]
  for (;;) {
    try {
      await rename(from, to)
      return
    } catch (error) {
      const code = errorCode(error)
      const pause = pauses.shift()
      if (pause === undefined) throw error
      // A directory is in the way: it goes if it is empty.
      if (code === 'EISDIR') await rmdir(to)
      else if (platform === 'win32' && BUSY.has(code)) await sleep(pause)
      else throw error
    }
  }
}

// Without it the new name may not survive a power cut. Not every system can do it, and no one waits for it.
const syncDir = async (dir: string): Promise<void> => {
  try {
    const handle = await open(dir, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch {
    // The entry is in place; the worst is a miss after a power cut.
  }
}

/**
 * Removes what killed processes left half made in a directory, 10 minutes after.
 *
 * @throws never
 */
export const removeAbandoned = async (dir: string, now: Date): Promise<void> => {
  const names = await readdir(dir).catch(() => [])
  for (const name of names.filter((name) => IS_TEMPORARY.test(name))) {
    const path = join(dir, name)
    try {
      const {mtimeMs} = await lstat(path)
      if (now.getTime() - mtimeMs > ABANDONED_AFTER_MS) await rm(path, {recursive: true, force: true})
    } catch {
      // Another process was faster, or it will be tried again at the next write.
    }
  }
}
