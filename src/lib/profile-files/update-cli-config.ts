import {isUtf8} from 'node:buffer'
import {realpath, stat} from 'node:fs/promises'
import {setTimeout as sleep} from 'node:timers/promises'

import {type Attempt, tryLock} from '../base/files/lock.ts'
import {isForeign} from '../base/files/private-file.ts'
import {replaceFile} from '../base/files/replace-file.ts'
import {AckError} from '../base/errors.ts'
import type {Log} from '../base/log/log.ts'
import type {Runtime} from '../base/runtime.ts'
import {editableProfile, type EditableProfile, type ProfileChanges} from './editable-profile.ts'
import {invalidFile, type Profile} from './profile.ts'
import {readCredentialBytes} from './read-file.ts'

/** Who holds the lock makes two calls of a service at most. */
const LOCK_WAIT_MS = 10_000

/** A profile while no other process of ours works on its file. */
export interface LockedProfile {
  /** As it stood in the file when the lock was taken. */
  readonly profile: Profile
  /** Whether the directory lets us write at all. Without that there is no lock either. */
  readonly canSave: boolean
  /**
   * Writes new values of fields into the file; all the rest of it stays.
   *
   * @throws AckError `CredentialFileUnwritable`, `ProfileNotFound`, or `CredentialFileInvalid`; also when another
   *   program has changed the profile meanwhile
   */
  readonly save: (changes: ProfileChanges) => Promise<void>
}

interface UpdateContext {
  readonly runtime: Pick<Runtime, 'now' | 'platform' | 'nonce'>
  readonly log: Pick<Log, 'debug' | 'warn'>
  /** Ends the wait for the lock. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Reads a profile of the aliyun CLI's config.json, decides and writes, while every other process of ours waits.
 * The aliyun CLI itself knows no lock; what it has changed meanwhile is never overwritten.
 *
 * @throws AckError `DeadlineExceeded` after 10 s of waiting; `ProfileNotFound` when the profile is gone; what reading
 *   the file and `run` throw
 */
export const withCliConfigLock = async <T>(
  path: string,
  profileName: string,
  context: UpdateContext,
  run: (locked: LockedProfile) => Promise<T>,
): Promise<T> => {
  // A link stays one: what it points to is locked and replaced.
  const target = await realpath(path).catch(() => path)
  const lock = await takeLock(`${target}.ack-ram-tool.lock`, context)
  try {
    let known = await readProfile(path, profileName)
    const {profile} = known
    const save = async (changes: ProfileChanges): Promise<void> => {
      const current = await readProfile(path, profileName)
      if (current.snapshot !== known.snapshot)
        throw cannotWrite(path, 'another program has changed the profile meanwhile')
      await write(path, target, current.edit(changes), context)
      known = await readProfile(path, profileName)
    }
    return await run({profile, canSave: lock.state === 'held', save})
  } finally {
    if (lock.state === 'held') await lock.release(false)
  }
}

const takeLock = async (lockPath: string, context: UpdateContext): Promise<Attempt> => {
  const {log, signal} = context
  // Not the wall clock: it may be set while we wait.
  const end = performance.now() + LOCK_WAIT_MS
  for (;;) {
    if (signal?.reason instanceof AckError) throw signal.reason
    if (signal?.aborted || performance.now() >= end) throw lockedTooLong(lockPath)
    const attempt = await tryLock(lockPath, new Set(), context)
    if (attempt.state === 'unavailable') log.debug(`going on without the lock ${lockPath}: ${attempt.why}`)
    if (attempt.state !== 'busy') return attempt
    // Of random length, so that those who started together do not all look at the same moment.
    await sleep(20 + Math.random() * 40, undefined, signal && {signal}).catch(() => {})
  }
}

const readProfile = async (path: string, name: string): Promise<EditableProfile> => {
  const bytes = await readCredentialBytes(path)
  if (bytes && !isUtf8(bytes)) throw invalidFile(path, 'is not UTF-8')
  const profile = bytes && editableProfile(bytes.toString('utf8'), path, name)
  if (profile) return profile
  throw new AckError(
    'ProfileNotFound',
    `profile ${JSON.stringify(name)} is no longer in ${path}`,
    'another program has removed it: choose another profile, or configure it again',
  )
}

const write = async (path: string, target: string, text: string, {runtime}: UpdateContext): Promise<void> => {
  try {
    const before = await stat(target)
    const isRoot = process.geteuid?.() === 0
    if (isForeign(before) && !isRoot) throw cannotWrite(path, 'another user owns it')
    // It holds secrets: what its group and others may do with it is taken away.
    await replaceFile(target, text, runtime, Object.assign(before, {mode: before.mode & 0o600}))
  } catch (error) {
    throw error instanceof AckError
      ? error
      : cannotWrite(path, (error as NodeJS.ErrnoException).code ?? 'unknown error')
  }
}

const cannotWrite = (path: string, why: string): AckError =>
  new AckError(
    'CredentialFileUnwritable',
    `cannot write ${path}: ${why}`,
    'let this user write the file and its directory',
  )

const lockedTooLong = (lockPath: string): AckError =>
  new AckError(
    'DeadlineExceeded',
    `another process holds ${lockPath} for too long`,
    'try again; if it stays, remove that directory',
  )
