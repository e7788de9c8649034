import {statSync} from 'node:fs'
import {dirname} from 'node:path'

import {errorCode} from '../../base/error-code.ts'
import {readUserFile, UnusableFile, whyUnreadable} from '../../base/files/read-user-file.ts'
import {writtenByOthers} from '../../base/files/written-by-others.ts'
import type {Log} from '../../base/log/log.ts'
import type {Runtime} from '../../base/runtime.ts'
import {withClientGoLock} from './client-go-lock.ts'
import {findTarget} from './find-target.ts'
import {invalid, unreadable, unwritable, writing} from './kubeconfig-errors.ts'
import {decodeText, encodeLike} from './kubeconfig-text.ts'
import {keepForOwner, makeDirsForOwner} from './owner.ts'
import {replaceKubeconfigs, temporariesOf, type Replacement} from './replace-kubeconfig.ts'

/** The most that a kubeconfig may have. */
export const MAX_BYTES = 16 * 1024 * 1024
/** What is written is no pipe. */
const NO_WAIT_MS = 0
/** A program that ignores the lock may change the file meanwhile, though hardly several times. */
const ATTEMPTS = 3

/** What changing a kubeconfig needs of the process's surroundings. */
export type FileRuntime = Pick<Runtime, 'now' | 'platform' | 'nonce'>

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

/** How one kubeconfig file is to change. */
export interface FileUpdate {
  readonly path: string
  /**
   * Turns the old text into the new one; gets undefined if there is no file; is called again if another program changes a
   * file meanwhile.
   */
  readonly decide: (text: string | undefined) => Promise<string>
  /** Whether it becomes a file for its owner alone, whatever its mode was; else it keeps its mode. */
  readonly isPrivate?: boolean
}

/**
 * Updates kubeconfig files together: under client-go's lock of all of them, each atomically, with its owner and (unless it
 * becomes private) its mode, and following a link. The old versions become the backups, from which --undo restores them
 * together.
 *
 * @returns the path of the backup of each file, undefined for one that was not to be written
 * @throws AckError `KubeconfigUnwritable`, what reading the files and `decide` throw; the files are then unchanged, or the
 *   error names those that are not
 */
export const updateKubeconfigFiles = async (
  updates: readonly FileUpdate[],
  runtime: FileRuntime,
): Promise<readonly (string | undefined)[]> => {
  const files: LocatedUpdate[] = []
  for (const update of updates) files.push({...update, target: await findTarget(update.path)})
  for (const {path} of files) await writing(path, () => makeDirsForOwner(dirname(path)))
  return withFilesLocked(files, runtime, async (token) => {
    let restless: string | undefined
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const replacements = await decideAll(files)
      restless = await firstChanged(replacements)
      if (restless !== undefined) continue
      const backups = await replaceKubeconfigs(replacements, token, runtime)
      for (const {path, target, isPrivate} of files) if (isPrivate) await writing(path, () => keepForOwner(target))
      return files.map(({target}) => backups[replacements.findIndex((replacement) => replacement.target === target)])
    }
    throw unwritable(restless ?? '', 'another program keeps changing it')
  })
}

/** {@link updateKubeconfigFiles} for one file. */
export const updateKubeconfigFile = async (
  path: string,
  decide: FileUpdate['decide'],
  runtime: FileRuntime,
  isPrivate = false,
): Promise<string | undefined> => (await updateKubeconfigFiles([{path, decide, isPrivate}], runtime))[0]

interface LocatedUpdate extends FileUpdate {
  readonly target: string
}

type Decided = Replacement & {readonly after: Buffer}

/** What is to be written. Of two paths that lead to one file, the second is decided about as the first leaves it. */
const decideAll = async (files: readonly LocatedUpdate[]): Promise<readonly Decided[]> => {
  const byTarget = new Map<string, Decided>()
  for (const {path, target, decide, isPrivate = false} of files) {
    const first = byTarget.get(target)
    const present = first ? first.after : await readWritable(path)
    const after = encodeLike(await decide(present && decodeText(present, path)), present)
    byTarget.set(target, first ? {...first, after} : {path, target, before: present, after, isPrivate})
  }
  return [...byTarget.values()].filter(({before, after}) => (before ? !before.equals(after) : after.length > 0))
}

/** The path of the first file that is not as it was when it was decided about. */
const firstChanged = async (replacements: readonly Replacement[]): Promise<string | undefined> => {
  for (const {path, before} of replacements) {
    const now = await readWritable(path)
    if (now && before ? !now.equals(before) : now !== before) return path
  }
  return undefined
}

/** Warns if others can change a file, and with it what kubectl runs as this user; not on Windows. Never throws. */
export const warnOfOtherWriters = (path: string, log: Pick<Log, 'warn'>): void => {
  // Not refused: kubectl reads it all the same, and where a file system has no modes, every file is like that.
  const who = describeOtherWriters(path)
  if (who !== undefined) log.warn(`${path}: ${who}, and so can decide what kubectl runs as you`)
}

const describeOtherWriters = (path: string): string | undefined => {
  try {
    return writtenByOthers(statSync(path))
  } catch {
    return undefined
  }
}

/**
 * Runs something while files are locked.
 *
 * @param run - gets 32 hex digits for the temporary files, which are removed if this process is killed
 * @throws AckError `KubeconfigUnwritable`; what `run` throws
 */
export const withFilesLocked = <T>(
  files: readonly Pick<Replacement, 'path' | 'target'>[],
  runtime: FileRuntime,
  run: (token: string) => Promise<T>,
): Promise<T> => {
  const token = runtime.nonce()
  const paths = files.flatMap(({path, target}) => [path, target])
  const temporaries = new Set(files.flatMap(({target}) => temporariesOf(target, token)))
  return writing(files.map(({path}) => path).join(' and '), () =>
    withClientGoLock(paths, [...temporaries], runtime, () => run(token)),
  )
}

/** The content of what is to be written, which is no pipe; otherwise as {@link readKubeconfigFile}. */
export const readWritable = (path: string): Promise<Buffer | undefined> => readBytes(path, NO_WAIT_MS)

const readBytes = async (path: string, waitMs: number): Promise<Buffer | undefined> => {
  try {
    return readUserFile(path, {maxBytes: MAX_BYTES, waitMs})
  } catch (error) {
    if (error instanceof UnusableFile && error.isTooLarge) throw invalid(path, 'is larger than 16 MiB')
    if (errorCode(error) === 'ENOENT') return undefined
    throw unreadable(path, whyUnreadable(error))
  }
}
