import {monotonicMs} from './monotonic-ms.ts'

/** The time limit of a call. */
interface Deadline {
  readonly signal: AbortSignal
  /** Clears the timer and removes the listener. */
  readonly release: () => void
}

/** On a signal: stops its deadline's clock, and gives what starts it again. */
const PAUSE = Symbol('pause')
type Pausable = AbortSignal & {[PAUSE]?: () => () => void}

/**
 * Starts a deadline: the call's own limit or the run's, whichever comes first. (Node 20 loses an `AbortSignal.any()` of
 * timeouts to the garbage collector, and with it the deadline.)
 *
 * @param timeoutMs - the call's own limit, in milliseconds; undefined for none
 * @param ofRun - aborted at the run's limit
 */
export const startDeadline = (timeoutMs: number | undefined, ofRun?: Pausable): Deadline => {
  const controller = new AbortController()
  const end = (): void => controller.abort()
  let timer: NodeJS.Timeout | undefined
  let leftMs = timeoutMs
  let since = 0
  const start = (): void => {
    since = monotonicMs()
    if (leftMs !== undefined) timer = setTimeout(end, leftMs)
  }
  const stop = (): void => {
    clearTimeout(timer)
    if (leftMs !== undefined) leftMs = Math.max(0, leftMs - (monotonicMs() - since))
  }
  start()
  if (ofRun?.aborted) end()
  ofRun?.addEventListener('abort', end)
  const pause = (): (() => void) => {
    stop()
    const resumeRun = ofRun?.[PAUSE]?.()
    return () => {
      start()
      resumeRun?.()
    }
  }
  return {
    signal: Object.assign(controller.signal, {[PAUSE]: pause}),
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
export const outsideDeadline = async <T>(signal: Pausable | undefined, run: () => Promise<T>): Promise<T> => {
  const resume = signal?.[PAUSE]?.()
  try {
    return await run()
  } finally {
    resume?.()
  }
}

/**
 * Runs something under a deadline, and releases the deadline afterwards.
 *
 * @param timeoutMs - in milliseconds
 * @param ofRun - aborted at the run's limit
 * @throws what `run` throws
 */
export const withinTimeout = async <T>(
  timeoutMs: number,
  run: (signal: AbortSignal) => Promise<T>,
  ofRun?: AbortSignal,
): Promise<T> => {
  const {signal, release} = startDeadline(timeoutMs, ofRun)
  try {
    return await run(signal)
  } finally {
    release()
  }
}
