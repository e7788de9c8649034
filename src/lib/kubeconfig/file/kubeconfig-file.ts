import {statSync} from 'node:fs'
import {dirname} from 'node:path'

import {errorCode} from '../../base/error-code.ts'
import {readUserFile, UnusableFile, whyUnreadable} from '../../base/files/read-user-file.ts'
import {writtenByOthers} from '../../base/files/written-by-others.ts'
import type {Runtime} from '../../base/runtime.ts'
import {withClientGoLock} from './client-go-lock.ts'
import {findTarget} from './find-target.ts'
import {contentHash, findBackup, readBackup} from './kubeconfig-backup.ts'
import {invalid, nothingToUndo, reading, unreadable, unwritable, writing} from './kubeconfig-errors.ts'
import {decodeText, encodeLike} from './kubeconfig-text.ts'
import {makeDirsForOwner} from './owner.ts'
import {statusOf} from './private-place.ts'
import {replaceKubeconfig, temporariesOf} from './replace-kubeconfig.ts'

const MAX_BYTES = 16 * 1024 * 1024
/** What is written is no pipe. */
const NO_WAIT_MS = 0
/** A program that ignores the lock may change the file meanwhile, though hardly several times. */
const ATTEMPTS = 3

type FileRuntime = Pick<Runtime, 'now' | 'platform' | 'nonce'>

/**
 * Reads a kubeconfig file. It may be a pipe, such as a process substitution of a shell.
 *
 * @param waitMs - how long to wait for the writer of a pipe, in milliseconds
 * @returns undefined if it does not exist
 * @throws AckError `KubeconfigUnreadable`; `KubeconfigInvalid` if it is not text or has more than 16 MiB
 */
export const readKubeconfigFile = async (path: string, waitMs: number): Promise<string | undefined> => {
  const bytes = await readBytes(path, waitMs)
  return bytes && decodeText(bytes, path)
}

/**
 * Updates a kubeconfig file: under client-go's lock, atomically, with its mode and owner, and following a link. The old
 * version becomes the backup.
 *
 * @param decide - turns the old text into the new one; gets undefined if there is no file; is called again if another
 *   program changes the file meanwhile
 * @returns the path of the backup; undefined if nothing was to be written
 * @throws AckError `KubeconfigUnwritable`, what reading the file and `decide` throw; the file is then unchanged
 */
export const updateKubeconfigFile = async (
  path: string,
  decide: (text: string | undefined) => Promise<string>,
  runtime: FileRuntime,
): Promise<string | undefined> => {
  const target = await findTarget(path)
  await writing(path, () => makeDirsForOwner(dirname(path)))
  return locked(path, target, runtime, async (token) => {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const before = await readBytes(path, NO_WAIT_MS)
      const after = encodeLike(await decide(before && decodeText(before, path)), before)
      if (before?.equals(after) || (!before && after.length === 0)) return undefined
      if (await isStill(path, before))
        return writing(path, () => replaceKubeconfig(target, before, after, token, runtime))
    }
    throw unwritable(path, 'another program keeps changing it')
  })
}

/** The version of a kubeconfig before its last update. */
export interface EarlierVersion {
  readonly path: string
  readonly present: Buffer
  readonly earlier: Buffer
  /** Whether the file has changed since the update. */
  readonly hasChanged: boolean
}

/**
 * Finds the version before the last update.
 *
 * @throws AckError `NothingToUndo`; `KubeconfigUnreadable` if another user may have put it there; what reading throws
 */
export const findEarlierVersion = async (
  path: string,
  {platform}: Pick<Runtime, 'platform'>,
): Promise<EarlierVersion> => {
  const target = await findTarget(path)
  const present = (await readBytes(path, NO_WAIT_MS)) ?? Buffer.alloc(0)
  return reading(path, async () => {
    const backup = await findBackup(target, platform, contentHash(present))
    if (!backup) throw nothingToUndo(path)
    const earlier = await readBackup(backup, statusOf(target) ?? statSync(dirname(target)), platform, MAX_BYTES)
    return {path, present, earlier, hasChanged: contentHash(present) !== backup.hash}
  })
}

/** Both versions as texts. */
export const versionTexts = ({path, present, earlier}: EarlierVersion): {before: string; after: string} => ({
  before: decodeText(present, path),
  after: decodeText(earlier, `the earlier version of ${path}`),
})

/**
 * Restores the version before the last update; the present one becomes the backup.
 *
 * @param mayReplace - whether to restore it even if the file has changed since the update
 * @returns whether it was restored
 * @throws AckError `KubeconfigUnwritable`, and what {@link findEarlierVersion} throws
 */
export const undoKubeconfigFile = async (path: string, mayReplace: boolean, runtime: FileRuntime): Promise<boolean> => {
  const target = await findTarget(path)
  if (!(await reading(path, () => findBackup(target, runtime.platform)))) throw nothingToUndo(path)
  return locked(path, target, runtime, async (token) => {
    const {present, earlier, hasChanged} = await findEarlierVersion(path, runtime)
    if (hasChanged && !mayReplace) return false
    const before = statusOf(target) && present
    await writing(path, () => replaceKubeconfig(target, before, earlier, token, runtime))
    return true
  })
}

/**
 * The path of the file that was updated last.
 *
 * @throws AckError `NothingToUndo`
 */
export const lastUpdated = async (
  paths: readonly [string, ...string[]],
  {platform}: Pick<Runtime, 'platform'>,
): Promise<string> => {
  const found = await Promise.all(
    paths.map(async (path) => {
      const target = await findTarget(path).catch((error: unknown) => {
        // A pipe beside others in KUBECONFIG was never updated.
        if (paths.length === 1) throw error
        return undefined
      })
      return {path, backup: target && (await reading(path, () => findBackup(target, platform)))}
    }),
  )
  const [last] = found
    .flatMap(({path, backup}) => (backup ? [{path, madeAt: backup.madeAt}] : []))
    .toSorted((one, other) => other.madeAt - one.madeAt)
  if (last) return last.path
  throw nothingToUndo(paths.join(' and '))
}

/** Why others can change a file, and with it what kubectl runs as this user; not on Windows. Never throws. */
export const whoElseWrites = (path: string): string | undefined => {
  try {
    return writtenByOthers(statSync(path))
  } catch {
    return undefined
  }
}

const locked = <T>(
  path: string,
  target: string,
  runtime: FileRuntime,
  run: (token: string) => Promise<T>,
): Promise<T> => {
  const token = runtime.nonce()
  return writing(path, () => withClientGoLock([path, target], temporariesOf(target, token), runtime, () => run(token)))
}

const isStill = async (path: string, before: Buffer | undefined): Promise<boolean> => {
  const now = await readBytes(path, NO_WAIT_MS)
  return now && before ? now.equals(before) : now === before
}

const readBytes = async (path: string, waitMs: number): Promise<Buffer | undefined> => {
  try {
    return readUserFile(path, {maxBytes: MAX_BYTES, waitMs})
  } catch (error) {
    if (error instanceof UnusableFile && error.isTooLarge) throw invalid(path, 'is larger than 16 MiB')
    if (errorCode(error) === 'ENOENT') return undefined
    throw unreadable(path, whyUnreadable(error))
  }
}
