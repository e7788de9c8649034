import {setTimeout as sleep} from 'node:timers/promises'
import type {Attempt} from './lock.ts'
import {monotonicMs} from '../monotonic-ms.ts'

/** How long to wait. */
interface Patience {
  /** In milliseconds. */
  readonly waitMs: number
  /** Ends the wait early. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Tries to take a lock, again and again while another process holds it: at least once, unless the signal is aborted.
 *
 * @param tryOnce - gives undefined while the lock is held
 * @returns what `tryOnce` gave; undefined when the time was over or the signal was aborted first
 * @throws what `tryOnce` throws
 */
export const waitForLock = async <T>(
  tryOnce: () => Promise<T | undefined>,
  {waitMs, signal}: Patience,
): Promise<T | undefined> => {
  const end = monotonicMs() + waitMs
  for (;;) {
    if (signal?.aborted) return undefined
    const result = await tryOnce()
    if (result !== undefined) return result
    const leftMs = end - monotonicMs()
    if (leftMs <= 0) return undefined
    // Of random length, so that processes that started together do not all try at the same moment.
    await sleep(Math.min(30 + Math.random() * 50, leftMs), undefined, signal && {signal}).catch(() => {})
  }
}

/**
 * The same for a lock that an attempt takes at once or not at all.
 *
 * @returns the attempt that was not `busy`: the lock is held, or cannot be had; undefined as for {@link waitForLock}
 * @throws what `attempt` throws
 */
export const waitWhileBusy = (attempt: () => Attempt, patience: Patience): Promise<Attempt | undefined> =>
  waitForLock(() => {
    const made = attempt()
    return Promise.resolve(made.state === 'busy' ? undefined : made)
  }, patience)
