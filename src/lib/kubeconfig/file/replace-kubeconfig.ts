import {existsSync, openSync, readFileSync, statSync, writeFileSync, type Stats} from 'node:fs'
import {rm} from 'node:fs/promises'
import {join} from 'node:path'

import {errorCode} from '../../base/error-code.ts'
import {AckError} from '../../base/errors.ts'
import {closeQuietly} from '../../base/files/close-quietly.ts'
import {mayOverwrite, overwriteFile} from '../../base/files/overwrite-file.ts'
import {removeAbandoned, replaceFileBy, type FileLikeness} from '../../base/files/replace-file.ts'
import {finalName} from '../../base/files/temporary-name.ts'
import type {Runtime} from '../../base/runtime.ts'
import {backupName, contentHash, removeOtherBackups, updateIdOf} from './kubeconfig-backup.ts'
import {unwritable, writing} from './kubeconfig-errors.ts'
import {ownerOfNew} from './owner.ts'
import {openPrivatePlace, privatePlaces} from './private-place.ts'

type ReplaceRuntime = Pick<Runtime, 'platform' | 'now'>

/** The paths of the temporary file that {@link replaceKubeconfigs} may make for a file. */
export const temporariesOf = (target: string, token: string): readonly string[] =>
  privatePlaces(target).map((place) => join(place, temporaryName(token)))

const temporaryName = (token: string): string => `${token}.tmp`

/** What becomes of a kubeconfig. */
export interface Replacement {
  /** As the user names it. */
  readonly path: string
  /** The file itself, at the end of links. */
  readonly target: string
  /** The present content; undefined if there is no file. */
  readonly before: Buffer | undefined
  /** The new content; undefined to remove the file. */
  readonly after: Buffer | undefined
  /** Whether nobody but its owner is to have access to it, whatever its mode is now. */
  readonly isPrivate?: boolean
}

/** A replacement for which all is ready: the backup is made, and the file can be written as far as one can tell. */
interface Prepared extends Replacement {
  readonly place: string
  readonly backup: string
  readonly write: () => Promise<void>
  /** Makes the file what it was. */
  readonly putBack: () => Promise<void>
}

/**
 * Replaces kubeconfigs, each at once, with its owner and (unless it becomes private) its mode, and makes the old ones the
 * backups. None is written before all seem writable, and if one fails all the same, those before it are put back. One that
 * cannot be replaced, such as a mount point, is overwritten.
 *
 * @param token - 32 hex digits that nobody else uses, for temporary files and to tie the backups together
 * @returns the path of each backup
 * @throws AckError `KubeconfigUnwritable`, also if a file may not be written, though to replace it would be possible. The
 *   files are then as they were, or the error names what is not, and the backups
 */
export const replaceKubeconfigs = async (
  replacements: readonly Replacement[],
  token: string,
  runtime: ReplaceRuntime,
): Promise<readonly string[]> => {
  const run = replacements.length > 1 ? updateIdOf(token) : undefined
  const prepared: Prepared[] = []
  const written: Prepared[] = []
  try {
    for (const replacement of replacements)
      prepared.push(await writing(replacement.path, () => prepare(replacement, token, run, runtime)))
    for (const file of prepared) {
      await writing(file.path, file.write)
      written.push(file)
    }
  } catch (error) {
    const stuck = await putBackAll(written)
    for (const file of prepared) if (isAsBefore(file)) await rm(file.backup, {force: true}).catch(() => {})
    throw stuck.length === 0 ? error : partlyWritten(error, stuck)
  }
  for (const {target, backup, place} of prepared) {
    await removeOtherBackups(target, backup)
    // The place holds nothing but ours.
    removeAbandoned(place, runtime.now(), (name) => finalName(name) !== undefined)
  }
  return prepared.map(({backup}) => backup)
}

const prepare = async (
  replacement: Replacement,
  token: string,
  run: string | undefined,
  {platform}: ReplaceRuntime,
): Promise<Prepared> => {
  const {target, before, after} = replacement
  const present = before && statSync(target)
  if (present) closeQuietly(openSync(target, 'r+'))
  const place = openPrivatePlace(target, platform)
  // Not beside the file: there, programs that read every file of ~/.kube would find it after a kill.
  const temporary = join(place, temporaryName(token))
  const backup = freeBackupPath(replacement, place, run, token)
  const like = likeness(replacement, present)
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
  const turn = (from: Buffer, to: Buffer): Promise<void> =>
    unlessForbidden(
      () => replace(target, to, like),
      () => overwriteFile(target, to, from),
    )
  // What cannot be removed, such as a mount point, becomes empty, which is the same for kubectl.
  const remove = (): Promise<void> =>
    unlessForbidden(
      () => rm(target, {force: true}),
      () => before && overwriteFile(target, Buffer.alloc(0), before),
    )
  await make(backup, before ?? Buffer.alloc(0), like && {...like, mode: 0o600})
  const write = async (): Promise<void> => {
    try {
      if (!after) await remove()
      else await (before ? turn(before, after) : make(target, after, like))
    } catch (error) {
      if (isAsBefore(replacement)) throw error
      throw unwritable(target, `${errorCode(error)}; its old content is in ${backup}`)
    }
  }
  const putBack = (): Promise<void> => {
    if (!before) return rm(target, {force: true})
    return after ? turn(after, before) : make(target, before, like)
  }
  return {...replacement, place, backup, write, putBack}
}

/** The backup of an earlier update with the same result stays until this one is done: if it fails, that is the last one. */
const freeBackupPath = (
  {target, before, after}: Replacement,
  place: string,
  run: string | undefined,
  token: string,
): string => {
  const pathOf = (id: string | undefined): string =>
    join(place, backupName(target, contentHash(after ?? ''), id, before === undefined))
  return existsSync(pathOf(run)) ? pathOf(updateIdOf(token)) : pathOf(run)
}

/** @returns those that could not be put back */
const putBackAll = async (written: readonly Prepared[]): Promise<readonly Prepared[]> => {
  const stuck = []
  for (const file of written) {
    try {
      await file.putBack()
    } catch {
      stuck.push(file)
    }
  }
  return stuck
}

const partlyWritten = (error: unknown, stuck: readonly Prepared[]): AckError => {
  const {message, nextStep} = AckError.is(error) ? error : unwritable('', errorCode(error))
  const changed = stuck.map(({path, backup}) => `${path} is changed already; its old content is in ${backup}`)
  return new AckError('KubeconfigUnwritable', [message, ...changed].join('; '), nextStep)
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

const likeness = ({target, isPrivate}: Replacement, present: Stats | undefined): FileLikeness | undefined => {
  if (present) return isPrivate ? {uid: present.uid, gid: present.gid, mode: 0o600} : present
  const owner = ownerOfNew(target)
  return owner && {...owner, mode: 0o600}
}

const isAsBefore = ({target, before}: Replacement): boolean => {
  try {
    return before === undefined ? !existsSync(target) : readFileSync(target).equals(before)
  } catch {
    return false
  }
}
