import {closeSync, openSync, readFileSync, statSync, type Stats} from 'node:fs'
import {rm} from 'node:fs/promises'
import {join} from 'node:path'

import {errorCode} from '../../base/error-code.ts'
import {mayOverwrite, overwriteFile} from '../../base/files/overwrite-file.ts'
import {isForeign} from '../../base/files/private-file.ts'
import {removeAbandoned, replaceFileBy, type FileLikeness} from '../../base/files/replace-file.ts'
import type {Runtime} from '../../base/runtime.ts'
import {backupName, contentHash, removeOtherBackups} from './kubeconfig-backup.ts'
import {unwritable} from './kubeconfig-errors.ts'
import {isRoot, ownerOfNew} from './owner.ts'
import {openPrivatePlace, privatePlaces} from './private-place.ts'

type ReplaceRuntime = Pick<Runtime, 'platform' | 'now'>

/** The paths of the temporary file that {@link replaceKubeconfig} may make. */
export const temporariesOf = (target: string, token: string): readonly string[] =>
  privatePlaces(target).map((place) => join(place, temporaryName(token)))

const temporaryName = (token: string): string => `${token}.tmp`

/**
 * Replaces a kubeconfig at once, with its mode and owner, and makes the old one the backup. One that cannot be replaced,
 * such as a mount point, is overwritten.
 *
 * @param before - the present content; undefined if there is no file
 * @param token - 32 hex digits that nobody else uses, for a temporary file
 * @throws the file system's error, also if the file may not be written, though to replace it would be possible;
 *   AckError `KubeconfigUnwritable`. The file is then as it was, or the error names the backup
 */
export const replaceKubeconfig = async (
  target: string,
  before: Buffer | undefined,
  after: Buffer,
  token: string,
  {platform, now}: ReplaceRuntime,
): Promise<void> => {
  const present = before && statSync(target)
  if (present) closeSync(openSync(target, 'r+'))
  const place = openPrivatePlace(target, platform)
  // Not beside the file: there, programs that read every file of ~/.kube would find it after a kill.
  const temporary = join(place, temporaryName(token))
  const backup = join(place, backupName(target, contentHash(after)))
  const like = likeness(target, present)
  const isOthers = present !== undefined && isForeign(present) && !isRoot()
  await replaceFileBy(temporary, backup, before ?? '', platform, like && !isOthers ? {...like, mode: 0o600} : undefined)
  try {
    if (isOthers) overwriteFile(target, after, before ?? Buffer.alloc(0))
    else await replaceOrOverwrite(() => replaceFileBy(temporary, target, after, platform, like), target, before, after)
  } catch (error) {
    if (!isAsBefore(target, before)) throw unwritable(target, `${errorCode(error)}; its old content is in ${backup}`)
    await rm(backup, {force: true})
    throw error
  }
  await removeOtherBackups(target, backup)
  removeAbandoned(place, now())
}

const replaceOrOverwrite = async (
  replace: () => Promise<void>,
  target: string,
  before: Buffer | undefined,
  after: Buffer,
): Promise<void> => {
  try {
    await replace()
  } catch (error) {
    if (!before || !mayOverwrite(error)) throw error
    overwriteFile(target, after, before)
  }
}

const likeness = (target: string, present: Stats | undefined): FileLikeness | undefined => {
  if (present) return present
  const owner = ownerOfNew(target)
  return owner && {...owner, mode: 0o600}
}

const isAsBefore = (target: string, before: Buffer | undefined): boolean => {
  try {
    return before === undefined || readFileSync(target).equals(before)
  } catch {
    return false
  }
}
