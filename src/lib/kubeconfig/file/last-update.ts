import {statSync} from 'node:fs'
import {dirname} from 'node:path'

import type {Runtime} from '../../base/runtime.ts'
import {findTarget} from './find-target.ts'
import {contentHash, findBackup, readBackup, type Backup} from './kubeconfig-backup.ts'
import {nothingToUndo, reading, unwritable} from './kubeconfig-errors.ts'
import {MAX_BYTES, readWritable, withFilesLocked, type FileRuntime} from './kubeconfig-file.ts'
import {decodeText} from './kubeconfig-text.ts'
import {statusOf} from './private-place.ts'
import {replaceKubeconfigs} from './replace-kubeconfig.ts'

/** The version of a kubeconfig before its last update. */
export interface EarlierVersion {
  readonly path: string
  /** The file itself, at the end of links. */
  readonly target: string
  /** Empty if there is no file any more. */
  readonly present: Buffer
  /** Empty if there was no file. */
  readonly earlier: Buffer
  /** Whether the update made the file. */
  readonly wasAbsent: boolean
  /** Whether the file has changed since the update. */
  readonly hasChanged: boolean
}

/** What became of an undo. */
export interface Undo {
  /** False if files have changed since the update, and are not to be replaced. */
  readonly isDone: boolean
  readonly versions: readonly EarlierVersion[]
}

/**
 * Finds the versions before the last update: of all files, among those given, that it changed together.
 *
 * @returns at least one
 * @throws AckError `NothingToUndo`; `KubeconfigUnreadable` if another user may have made one; what reading throws
 */
export const findLastUpdate = async (
  paths: readonly string[],
  runtime: Pick<Runtime, 'platform'>,
): Promise<readonly EarlierVersion[]> => {
  const backups = await backupsOf(paths, runtime)
  const [last] = backups.toSorted((one, other) => other.backup.madeAt - one.backup.madeAt)
  if (!last) throw nothingToUndo(paths.join(' and '))
  const ofRun = backups.filter((found) => found === last || (last.backup.run && found.backup.run === last.backup.run))
  const versions = await Promise.all(ofRun.map((found) => readVersion(found, runtime)))
  // Of an update that was cut short, the files that it did not come to.
  const changed = versions.filter(({present, earlier}) => !present.equals(earlier))
  return changed.length > 0 ? changed : versions
}

/** Both versions as texts. */
export const versionTexts = ({
  path,
  present,
  earlier,
}: EarlierVersion): {readonly path: string; readonly before: string; readonly after: string} => ({
  path,
  before: decodeText(present, path),
  after: decodeText(earlier, `the earlier version of ${path}`),
})

/**
 * Restores the versions before the last update, all or none; the present ones become the backups.
 *
 * @param mayReplace - whether to restore them even if files have changed since the update
 * @throws AckError `KubeconfigUnwritable`, and what {@link findLastUpdate} throws
 */
export const undoLastUpdate = async (
  paths: readonly string[],
  mayReplace: boolean,
  runtime: FileRuntime,
): Promise<Undo> => {
  const found = await findLastUpdate(paths, runtime)
  return withFilesLocked(found, runtime, async (token) => {
    const versions = await findLastUpdate(paths, runtime)
    const stranger = versions.find(({target}) => !found.some((locked) => locked.target === target))
    if (stranger) throw unwritable(stranger.path, 'another program is changing it', 'try again')
    if (!mayReplace && versions.some(({hasChanged}) => hasChanged)) return {isDone: false, versions}
    const replacements = versions.map(({path, target, present, earlier, wasAbsent}) => ({
      path,
      target,
      before: statusOf(target) && present,
      after: wasAbsent ? undefined : earlier,
    }))
    await replaceKubeconfigs(replacements, token, runtime)
    return {isDone: true, versions}
  })
}

interface FoundBackup {
  readonly path: string
  readonly target: string
  readonly backup: Backup
}

/** The backup of each file that has one; each file once. */
const backupsOf = async (
  paths: readonly string[],
  {platform}: Pick<Runtime, 'platform'>,
): Promise<readonly FoundBackup[]> => {
  const byTarget = new Map<string, FoundBackup>()
  for (const path of paths) {
    const target = await findTarget(path).catch((error: unknown) => {
      // A pipe beside others in KUBECONFIG was never updated.
      if (paths.length === 1) throw error
      return undefined
    })
    if (target === undefined || byTarget.has(target)) continue
    const backup = await reading(path, async () => {
      if (!(await findBackup(target, platform))) return undefined
      // What cannot be read fails later, if it is of the last update.
      const present = await readWritable(path).catch(() => undefined)
      return findBackup(target, platform, contentHash(present ?? ''))
    })
    if (backup) byTarget.set(target, {path, target, backup})
  }
  return [...byTarget.values()]
}

const readVersion = async (
  {path, target, backup}: FoundBackup,
  {platform}: Pick<Runtime, 'platform'>,
): Promise<EarlierVersion> => {
  const present = (await readWritable(path)) ?? Buffer.alloc(0)
  const earlier = await reading(path, () =>
    readBackup(backup, statusOf(target) ?? statSync(dirname(target)), platform, MAX_BYTES),
  )
  const {wasAbsent, hash} = backup
  return {path, target, present, earlier, wasAbsent, hasChanged: contentHash(present) !== hash}
}
