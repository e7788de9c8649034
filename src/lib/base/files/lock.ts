import {lstat, mkdir, readdir, rename, rm, rmdir, unlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import type {FileContext} from './file-context.ts'
import {describeOwner, isDead} from './lock-owner.ts'
import {errorCode} from './private-file.ts'
import {temporaryPath} from './replace-file.ts'

/** Ends the name of an owner that came back with nothing to share. */
const IN_VAIN = '.vain'

/** What became of an attempt to take a lock. */
export type Attempt =
  | {readonly state: 'held'; release(isInVain: boolean): Promise<void>}
  /** `inVain` names the owners whose work is done but has left nothing. */
  | {readonly state: 'busy'; readonly owners: readonly string[]; readonly inVain: readonly string[]}
  | {readonly state: 'unavailable'; readonly why: string}

/**
 * Tries once to take the lock at a path.
 *
 * The lock is a directory that holds one file, named by its owner's random token. It is made ready under another name
 * and then renamed, which succeeds only while there is no lock or an empty one. So a lock is never half made, and since
 * a dead owner's file is removed by its own name, no one can remove the lock of someone else by mistake, however many
 * come to the same conclusion at once. Wherever a process is killed, it leaves an empty lock or one of a dead owner.
 *
 * @param waitedFor - owners whose lock was seen busy before; one of these in vain is not taken over but reported
 * @throws never
 */
export const tryLock = async (path: string, waitedFor: ReadonlySet<string>, context: FileContext): Promise<Attempt> => {
  try {
    const owners = await livingOwners(path, waitedFor, context)
    if (owners.length > 0) return busy(owners)
    const token = context.runtime.nonce()
    if (!(await putInPlace(path, token, context))) return busy([])
    return {state: 'held', release: (isInVain) => release(path, token, isInVain)}
  } catch (error) {
    return {state: 'unavailable', why: errorCode(error)}
  }
}

const busy = (names: readonly string[]): Attempt => ({
  state: 'busy',
  owners: names.filter((name) => !name.endsWith(IN_VAIN)),
  inVain: names.filter((name) => name.endsWith(IN_VAIN)).map((name) => name.slice(0, -IN_VAIN.length)),
})

const livingOwners = async (
  path: string,
  waitedFor: ReadonlySet<string>,
  context: FileContext,
): Promise<readonly string[]> => {
  const living = []
  for (const name of await filesOf(path, context)) {
    const file = join(path, name)
    const isOver = name.endsWith(IN_VAIN) ? !waitedFor.has(name.slice(0, -IN_VAIN.length)) : await isDead(file, context)
    if (isOver) await unlink(file).catch(ignoreMissing)
    else living.push(name)
  }
  return living
}

const filesOf = async (path: string, {log}: FileContext): Promise<readonly string[]> => {
  try {
    if ((await lstat(path)).isDirectory()) return await readdir(path)
    log.warn(`${path} is not a lock, and is removed`)
    await unlink(path)
  } catch (error) {
    ignoreMissing(error)
  }
  return []
}

const putInPlace = async (path: string, token: string, {runtime}: FileContext): Promise<boolean> => {
  const temporary = temporaryPath(path, token)
  await mkdir(temporary, {mode: 0o700})
  try {
    await writeFile(join(temporary, token), describeOwner(runtime.now()), {flag: 'wx', mode: 0o600})
    // Windows does not rename onto an empty directory. One that is not empty stays.
    await rmdir(path).catch(() => {})
    await rename(temporary, path)
    return true
  } catch (error) {
    await rm(temporary, {recursive: true, force: true}).catch(() => {})
    const code = errorCode(error)
    if (TAKEN.has(code) || (runtime.platform === 'win32' && TAKEN_ON_WINDOWS.has(code))) return false
    throw error
  }
}

/** The answers of various systems to a rename onto a directory that is not empty. */
const TAKEN: ReadonlySet<string> = new Set(['ENOTEMPTY', 'EEXIST'])
const TAKEN_ON_WINDOWS: ReadonlySet<string> = new Set(['EPERM', 'EACCES', 'EBUSY'])

const release = async (path: string, token: string, isInVain: boolean): Promise<void> => {
  const own = join(path, token)
  try {
    if (isInVain) return await rename(own, own + IN_VAIN)
    await unlink(own)
    await rmdir(path)
  } catch {
    // It was taken over, or is already the next one's; or it stays and ends with this process.
  }
}

const ignoreMissing = (error: unknown): void => {
  if (errorCode(error) !== 'ENOENT') throw error
}
