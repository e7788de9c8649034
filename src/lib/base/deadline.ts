/** When a call has to end. */
interface Deadline {
  readonly signal: AbortSignal
  /** Lets go of timer and listener. */
  readonly release: () => void
}

/**
 * Whichever is first: the call's own limit, or the run's. (Node 20 loses an `AbortSignal.any()` of timeouts to the
 * garbage collector, and with it the deadline.)
 *
 * @param timeoutMs - the call's own limit, in milliseconds
 */
export const startDeadline = (timeoutMs: number, ofRun?: AbortSignal): Deadline => {
  const controller = new AbortController()
  const end = (): void => controller.abort()
  const timer = setTimeout(end, timeoutMs)
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

/** Does something that has to end in time, and lets go of the deadline whatever comes of it. */
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
