import {pathBelow} from '../base/files/path-below.ts'
import type {GlobalOptions} from '../options/global-options.ts'
import {expandHome} from '../profile-files/read-file.ts'
import type {Runtime} from '../base/runtime.ts'
import type {CacheSettings} from './cached.ts'

/**
 * Where and how this run keeps things in the cache.
 *
 * @param minRemainingMs - the life that an entry must have left to be used without a refresh, in milliseconds
 */
export const cacheSettings = ({options, runtime, log}: CacheContext, minRemainingMs: number): CacheSettings => ({
  dir: cacheDir(options, runtime),
  runtime,
  log,
  minRemainingMs,
  // Whoever waited in vain for another process still has time for a call of its own.
  lockWaitMs: Math.round(options.timeoutMs * 0.75),
})

interface CacheContext extends Pick<CacheSettings, 'log'> {
  readonly options: Pick<GlobalOptions, 'cacheDir' | 'timeoutMs'>
  readonly runtime: Runtime
}

/** The directory of the cache: below kubectl's own, which KUBECACHEDIR moves, unless the user names one. */
export const cacheDir = (
  {cacheDir: given}: Pick<GlobalOptions, 'cacheDir'>,
  {env, homeDir}: Pick<Runtime, 'env' | 'homeDir'>,
): string =>
  given
    ? expandHome(given.value, homeDir)
    : pathBelow(env['KUBECACHEDIR'] || pathBelow(homeDir, '.kube', 'cache'), 'ack-ram-tool', 'credential-plugin')
