import {realpath} from 'node:fs/promises'

import {type Attempt, tryLock} from '../base/files/lock.ts'
import {waitWhileBusy} from '../base/files/wait-for-lock.ts'
import {AckError} from '../base/errors.ts'
import type {FileContext} from '../base/files/file-context.ts'
import {editableProfile, type EditableProfile, type ProfileChanges} from './editable-profile.ts'
import type {Profile} from './profile.ts'
import {readCredentialBytes} from './read-file.ts'
import {cannotWrite, configLock, removeHalfMade, writeConfig, type ConfigFile} from './write-config.ts'

/** It has been read before: a pipe has nothing more to give, and cannot be written back. */
const NO_WAIT_MS = 0

/** A profile whose file is locked for other processes of this program. */
export interface LockedProfile {
  /** As read after taking the lock. */
  readonly profile: Profile
  /**
   * Makes certain that `save` will work for these fields, by writing the file as it is. Without it, what is spent to get
   * new values could be lost.
   *
   * @throws AckError `CredentialFileUnwritable`, `CredentialFileInvalid` where one of them stands twice, and what reading
   *   the file throws
   */
  readonly tryToSave: (fields: readonly string[]) => Promise<void>
  /**
   * Writes new values of fields into the file; everything else stays.
   *
   * @throws AckError `CredentialFileUnwritable`, `ProfileNotFound`, or `CredentialFileInvalid`; also when another
   *   program has changed the profile meanwhile
   */
  readonly save: (changes: ProfileChanges) => Promise<void>
}

interface UpdateContext extends FileContext {
  /** How long to wait for the lock, in milliseconds: its holder calls services, each with a time limit like ours. */
  readonly waitMs: number
  /** Ends the wait for the lock. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Reads a profile of the aliyun CLI's config.json and may write it, while other processes of this program wait. The
 * aliyun CLI itself uses no lock; a change that it makes meanwhile is never overwritten.
 *
 * @throws AckError `DeadlineExceeded` after the time to wait; `ProfileNotFound` if the profile was removed; what reading
 *   the file and `run` throw
 */
export const withCliConfigLock = async <T>(
  path: string,
  profileName: string,
  context: UpdateContext,
  run: (locked: LockedProfile) => Promise<T>,
): Promise<T> => {
  // A link stays a link: its target is locked and replaced.
  const file = {path, target: await realpath(path).catch(() => path)}
  const lock = await takeLock(configLock(file.target), context)
  try {
    if (lock.state === 'held') removeHalfMade(file, context.runtime.now())
    return await run(await lockedProfile(file, profileName, lock, context))
  } finally {
    if (lock.state === 'held') lock.release(false)
  }
}

const lockedProfile = async (
  file: ConfigFile,
  profileName: string,
  lock: Attempt,
  {runtime}: UpdateContext,
): Promise<LockedProfile> => {
  const {path} = file
  let known = await readProfile(path, profileName)
  const {profile} = known
  const save = async (changes: ProfileChanges): Promise<void> => {
    const current = await readProfile(path, profileName)
    if (current.snapshot !== known.snapshot)
      throw cannotWrite(path, 'another program has changed the profile meanwhile')
    await writeConfig(file, current.edit(changes), current.bytes, runtime)
    known = await readProfile(path, profileName)
  }
  const tryToSave = async (fields: readonly string[]): Promise<void> => {
    if (lock.state === 'unavailable') throw cannotWrite(path, `its directory cannot be written: ${lock.why}`)
    const current = await readProfile(path, profileName)
    current.refuseIfUnclear(fields)
    await writeConfig(file, current.bytes.toString('utf8'), current.bytes, runtime)
  }
  return {profile, tryToSave, save}
}

const takeLock = async (lockPath: string, context: UpdateContext): Promise<Attempt> => {
  const {log, waitMs, signal} = context
  const attempt = await waitWhileBusy(() => tryLock(lockPath, new Set(), context), {waitMs, signal})
  if (attempt?.state === 'unavailable') log.debug(`continuing without the lock ${lockPath}: ${attempt.why}`)
  if (attempt) return attempt
  if (signal?.reason instanceof AckError) throw signal.reason
  throw lockedTooLong(lockPath)
}

interface ReadProfile extends EditableProfile {
  /** The whole file. */
  readonly bytes: Buffer
}

const readProfile = async (path: string, name: string): Promise<ReadProfile> => {
  const bytes = await readCredentialBytes(path, NO_WAIT_MS)
  const profile = bytes && editableProfile(bytes.toString('utf8'), path, name)
  if (profile) return {...profile, bytes}
  throw new AckError(
    'ProfileNotFound',
    `profile ${JSON.stringify(name)} is no longer in ${path}`,
    'another program has removed it: choose another profile, or run `aliyun configure`',
  )
}

const lockedTooLong = (lockPath: string): AckError =>
  new AckError(
    'DeadlineExceeded',
    `timed out waiting for another process to release ${lockPath}`,
    'try again, or pass a longer --timeout; if it persists, remove that directory',
  )
