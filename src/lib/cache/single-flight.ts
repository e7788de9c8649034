import {setTimeout as sleep} from 'node:timers/promises'

import type {FileContext} from '../base/files/file-context.ts'
import {tryLock, type Attempt} from '../base/files/lock.ts'

/** Work that many processes want done, and one should do. */
export interface Flight<T extends object> {
  /** The result of someone else's work, as soon as there is one. */
  readonly peek: () => T | undefined
  /** Does the work. `isShared` says whether `peek` now finds the result. */
  readonly run: () => Promise<{readonly value: T; readonly isShared: boolean}>
  /** How long to wait for the work of others, in milliseconds. */
  readonly waitMs: number
  /** Ends the waiting too. */
  readonly signal: AbortSignal | undefined
}

/**
 * Does the work, unless another process is at it: then waits for its result. Works without the lock when the wait is
 * over, when there can be no lock, and when the one that was waited for had nothing to share.
 *
 * @param path - of the lock
 * @throws what `run` throws
 */
export const singleFlight = async <T extends object>(
  path: string,
  flight: Flight<T>,
  context: FileContext,
): Promise<T> => {
  const attempt = await waitForTurn(path, flight, context)
  if ('landed' in attempt) return attempt.landed
  let isInVain = true
  try {
    const landed = flight.peek()
    if (landed !== undefined) {
      isInVain = false
      return landed
    }
    const {value, isShared} = await flight.run()
    isInVain = !isShared
    return value
  } finally {
    if (attempt.state === 'held') await attempt.release(isInVain)
  }
}

const waitForTurn = async <T extends object>(
  path: string,
  {peek, waitMs, signal}: Flight<T>,
  context: FileContext,
): Promise<Attempt | {readonly landed: T}> => {
  // Not the wall clock: it may be set while we wait.
  const end = performance.now() + waitMs
  const waitedFor = new Set<string>()
  for (;;) {
    const attempt = await tryLock(path, waitedFor, context)
    if (attempt.state === 'held') return attempt
    if (attempt.state === 'unavailable') {
      context.log.debug(`cache: going on without the lock ${path}: ${attempt.why}`)
      return attempt
    }
    const landed = peek()
    if (landed !== undefined) return {landed}
    const isVain = attempt.inVain.length > 0
    if (isVain || performance.now() >= end || signal?.aborted) {
      const why = isVain ? 'its owner had nothing to share' : 'it is held for too long'
      context.log.debug(`cache: going on without the lock ${path}: ${why}`)
      return attempt
    }
    for (const owner of attempt.owners) waitedFor.add(owner)
    await pause(end - performance.now(), signal)
  }
}

// Of random length, so that those who started together do not all look at the same moment.
const pause = async (longestMs: number, signal: AbortSignal | undefined): Promise<void> => {
  const ms = Math.max(0, Math.min(30 + Math.random() * 50, longestMs))
  await sleep(ms, undefined, signal && {signal}).catch(() => {})
}
