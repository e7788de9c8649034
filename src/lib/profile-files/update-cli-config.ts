import {isUtf8} from 'node:buffer'
import {realpath, stat} from 'node:fs/promises'

import {errorCode} from '../base/error-code.ts'
import {type Attempt, tryLock} from '../base/files/lock.ts'
import {isForeign} from '../base/files/private-file.ts'
import {replaceFile} from '../base/files/replace-file.ts'
import {waitForLock} from '../base/files/wait-for-lock.ts'
import {AckError} from '../base/errors.ts'
import type {FileContext} from '../base/files/file-context.ts'
import {editableProfile, type EditableProfile, type ProfileChanges} from './editable-profile.ts'
import {invalidFile, type Profile} from './profile.ts'
import {readCredentialBytes} from './read-file.ts'

/** The holder of the lock makes at most two calls of a service. */
const LOCK_WAIT_MS = 10_000
/** It has been read before: a pipe has nothing more to give, and cannot be written back. */
const NO_WAIT_MS = 0

/** A profile whose file is locked for other processes of this program. */
export interface LockedProfile {
  /** As read after taking the lock. */
  readonly profile: Profile
  /** Whether the directory is writable. If not, there is no lock either. */
  readonly canSave: boolean
  /**
   * Writes new values of fields into the file; everything else stays.
   *
   * @throws AckError `CredentialFileUnwritable`, `ProfileNotFound`, or `CredentialFileInvalid`; also when another
   *   program has changed the profile meanwhile
   */
  readonly save: (changes: ProfileChanges) => Promise<void>
}

interface UpdateContext extends FileContext {
  /** Ends the wait for the lock. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Reads a profile of the aliyun CLI's config.json and may write it, while other processes of this program wait. The
 * aliyun CLI itself uses no lock; a change that it makes meanwhile is never overwritten.
 *
 * @throws AckError `DeadlineExceeded` after 10 s of waiting; `ProfileNotFound` if the profile was removed; what reading
 *   the file and `run` throw
 */
export const withCliConfigLock = async <T>(
  path: string,
  profileName: string,
  context: UpdateContext,
  run: (locked: LockedProfile) => Promise<T>,
): Promise<T> => {
  // A link stays a link: its target is locked and replaced.
  const target = await realpath(path).catch(() => path)
  const lock = await takeLock(`${target}.ack-ram-tool.lock`, context)
  try {
    let known = await readProfile(path, profileName)
    const {profile} = known
    const save = async (changes: ProfileChanges): Promise<void> => {
      const current = await readProfile(path, profileName)
      if (current.snapshot !== known.snapshot)
        throw cannotWrite(path, 'another program has changed the profile meanwhile')
      await writeConfig(path, target, current.edit(changes), context)
      known = await readProfile(path, profileName)
    }
    return await run({profile, canSave: lock.state === 'held', save})
  } finally {
    if (lock.state === 'held') lock.release(false)
  }
}

const takeLock = async (lockPath: string, context: UpdateContext): Promise<Attempt> => {
  const {log, signal} = context
  const tryOnce = async (): Promise<Attempt | undefined> => {
    const attempt = tryLock(lockPath, new Set(), context)
    if (attempt.state === 'unavailable') log.debug(`continuing without the lock ${lockPath}: ${attempt.why}`)
    return attempt.state === 'busy' ? undefined : attempt
  }
  const attempt = await waitForLock(tryOnce, {waitMs: LOCK_WAIT_MS, signal})
  if (attempt) return attempt
  if (signal?.reason instanceof AckError) throw signal.reason
  throw lockedTooLong(lockPath)
}

const readProfile = async (path: string, name: string): Promise<EditableProfile> => {
  const bytes = await readCredentialBytes(path, NO_WAIT_MS)
  if (bytes && !isUtf8(bytes)) throw invalidFile(path, 'is not UTF-8')
  const profile = bytes && editableProfile(bytes.toString('utf8'), path, name)
  if (profile) return profile
  throw new AckError(
    'ProfileNotFound',
    `profile ${JSON.stringify(name)} is no longer in ${path}`,
    'another program has removed it: choose another profile, or run `aliyun configure`',
  )
}

const writeConfig = async (path: string, target: string, text: string, {runtime}: UpdateContext): Promise<void> => {
  try {
    const before = await stat(target)
    const isRoot = process.geteuid?.() === 0
    if (isForeign(before) && !isRoot) throw cannotWrite(path, 'another user owns it')
    // It holds secrets: group and others lose their permissions.
    await replaceFile(target, text, runtime, Object.assign(before, {mode: before.mode & 0o600}))
  } catch (error) {
    throw error instanceof AckError ? error : cannotWrite(path, errorCode(error))
  }
}

const cannotWrite = (path: string, why: string): AckError =>
  new AckError(
    'CredentialFileUnwritable',
    `cannot write ${path}: ${why}`,
    'make the file and its directory writable for this user',
  )

const lockedTooLong = (lockPath: string): AckError =>
  new AckError(
    'DeadlineExceeded',
    `timed out waiting for another process to release ${lockPath}`,
    'try again; if it persists, remove that directory',
  )
