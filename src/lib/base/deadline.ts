/** The time limit of a call. */
interface Deadline {
  readonly signal: AbortSignal
  /** Clears the timer and removes the listener. */
  readonly release: () => void
}

/**
 * Starts a deadline: the call's own limit or the run's, whichever comes first. (Node 20 loses an `AbortSignal.any()` of
 * timeouts to the garbage collector, and with it the deadline.)
 *
 * @param timeoutMs - the call's own limit, in milliseconds; undefined for none
 * @param ofRun - aborted at the run's limit
 */
export const startDeadline = (timeoutMs: number | undefined, ofRun?: AbortSignal): Deadline => {
  const controller = new AbortController()
  const end = (): void => controller.abort()
  const timer = timeoutMs === undefined ? undefined : setTimeout(end, timeoutMs)
  if (ofRun?.aborted) end()
  ofRun?.addEventListener('abort', end)
  return {
    signal: controller.signal,
    release: () => {
      clearTimeout(timer)
      ofRun?.removeEventListener('abort', end)
    },
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
