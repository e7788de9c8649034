import {linkSync, lstatSync, writeFileSync} from 'node:fs'
import {basename, join} from 'node:path'

import {errorCode} from '../../base/error-code.ts'
import {AckError} from '../../base/errors.ts'
import {describeOwner, isDead} from '../../base/files/lock-owner.ts'
import {tryLock} from '../../base/files/lock.ts'
import {readPrivateFile} from '../../base/files/private-file.ts'
import {REFUSED} from '../../base/files/refused-operation.ts'
import {removeAbandonedFor} from '../../base/files/replace-file.ts'
import {temporaryPath} from '../../base/files/temporary-name.ts'
import {unlinkIfPossible} from '../../base/files/unlink-if-possible.ts'
import {waitForLock} from '../../base/files/wait-for-lock.ts'
import {parseJsonObject} from '../../base/json-object.ts'
import {SILENT_LOG} from '../../base/log/silent-log.ts'
import type {Runtime} from '../../base/runtime.ts'
import {TERMINATION_SIGNALS} from '../../base/termination-signals.ts'
import {writeStep} from './kubeconfig-errors.ts'
import {startLockGuard} from './lock-guard.ts'
import {openPrivatePlace} from './private-place.ts'

const LOCK_WAIT_MS = 5000

/** What a lock needs of the process's surroundings. */
export type LockRuntime = Pick<Runtime, 'now' | 'platform' | 'nonce'>

/**
 * Runs something while the files are locked for every program that uses client-go's lock, such as kubectl.
 *
 * @param paths - of the files; each is locked by a file with the suffix `.lock`, as in kubectl
 * @param temporaries - what `run` may leave behind if this process is killed
 * @throws AckError `KubeconfigUnwritable` after 5 s of waiting, or when locking fails; what `run` throws
 * @see https://github.com/kubernetes/client-go/blob/master/tools/clientcmd/config.go
 */
export const withClientGoLock = async <T>(
  paths: readonly string[],
  temporaries: readonly string[],
  runtime: LockRuntime,
  run: () => Promise<T>,
): Promise<T> => {
  // In the order of kubectl, so that two programs never wait for each other.
  const files = [...new Set(paths)].toSorted()
  const token = runtime.nonce()
  const owner: Owner = {text: describeOwner(runtime.now(), token), token}
  const locks = files.map(lockOf)
  const unfinished = locks.map((lock) => temporaryPath(lock, token))
  const guard = startLockGuard(
    {owner: owner.text, locks, temporaries: [...temporaries, ...unfinished]},
    runtime.platform,
  )
  const held: string[] = []
  // client-go never removes a stale lock: kubectl would fail for ever.
  const onSignal = (signal: NodeJS.Signals): void => {
    held.forEach(unlinkIfPossible)
    process.kill(process.pid, signal)
  }
  for (const signal of TERMINATION_SIGNALS) process.once(signal, onSignal)
  try {
    for (const path of files) {
      // By a linked directory or a relative path, two names may be the same lock.
      if (isAmong(held, lockOf(path))) continue
      await takeLock(path, owner, runtime)
      held.push(lockOf(path))
      // Of killed processes whose guard could not do it.
      removeAbandonedFor(lockOf(path), runtime.now())
    }
    return await run()
  } finally {
    held.forEach(unlinkIfPossible)
    guard.end()
    for (const signal of TERMINATION_SIGNALS) process.off(signal, onSignal)
  }
}

/** This process, as its locks name it. */
interface Owner {
  readonly text: string
  /** For temporary names. */
  readonly token: string
}

const lockOf = (path: string): string => `${path}.lock`

const isAmong = (held: readonly string[], lock: string): boolean => {
  const own = fileIdentity(lock)
  return own !== undefined && held.some((other) => fileIdentity(other) === own)
}

const fileIdentity = (path: string): string | undefined => {
  const status = lstatSync(path, {bigint: true, throwIfNoEntry: false})
  return status && `${status.dev}:${status.ino}`
}

const takeLock = async (path: string, owner: Owner, runtime: LockRuntime): Promise<void> => {
  const lock = lockOf(path)
  const tryOnce = async (): Promise<true | undefined> => {
    try {
      makeLock(lock, owner)
      return true
    } catch (error) {
      const code = errorCode(error)
      if (code !== 'EEXIST')
        throw unwritable(
          `cannot create ${lock}: ${code}`,
          writeStep(code) ?? 'make the directory writable for this user',
        )
      removeIfDead(path, lock, runtime)
      return undefined
    }
  }
  if (await waitForLock(tryOnce, {waitMs: LOCK_WAIT_MS})) return
  throw unwritable(
    `${lock} exists: another program is changing the file`,
    `try again; if no kubectl is running, remove ${lock}`,
  )
}

/**
 * Makes a lock that names its owner from the first moment: of an empty one nobody could tell after a kill whose it was, and
 * it would stay for ever. client-go asks only whether the file is there; its own mode, 0, is one that some shared folders
 * cannot open.
 */
const makeLock = (lock: string, {text, token}: Owner): void => {
  const unfinished = temporaryPath(lock, token)
  try {
    writeNew(unfinished, text)
    linkSync(unfinished, lock)
  } catch (error) {
    // A file system without hard links.
    if (!REFUSED.has(errorCode(error))) throw error
    writeNew(lock, text)
  } finally {
    unlinkIfPossible(unfinished)
  }
}

const writeNew = (path: string, text: string): void => {
  try {
    writeFileSync(path, text, {flag: 'wx', mode: 0o600})
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') unlinkIfPossible(path)
    throw error
  }
}

/** Removes the lock of a process of this program that was killed. A lock of another program stays: it names no owner. */
const removeIfDead = (path: string, lock: string, runtime: LockRuntime): void => {
  const context = {runtime, log: SILENT_LOG}
  const isAbandoned = (): boolean => {
    const file = readPrivateFile(lock, runtime.platform)
    return file.state === 'read' && parseJsonObject(file.text)?.['pid'] !== undefined && isDead(lock, context)
  }
  if (!isAbandoned()) return
  // One process at a time: else one could remove the new lock of another that has removed the old one.
  const turn = tryLock(join(openPrivatePlace(path, runtime.platform), `${basename(path)}.turn`), new Set(), context)
  if (turn.state !== 'held') return
  if (isAbandoned()) unlinkIfPossible(lock)
  turn.release(false)
}

const unwritable = (message: string, nextStep: string): AckError =>
  new AckError('KubeconfigUnwritable', message, nextStep)
