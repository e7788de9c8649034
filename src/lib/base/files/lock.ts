// All at once: every cache miss takes a lock, and to load node:fs/promises takes longer than to do it.
import {lstatSync, mkdirSync, readdirSync, renameSync, rmdirSync, unlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'

import type {FileContext} from './file-context.ts'
import {errorCode} from '../error-code.ts'
import {describeOwner, isDead, mayBeHeldByAnother} from './lock-owner.ts'
import {removeIfPossible} from './replace-file.ts'
import {temporaryPath} from './temporary-name.ts'

/** The suffix of the file of an owner that has ended without a result to share. */
const NO_RESULT = '.no-result'

/** The result of an attempt to take a lock. */
export type Attempt =
  /** `release(true)` tells the processes that wait that there is no result to share. */
  | {readonly state: 'held'; release(withoutResult: boolean): void}
  /** `withoutResult` names the owners that have ended without a result to share. */
  | {readonly state: 'busy'; readonly owners: readonly string[]; readonly withoutResult: readonly string[]}
  | {readonly state: 'unavailable'; readonly why: string}

/**
 * Tries once to take the lock at a path.
 *
 * The lock is a directory that holds one file, named by its owner's random token. It is prepared under another name and
 * then renamed, which succeeds only while there is no lock or an empty one. So a lock is never half made. A dead owner's
 * file is removed by its own name, so no process can remove the lock of another by mistake. A process that is killed
 * leaves an empty lock, or one with a dead owner.
 *
 * @param waitedFor - owners that held the lock at an earlier attempt; if one of them has ended without a result, that
 *   is reported and the lock is not taken over
 * @throws never
 */
export const tryLock = (path: string, waitedFor: ReadonlySet<string>, context: FileContext): Attempt => {
  try {
    const owners = livingOwners(path, waitedFor, context)
    if (owners.length > 0) return busy(owners)
    const token = context.runtime.nonce()
    if (!putInPlace(path, token, context)) return busy([])
    return {state: 'held', release: (withoutResult) => release(path, token, withoutResult)}
  } catch (error) {
    const why = errorCode(error)
    // Who it is cannot be seen then, and so nobody can be waited for by name.
    return why === 'EACCES' && mayBeHeldByAnother(path, context) ? busy([]) : {state: 'unavailable', why}
  }
}

/**
 * Removes a lock that nobody holds: an empty one, or that of a dead owner. Who takes or holds it meanwhile keeps it.
 *
 * @throws never
 */
export const removeUnlessHeld = (path: string, context: FileContext): void =>
  quietly(() => {
    if (livingOwners(path, new Set(), context).length === 0) rmdirSync(path)
  })

const busy = (names: readonly string[]): Attempt => ({
  state: 'busy',
  owners: names.filter((name) => !name.endsWith(NO_RESULT)),
  withoutResult: names.filter((name) => name.endsWith(NO_RESULT)).map(ownerOf),
})

const ownerOf = (name: string): string => name.slice(0, -NO_RESULT.length)

const livingOwners = (path: string, waitedFor: ReadonlySet<string>, context: FileContext): readonly string[] => {
  const living = []
  for (const name of filesOf(path, context)) {
    const file = join(path, name)
    const isOver = name.endsWith(NO_RESULT) ? !waitedFor.has(ownerOf(name)) : isDead(file, context)
    if (isOver) unlinkIfThere(file)
    else living.push(name)
  }
  return living
}

const filesOf = (path: string, {log}: FileContext): readonly string[] => {
  try {
    if (lstatSync(path).isDirectory()) return readdirSync(path)
    log.warn(`removing ${path}: it is not a lock directory`)
    unlinkSync(path)
  } catch (error) {
    ignoreMissing(error)
  }
  return []
}

const putInPlace = (path: string, token: string, {runtime}: FileContext): boolean => {
  const temporary = temporaryPath(path, token)
  mkdirSync(temporary, {mode: 0o700})
  try {
    writeFileSync(join(temporary, token), describeOwner(runtime.now()), {flag: 'wx', mode: 0o600})
    // Windows does not rename onto an empty directory. A directory that is not empty stays.
    quietly(() => rmdirSync(path))
    renameSync(temporary, path)
    return true
  } catch (error) {
    removeIfPossible(temporary)
    const code = errorCode(error)
    if (TAKEN.has(code) || (runtime.platform === 'win32' && TAKEN_ON_WINDOWS.has(code))) return false
    throw error
  }
}

/** Error codes of a rename onto a directory that is not empty, on various systems. */
const TAKEN: ReadonlySet<string> = new Set(['ENOTEMPTY', 'EEXIST'])
const TAKEN_ON_WINDOWS: ReadonlySet<string> = new Set(['EPERM', 'EACCES', 'EBUSY'])

const release = (path: string, token: string, withoutResult: boolean): void => {
  const own = join(path, token)
  // Where that fails, another process has taken it over, or will when this one has ended.
  quietly(() => {
    if (withoutResult) return renameSync(own, own + NO_RESULT)
    unlinkSync(own)
    rmdirSync(path)
  })
}

const quietly = (run: () => void): void => {
  try {
    run()
  } catch {
    // Nothing depends on it.
  }
}

const unlinkIfThere = (path: string): void => {
  try {
    unlinkSync(path)
  } catch (error) {
    ignoreMissing(error)
  }
}

const ignoreMissing = (error: unknown): void => {
  if (errorCode(error) !== 'ENOENT') throw error
}
