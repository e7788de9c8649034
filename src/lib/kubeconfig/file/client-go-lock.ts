import {unlinkSync} from 'node:fs'
import {lstat, open, unlink} from 'node:fs/promises'
import {setTimeout as sleep} from 'node:timers/promises'

import {AckError} from '../../base/errors.ts'
import {errorCode} from '../../base/files/private-file.ts'

const LOCK_WAIT_MS = 5000

/**
 * Does something while no other program that honours client-go's lock changes the files.
 *
 * @param paths - of the files; each is locked by a file of its name with `.lock` behind it, which kubectl makes too
 * @throws AckError `KubeconfigUnwritable` after 5 s of waiting, or when there can be no lock; what `run` throws
 * @see https://github.com/kubernetes/client-go/blob/master/tools/clientcmd/config.go
 */
export const withClientGoLock = async <T>(paths: readonly string[], run: () => Promise<T>): Promise<T> => {
  const locks = [...new Set(paths)].map((path) => `${path}.lock`)
  const held: string[] = []
  // client-go never removes a lock that was left behind: a kubectl would fail for ever.
  const onSignal = (signal: NodeJS.Signals): void => {
    for (const lock of held) unlinkSync(lock)
    process.kill(process.pid, signal)
  }
  for (const signal of SIGNALS) process.once(signal, onSignal)
  try {
    for (const lock of locks) {
      // Through a directory that is a link, or from a relative path, two names are one lock.
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
  // Not the wall clock: it may be set while we wait.
  const end = performance.now() + LOCK_WAIT_MS
  for (;;) {
    try {
      const file = await open(lock, 'wx', 0)
      return await file.close()
    } catch (error) {
      const code = errorCode(error)
      if (code !== 'EEXIST') throw unwritable(`cannot make ${lock}: ${code}`, 'let this user write the directory')
      if (performance.now() >= end)
        throw unwritable(
          `${lock} is there, so another program is changing the file`,
          `try again; if no kubectl is running, remove ${lock}`,
        )
    }
    // Of random length, so that those who started together do not all look at the same moment.
    await sleep(20 + Math.random() * 40)
  }
}

const unwritable = (message: string, nextStep: string): AckError =>
  new AckError('KubeconfigUnwritable', message, nextStep)
