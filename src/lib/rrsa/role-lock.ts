import {join} from 'node:path'

import {tryLock, type Attempt} from '../base/files/lock.ts'
import {waitWhileBusy} from '../base/files/wait-for-lock.ts'
import {cacheDir} from '../cache/cache-settings.ts'
import {roleLockName} from '../cache/file-kinds.ts'
import {openPrivateDir} from '../cache/open-private-dir.ts'
import type {SourceContext} from '../credentials/source-context.ts'

/** Longer than a few changes of one role take. In milliseconds. */
const LOCK_WAIT_MS = 60_000

/**
 * Runs something while no other run on this machine changes the same role: RAM has no version to compare with. Where
 * there can be no lock it runs all the same: what was lost is found by reading back.
 *
 * @param signal - ends the wait for the lock; `run` ends by itself then
 * @throws what `run` throws
 */
export const withRoleLock = async <T>(
  role: string,
  {runtime, log, options}: Pick<SourceContext, 'runtime' | 'log' | 'options'>,
  signal: AbortSignal | undefined,
  run: () => Promise<T>,
): Promise<T> => {
  const cache = cacheDir(options, runtime)
  const dir = cache === undefined ? undefined : openPrivateDir(cache, runtime.platform, log)
  if (dir?.state !== 'ready') return run()
  const path = join(dir.path, roleLockName(role))
  const attempt = (): Attempt => tryLock(path, new Set(), {runtime, log})
  const held = await waitWhileBusy(attempt, {waitMs: LOCK_WAIT_MS, signal})
  if (held?.state !== 'held') log.debug(`changing role ${role} without a lock`)
  try {
    return await run()
  } finally {
    if (held?.state === 'held') held.release(false)
  }
}
