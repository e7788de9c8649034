import {isUtf8} from 'node:buffer'
import type {Stats} from 'node:fs'
import {lstat, realpath, rm, stat} from 'node:fs/promises'
import {dirname} from 'node:path'

import {AckError} from '../../base/errors.ts'
import {makeDirs} from '../../base/files/make-dirs.ts'
import {errorCode} from '../../base/error-code.ts'
import {isForeign} from '../../base/files/private-file.ts'
import {readUserFile, UnusableFile, whyUnreadable} from '../../base/files/read-user-file.ts'
import {replaceFile} from '../../base/files/replace-file.ts'
import type {Runtime} from '../../base/runtime.ts'
import {withClientGoLock} from './client-go-lock.ts'
import {backupPath, contentHash, findBackup, removeOtherBackups, type Backup} from './kubeconfig-backup.ts'

const MAX_BYTES = 16 * 1024 * 1024
/** For a pipe in the list of KUBECONFIG, in milliseconds. */
const PIPE_WAIT_MS = 1000
/** A program that ignores the lock may change the file meanwhile, though hardly several times. */
const ATTEMPTS = 3

type FileRuntime = Pick<Runtime, 'platform' | 'nonce'>

/**
 * Reads a kubeconfig file.
 *
 * @returns undefined if it does not exist
 * @throws AckError `KubeconfigUnreadable`; `KubeconfigInvalid` if it is not UTF-8 or has more than 16 MiB
 */
export const readKubeconfigFile = async (path: string): Promise<string | undefined> => {
  const bytes = await readBytes(path)
  return bytes && asText(bytes, path)
}

/**
 * Updates a kubeconfig file: under client-go's lock, atomically, with its mode and owner, and following a link. The old
 * version becomes the backup.
 *
 * @param decide - turns the old text into the new one; gets undefined if there is no file; is called again if another
 *   program changes the file meanwhile
 * @throws AckError `KubeconfigUnwritable`, what reading the file and `decide` throw; the file is then unchanged
 */
export const updateKubeconfigFile = async (
  path: string,
  decide: (text: string | undefined) => Promise<string>,
  runtime: FileRuntime,
): Promise<void> => {
  const target = await findTarget(path)
  await writing(path, async () => makeDirs(dirname(path)))
  await withClientGoLock([path, target], async () => {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const before = await readBytes(path)
      const text = await decide(before && asText(before, path))
      if (before?.equals(Buffer.from(text)) || (!before && text === '')) return
      if (await isStill(path, before))
        return writing(path, () => replaceWithBackup(target, before ?? Buffer.alloc(0), Buffer.from(text), runtime))
    }
    throw unwritable(path, 'another program keeps changing it')
  })
}

/**
 * Restores the version before the last update; the present one becomes the backup.
 *
 * @param mayReplace - whether to restore it even if the file has changed since the update
 * @returns whether it was restored
 * @throws AckError `NothingToUndo`, `KubeconfigUnwritable`, and what reading throws
 */
export const undoKubeconfigFile = async (path: string, mayReplace: boolean, runtime: FileRuntime): Promise<boolean> => {
  const target = await findTarget(path)
  if (!(await findBackup(target))) throw nothingToUndo(path)
  return withClientGoLock([path, target], async () => {
    const present = (await readBytes(path)) ?? Buffer.alloc(0)
    const backup = await findBackup(target, contentHash(present))
    if (!backup) throw nothingToUndo(path)
    if (contentHash(present) !== backup.hash && !mayReplace) return false
    const before = await readBytes(backup.path)
    if (!before) throw nothingToUndo(path)
    await writing(path, () => replaceWithBackup(target, present, before, runtime))
    return true
  })
}

/**
 * The path of the file that was updated last.
 *
 * @throws AckError `NothingToUndo`
 */
export const lastUpdated = async (paths: readonly [string, ...string[]]): Promise<string> => {
  const found = await Promise.all(paths.map(async (path) => ({path, backup: await findBackup(await findTarget(path))})))
  const [last] = found
    .filter((item): item is {path: string; backup: Backup} => item.backup !== undefined)
    .toSorted((one, other) => other.backup.madeAt - one.backup.madeAt)
  if (last) return last.path
  throw nothingToUndo(paths.join(' and '))
}

