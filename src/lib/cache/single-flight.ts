import type {FileContext} from '../base/files/file-context.ts'
import {tryLock, type Attempt} from '../base/files/lock.ts'
import {waitForLock} from '../base/files/wait-for-lock.ts'

/** Work that many processes need and one of them does. */
export interface Flight<T extends object> {
  /** The result of another process, once there is one. */
  readonly peek: () => T | undefined
  /** Does the work. `isShared` says whether `peek` now finds the result. */
  readonly run: () => Promise<{readonly value: T; readonly isShared: boolean}>
  /** How long to wait for another process, in milliseconds. */
  readonly waitMs: number
  /** Ends the wait too. */
  readonly signal: AbortSignal | undefined
}

/**
 * Does the work, or waits for the result of another process that does it. Works without the lock when the wait is over,
 * when locking fails, and when the other process had no result to share.
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
  let withoutResult = true
  try {
    const landed = flight.peek()
    if (landed !== undefined) {
      withoutResult = false
      return landed
    }
    const {value, isShared} = await flight.run()
    withoutResult = !isShared
    return value
  } finally {
    if (attempt.state === 'held') attempt.release(withoutResult)
  }
}

const waitForTurn = async <T extends object>(
  path: string,
  {peek, waitMs, signal}: Flight<T>,
  context: FileContext,
): Promise<Turn<T>> => {
  const withoutLock = (why: string): Turn<T> => {
    context.log.debug(`cache: continuing without the lock ${path}: ${why}`)
    return {state: 'without lock'}
  }
  const waitedFor = new Set<string>()
  const takeTurn = async (): Promise<Turn<T> | undefined> => {
    const attempt = tryLock(path, waitedFor, context)
    if (attempt.state === 'held') return attempt
    if (attempt.state === 'unavailable') return withoutLock(attempt.why)
    const landed = peek()
    if (landed !== undefined) return {landed}
    if (attempt.withoutResult.length > 0) return withoutLock('its owner had no result to share')
    for (const owner of attempt.owners) waitedFor.add(owner)
    return undefined
  }
  return (await waitForLock(takeTurn, {waitMs, signal})) ?? withoutLock('another process holds it for too long')
}

type Turn<T> = Extract<Attempt, {state: 'held'}> | {readonly state: 'without lock'} | {readonly landed: T}
