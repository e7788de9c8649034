import {lstat} from 'node:fs/promises'
import {hostname} from 'node:os'

import {parseJsonObject} from '../json-object.ts'
import type {FileContext} from './file-context.ts'
import {readPrivateFile} from './private-file.ts'

/** No source takes longer: a process gets 60 s, a network call less. */
const LONGEST_WORK_MS = 90_000
/** A lock appears with its content, so one without was left by a power cut; no reason to be hasty, though. */
const MEANINGLESS_FOR_MS = 2000

/** This process as the owner of a lock, in JSON. */
export const describeOwner = (now: Date): string =>
  JSON.stringify({pid: process.pid, host: hostname(), process: processStart(), startedAt: now.toISOString()})

/**
 * Whether the process that wrote the file no longer works on what it locked: it has ended, or its time is over.
 *
 * @throws never
 */
export const isDead = async (path: string, {runtime}: FileContext): Promise<boolean> => {
  const file = readPrivateFile(path, runtime.platform)
  if (file.state === 'absent') return false // Released just now: the next look will tell.
  const owner = file.state === 'read' ? parseJsonObject(file.text) : undefined
  // A clock that was set back must not keep a lock for ever, hence the distance and not the age.
  const distanceMs = (time: number): number => Math.abs(runtime.now().getTime() - time)
  const startedAt = Date.parse(String(owner?.['startedAt']))
  if (owner === undefined || Number.isNaN(startedAt)) {
    const status = await lstat(path).catch(() => undefined)
    if (status === undefined) return false
    return distanceMs(status.mtimeMs) > (file.state === 'unreadable' ? LONGEST_WORK_MS : MEANINGLESS_FOR_MS)
  }
  if (distanceMs(startedAt) > LONGEST_WORK_MS) return true
  // In containers that share host name and cache, but not processes, this errs towards doing the work twice.
  return owner['host'] === hostname() && !isRunning(owner['pid'], owner['process'])
}

/** Tells this process from an earlier one with its number, as in a container that starts again. */
const processStart = (): number => Math.round(performance.timeOrigin)

const isRunning = (pid: unknown, start: unknown): boolean => {
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) return false
  if (pid === process.pid) return start === processStart()
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // Anything else, EPERM above all, speaks of a process that is there.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
