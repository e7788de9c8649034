import {lstatSync, readFileSync} from 'node:fs'
import {hostname} from 'node:os'

import {parseJsonObject} from '../json-object.ts'
import {errorCode} from '../error-code.ts'
import type {FileContext} from './file-context.ts'
import {isForeign, MAX_BYTES, readPrivateFile} from './private-file.ts'

/**
 * How long an owner holds a lock of which nobody can tell whether it still runs: on another host, or where the system does
 * not say when a process started. With the usual --timeout no work takes longer; with a longer one, another process may
 * begin the same work meanwhile.
 */
const LONGEST_WORK_MS = 90_000
/** A lock is created with its content, so an empty or damaged owner file was left by a power cut. It gets this long. */
const DAMAGED_FOR_MS = 2000

/**
 * This process as the owner of a lock, in one line of JSON.
 *
 * @param token - tells this lock from others of this process
 */
export const describeOwner = (now: Date, token?: string): string =>
  JSON.stringify({
    pid: process.pid,
    host: hostname(),
    process: PROCESS_START,
    tick: startTick(process.pid),
    startedAt: now.toISOString(),
    token,
  })

/**
 * Whether the owner of a lock is dead: its process has ended, or it is not known to run and has held the lock for longer
 * than any work takes. One that runs keeps it: it may wait for a person, or be suspended.
 *
 * @param path - of the owner's file
 *
 * @throws never
 */
export const isDead = (path: string, {runtime}: FileContext): boolean => {
  // Another user's, too: its process runs as well as one of ours, as under sudo. What it says is worth as much as its lock.
  const file = readPrivateFile(path, runtime.platform, MAX_BYTES, true)
  if (file.state === 'absent') return false // Released just now: the next attempt will tell.
  const owner = file.state === 'read' ? parseJsonObject(file.text) : undefined
  // A clock that was set back must not keep a lock for ever, hence the distance and not the age.
  const distanceMs = (time: number): number => Math.abs(runtime.now().getTime() - time)
  const startedAt = Date.parse(String(owner?.['startedAt']))
  if (owner === undefined || Number.isNaN(startedAt)) {
    const status = lstatSync(path, {throwIfNoEntry: false})
    if (status === undefined) return false
    // What cannot be read may be whole.
    const isDamaged = file.state === 'read' || file.state === 'too large' || !status.isFile()
    return distanceMs(status.mtimeMs) > (isDamaged ? DAMAGED_FOR_MS : LONGEST_WORK_MS)
  }
  if (owner['host'] === hostname()) {
    // In containers that share a host name and a cache but no processes, the work may be done twice.
    if (!isRunning(owner['pid'], owner['process'])) return true
    const tick = startTick(owner['pid'])
    if (tick !== undefined && tick === owner['tick']) return false
  }
  return distanceMs(startedAt) > LONGEST_WORK_MS
}

/**
 * Whether another user, whose directory this one cannot list, may be holding the lock at a path.
 *
 * @param path - of the lock's directory
 * @throws never
 */
export const mayBeHeldByAnother = (path: string, {runtime}: FileContext): boolean => {
  try {
    const status = lstatSync(path)
    return isForeign(status) && Math.abs(runtime.now().getTime() - status.mtimeMs) <= LONGEST_WORK_MS
  } catch {
    return false
  }
}

/**
 * When a process started, as Linux counts it: another one with the same pid has another number.
 *
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
const startTick = (pid: unknown): string | undefined => {
  try {
    const status = readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
    // The 22nd field; the second is the program's name in parentheses, and may hold any character.
    return status.slice(status.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}

/** Tells this process from an earlier one with the same pid, as in a container that has restarted. */
const PROCESS_START = Math.round(Date.now() - process.uptime() * 1000)
/** What two copies of this module in one process may differ by. */
const START_TOLERANCE_MS = 50

const isRunning = (pid: unknown, start: unknown): boolean => {
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) return false
  if (pid === process.pid) return typeof start === 'number' && Math.abs(start - PROCESS_START) <= START_TOLERANCE_MS
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // Any other code, such as EPERM, means that the process exists.
    return errorCode(error) !== 'ESRCH'
  }
}
