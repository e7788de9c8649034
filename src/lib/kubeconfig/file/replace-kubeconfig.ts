import {openSync, readFileSync, statSync, writeFileSync, type Stats} from 'node:fs'
import {rm} from 'node:fs/promises'
import {join} from 'node:path'

import {errorCode} from '../../base/error-code.ts'
import {closeQuietly} from '../../base/files/close-quietly.ts'
import {mayOverwrite, overwriteFile} from '../../base/files/overwrite-file.ts'
import {removeAbandoned, replaceFileBy, type FileLikeness} from '../../base/files/replace-file.ts'
import {finalName} from '../../base/files/temporary-name.ts'
import type {Runtime} from '../../base/runtime.ts'
import {backupName, contentHash, removeOtherBackups} from './kubeconfig-backup.ts'
import {unwritable} from './kubeconfig-errors.ts'
import {ownerOfNew} from './owner.ts'
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
 * @returns the path of the backup
 * @throws the file system's error, also if the file may not be written, though to replace it would be possible;
 *   AckError `KubeconfigUnwritable`. The file is then as it was, or the error names the backup
 */
export const replaceKubeconfig = async (
  target: string,
  before: Buffer | undefined,
  after: Buffer,
  token: string,
  {platform, now}: ReplaceRuntime,
): Promise<string> => {
  const present = before && statSync(target)
  if (present) closeQuietly(openSync(target, 'r+'))
  const place = openPrivatePlace(target, platform)
  // Not beside the file: there, programs that read every file of ~/.kube would find it after a kill.
  const temporary = join(place, temporaryName(token))
  const backup = join(place, backupName(target, contentHash(after)))
  const like = likeness(target, present)
  const replace = (path: string, content: Buffer, as?: FileLikeness): Promise<void> =>
    replaceFileBy(temporary, path, content, platform, as)
  const make = (path: string, content: Buffer, as: FileLikeness | undefined): Promise<void> =>
    unlessForbidden(
      () => replace(path, content, as),
      // Without the owner; and where nothing can be renamed, at once.
      () =>
        unlessForbidden(
          () => replace(path, content),
          () => writeFileSync(path, content, {mode: 0o600}),
        ),
    )
  await make(backup, before ?? Buffer.alloc(0), like && {...like, mode: 0o600})
  try {
    if (before)
      await unlessForbidden(
        () => replace(target, after, like),
        () => overwriteFile(target, after, before),
      )
    else await make(target, after, like)
  } catch (error) {
    if (!isAsBefore(target, before)) throw unwritable(target, `${errorCode(error)}; its old content is in ${backup}`)
    await rm(backup, {force: true})
    throw error
  }
  await removeOtherBackups(target, backup)
  // The place holds nothing but ours.
  removeAbandoned(place, now(), (name) => finalName(name) !== undefined)
  return backup
}

/** Does it otherwise where the file system or the owner of the directory forbids the first way. */
const unlessForbidden = async (run: () => Promise<void>, otherwise: () => Promise<void> | void): Promise<void> => {
  try {
    await run()
  } catch (error) {
    if (!mayOverwrite(error)) throw error
    await otherwise()
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
