import {unlinkSync} from 'node:fs'
import {lstat, open, unlink} from 'node:fs/promises'

import {AckError} from '../../base/errors.ts'
import {errorCode} from '../../base/error-code.ts'
import {waitForLock} from '../../base/files/wait-for-lock.ts'

const LOCK_WAIT_MS = 5000

/**
 * Runs something while the files are locked for every program that uses client-go's lock, such as kubectl.
 *
 * @param paths - of the files; each is locked by a file with the suffix `.lock`, as in kubectl
 * @throws AckError `KubeconfigUnwritable` after 5 s of waiting, or when locking fails; what `run` throws
 * @see https://github.com/kubernetes/client-go/blob/master/tools/clientcmd/config.go
 */
export const withClientGoLock = async <T>(paths: readonly string[], run: () => Promise<T>): Promise<T> => {
  const locks = [...new Set(paths)].map((path) => `${path}.lock`)
  const held: string[] = []
  // client-go never removes a stale lock: kubectl would fail for ever.
  const onSignal = (signal: NodeJS.Signals): void => {
    for (const lock of held) unlinkSync(lock)
    process.kill(process.pid, signal)
  }
  for (const signal of SIGNALS) process.once(signal, onSignal)
  try {
    for (const lock of locks) {
      // By a linked directory or a relative path, two names may be the same lock.
      if (await isAmong(held, lock)) continue
      await takeLock(lock)
      held.push(lock)
    }
    return await run()
  } finally {
    for (const lock of held) await unlink(lock).catch(() => {})
    for (const signal of SIGNALS) process.off(signal, onSignal)
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

const isAmong = async (held: readonly string[], lock: string): Promise<boolean> => {
  const [own, ...others] = await Promise.all([lock, ...held].map(fileIdentity))
  return own !== undefined && others.includes(own)
}

const fileIdentity = async (path: string): Promise<string | undefined> => {
  const status = await lstat(path, {bigint: true}).catch(() => undefined)
  return status && `${status.dev}:${status.ino}`
}

const takeLock = async (lock: string): Promise<void> => {
  const tryOnce = async (): Promise<true | undefined> => {
    try {
      const file = await open(lock, 'wx', 0)
      await file.close()
      return true
    } catch (error) {
      const code = errorCode(error)
      if (code === 'EEXIST') return undefined
      throw unwritable(`cannot create ${lock}: ${code}`, 'make the directory writable for this user')
    }
  }
  if (await waitForLock(tryOnce, {waitMs: LOCK_WAIT_MS})) return
  throw unwritable(
    `${lock} exists: another program is changing the file`,
    `try again; if no kubectl is running, remove ${lock}`,
  )
}

const unwritable = (message: string, nextStep: string): AckError =>
  new AckError('KubeconfigUnwritable', message, nextStep)
