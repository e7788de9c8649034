import type {FileContext} from '../base/files/file-context.ts'
import {tryLock, type Attempt} from '../base/files/lock.ts'
import {waitForLock} from '../base/files/wait-for-lock.ts'
import {SUFFIX} from './file-names.ts'

/** Work that many processes need and one of them does. */
export interface Flight<T extends object> {
  /** The result of another process, once there is one. */
  readonly peek: () => Promise<T | undefined>
  /** The failure of another process, if it is to be shared. */
  readonly peekFailure: () => Error | undefined
  /** Does the work. `isShared` says whether `peek` now finds the result. */
  readonly run: () => Promise<{readonly value: T; readonly isShared: boolean}>
  /** How long to wait for another process, in milliseconds. */
  readonly waitMs: number
  /** Ends the wait too. */
  readonly signal: AbortSignal | undefined
}

/**
 * Does the work, or waits for the result or the failure of another process that does it. When the wait is over, one of
 * those that wait does the work in its stead. Works without a lock when locking fails, when the other process had no
 * result to share, and when the second wait is over too.
 *
 * @param base - path of the locks without their suffix
 * @throws what `run` throws, here or in the other process
 */
export const singleFlight = async <T extends object>(
  base: string,
  flight: Flight<T>,
  context: FileContext,
): Promise<T> => {
  const turn =
    (await waitForTurn(base + SUFFIX.lock, flight, context)) ??
    (await waitForTurn(base + SUFFIX.secondLock, flight, context)) ??
    WITHOUT_LOCK
  if ('landed' in turn) return turn.landed
  let withoutResult = true
  try {
    const landed = await takeSharedResult(flight)
    if (landed !== undefined) {
      withoutResult = false
      return landed
    }
    const {value, isShared} = await flight.run()
    withoutResult = !isShared
    return value
  } finally {
    if (turn.state === 'held') turn.release(withoutResult)
  }
}

/** The result of another process; throws its failure. */
const takeSharedResult = async <T extends object>({peek, peekFailure}: Flight<T>): Promise<T | undefined> => {
  const landed = await peek()
  if (landed !== undefined) return landed
  const failure = peekFailure()
  if (failure) throw failure
  return undefined
}

/** Gives undefined when another process holds the lock for too long, or the run is over. */
const waitForTurn = async <T extends object>(
  path: string,
  flight: Flight<T>,
  context: FileContext,
): Promise<Turn<T> | undefined> => {
  const tellWhy = (why: string): void => context.log.debug(`cache: continuing without the lock ${path}: ${why}`)
  const waitedFor = new Set<string>()
  const takeTurn = async (): Promise<Turn<T> | undefined> => {
    const attempt = tryLock(path, waitedFor, context)
    if (attempt.state === 'held') return attempt
    if (attempt.state === 'unavailable') {
      tellWhy(attempt.why)
      return WITHOUT_LOCK
    }
    const landed = await takeSharedResult(flight)
    if (landed !== undefined) return {landed}
    if (attempt.withoutResult.length > 0) {
      tellWhy('its owner had no result to share')
      return WITHOUT_LOCK
    }
    for (const owner of attempt.owners) waitedFor.add(owner)
    return undefined
  }
  const turn = await waitForLock(takeTurn, flight)
  if (turn === undefined) tellWhy('another process holds it for too long')
  return turn
}

const WITHOUT_LOCK = {state: 'without lock'} as const

type Turn<T> = Extract<Attempt, {state: 'held'}> | typeof WITHOUT_LOCK | {readonly landed: T}
