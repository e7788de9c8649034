/**
 * Runs something until a signal is aborted: what runs then is not waited for any more.
 *
 * @param instead - gives the result, or throws the error, of what was given up
 * @throws what `run` or `instead` throws
 */
export const untilAborted = async <T>(
  signal: AbortSignal | undefined,
  run: () => Promise<T>,
  instead: () => T,
): Promise<T> => {
  if (!signal) return run()
  let abort = (): void => {}
  const aborted = new Promise<T>((resolve, reject) => {
    abort = () => {
      try {
        resolve(instead())
      } catch (error) {
        reject(error)
      }
    }
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort)
  })
  try {
    return await Promise.race([run(), aborted])
  } finally {
    // A run may have hundreds of them: Node warns of more than ten listeners.
    signal.removeEventListener('abort', abort)
  }
}
