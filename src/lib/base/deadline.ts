import {monotonicMs} from './monotonic-ms.ts'

/** The longest timer, in milliseconds: Node takes a longer one for one of a millisecond. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1

/** The time limit of a call. */
interface Deadline {
  readonly signal: AbortSignal
  /** Clears the timer and removes the listener. */
  readonly release: () => void
}

/** On a signal: stops its deadline's clock, and gives what starts it again. */
const PAUSE = Symbol('pause')
/** On a signal: the time until its deadline, in milliseconds. */
const TIME_LEFT = Symbol('time left')
type TimedSignal = AbortSignal & {[PAUSE]?: () => () => void; [TIME_LEFT]?: () => number}

/** The time until a signal of {@link startDeadline} is aborted, in milliseconds; infinite for any other signal. */
export const timeLeftMs = (signal: TimedSignal): number => signal[TIME_LEFT]?.() ?? Infinity

/**
 * Starts a deadline: the call's own limit or the run's, whichever comes first. (Node 20 loses an `AbortSignal.any()` of
 * timeouts to the garbage collector, and with it the deadline.)
 *
 * @param timeoutMs - the call's own limit, in milliseconds; undefined for none
 * @param ofRun - aborted at the run's limit
 */
export const startDeadline = (timeoutMs: number | undefined, ofRun?: TimedSignal): Deadline => {
  const controller = new AbortController()
  const end = (): void => controller.abort()
  let timer: NodeJS.Timeout | undefined
  let leftMs = timeoutMs
  /** When its clock was started; undefined while that stands still. */
  let since: number | undefined
  /** Several things may run outside the deadline at once: the clock goes on after the last of them. */
  let pauses = 0
  const start = (): void => {
    since = monotonicMs()
    if (leftMs !== undefined) timer = setTimeout(end, Math.min(leftMs, LONGEST_TIMER_MS))
  }
  const ownTimeLeft = (): number | undefined =>
    leftMs === undefined || since === undefined ? leftMs : Math.max(0, leftMs - (monotonicMs() - since))
  const stop = (): void => {
    clearTimeout(timer)
    leftMs = ownTimeLeft()
    since = undefined
  }
  start()
  if (ofRun?.aborted) end()
  ofRun?.addEventListener('abort', end)
  const pause = (): (() => void) => {
    pauses += 1
    if (pauses === 1) stop()
    const resumeRun = ofRun?.[PAUSE]?.()
    return () => {
      pauses -= 1
      if (pauses === 0) start()
      resumeRun?.()
    }
  }
  const timeLeft = (): number => Math.min(ownTimeLeft() ?? Infinity, ofRun?.[TIME_LEFT]?.() ?? Infinity)
  return {
    signal: Object.assign(controller.signal, {[PAUSE]: pause, [TIME_LEFT]: timeLeft}),
    release: () => {
      clearTimeout(timer)
      ofRun?.removeEventListener('abort', end)
    },
  }
}

/**
 * Runs something whose time counts for no deadline: a program that may wait for a person.
 *
 * @param signal - of the deadline that is running
 * @throws what `run` throws
 */
export const outsideDeadline = async <T>(signal: TimedSignal | undefined, run: () => Promise<T>): Promise<T> => {
  const resume = signal?.[PAUSE]?.()
  try {
    return await run()
  } finally {
    resume?.()
  }
}

/** Time that several calls in a row share, in milliseconds: each leaves the next what it has not used. */
export interface SharedTime {
  leftMs: number
}

/** How long something may take: a number of milliseconds, or what is left of a time that it shares. */
export type TimeLimit = number | SharedTime

/**
 * Runs something under a deadline, and releases the deadline afterwards.
 *
 * @param ofRun - aborted at the run's limit
 * @throws what `run` throws
 */
export const withinTimeout = async <T>(
  limit: TimeLimit,
  run: (signal: AbortSignal) => Promise<T>,
  ofRun?: AbortSignal,
): Promise<T> => {
  const isShared = typeof limit !== 'number'
  const {signal, release} = startDeadline(isShared ? limit.leftMs : limit, ofRun)
  try {
    return await run(signal)
  } finally {
    if (isShared) limit.leftMs = timeLeftMs(signal)
    release()
  }
}