/** The target of a link, or the path itself. */
const findTarget = async (path: string): Promise<string> => {
  try {
    const target = await realpath(path)
    const status = await stat(target)
    // A directory gets its own error when it is read.
    if (status.isFile() || status.isDirectory()) return target
    throw unwritable(path, 'it is not a regular file')
  } catch (error) {
    if (error instanceof AckError) throw error
    if (errorCode(error) !== 'ENOENT') throw unreadable(path, errorCode(error))
    const isLink = await lstat(path).then(
      (status) => status.isSymbolicLink(),
      () => false,
    )
    if (isLink) throw unwritable(path, 'it is a broken link')
    return path
  }
}

const replaceWithBackup = async (
  target: string,
  before: Buffer,
  after: Buffer,
  runtime: FileRuntime,
): Promise<void> => {
  const like = await stat(target).catch(() => undefined)
  if (like && isForeign(like) && process.geteuid?.() !== 0) throw unwritable(target, 'another user owns it')
  const backup = backupPath(target, contentHash(after))
  await replaceFile(backup, before, runtime, like && forOwnerOnly(like))
  try {
    await replaceFile(target, after, runtime, like)
  } catch (error) {
    await rm(backup, {force: true})
    throw error
  }
  await removeOtherBackups(target, backup)
}

const forOwnerOnly = (status: Stats): Stats => Object.assign(Object.create(status) as Stats, {mode: 0o600})

const isStill = async (path: string, before: Buffer | undefined): Promise<boolean> => {
  const now = await readBytes(path)
  return now && before ? now.equals(before) : now === before
}

const readBytes = async (path: string): Promise<Buffer | undefined> => {
  try {
    return readUserFile(path, {maxBytes: MAX_BYTES, waitMs: PIPE_WAIT_MS})
  } catch (error) {
    if (error instanceof UnusableFile && error.isTooLarge) throw invalid(path, 'is larger than 16 MiB')
    if (errorCode(error) === 'ENOENT') return undefined
    throw unreadable(path, whyUnreadable(error))
  }
}

const asText = (bytes: Buffer, path: string): string => {
  if (isUtf8(bytes)) return bytes.toString('utf8')
  const line = bytes.toString('latin1').slice(0, firstFault(bytes)).split('\n').length
  throw new AckError('KubeconfigInvalid', `${path}, line ${line}: it is not UTF-8`, 'save it as UTF-8')
}

/** The offset of the first byte that is not UTF-8, by bisection. */
const firstFault = (bytes: Buffer): number => {
  let [good, bad] = [0, bytes.length]
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2)
    // The cut may be inside a character, which has at most 4 bytes.
    if ([0, 1, 2, 3].some((cut) => isUtf8(bytes.subarray(0, Math.max(0, middle - cut))))) good = middle
    else bad = middle
  }
  return good
}

const writing = async <T>(path: string, run: () => Promise<T>): Promise<T> => {
  try {
    return await run()
  } catch (error) {
    throw error instanceof AckError ? error : unwritable(path, errorCode(error))
  }
}

const invalid = (path: string, why: string): AckError =>
  new AckError('KubeconfigInvalid', `${path} ${why}`, 'name another file with --kubeconfig')

const unreadable = (path: string, why: string): AckError =>
  new AckError(
    'KubeconfigUnreadable',
    `cannot read ${path}: ${why}`,
    READ_STEPS[why] ?? 'check the file, or name another one with --kubeconfig',
  )

const READ_STEPS: Readonly<Record<string, string>> = {
  EACCES: 'make the file readable for this user',
  EISDIR: 'name a file, not a directory',
  ENOTDIR: 'correct the path: a part of it is a file, not a directory',
}

const unwritable = (path: string, why: string): AckError =>
  new AckError(
    'KubeconfigUnwritable',
    `cannot write ${path}: ${why}`,
    'make the file and its directory writable for this user, or name another one with --kubeconfig',
  )

const nothingToUndo = (path: string): AckError =>
  new AckError(
    'NothingToUndo',
    `no earlier version of ${path} found`,
    'if another file was updated, name it with --kubeconfig',
  )
