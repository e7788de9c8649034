import {monotonicMs} from '../base/monotonic-ms.ts'
import {pathBelow} from '../base/files/path-below.ts'
import type {GlobalOptions} from '../options/global-options.ts'
import {expandHome} from '../base/files/expand-home.ts'
import type {Runtime} from '../base/runtime.ts'
import type {CacheSettings} from './slot.ts'

/**
 * The cache settings of this run.
 *
 * @param minRemainingMs - the lifetime that an entry must have left to be used without a refresh, in milliseconds
 */
export const cacheSettings = ({options, runtime, clock, log}: CacheContext, minRemainingMs: number): CacheSettings => ({
  dir: cacheDir(options, runtime),
  runtime,
  clock,
  log,
  minRemainingMs,
  // A process that waited for another one in vain still has time for its own call.
  lockWaitMs: Math.round(options.timeoutMs * 0.75),
  startedAt: new Date(runtime.now().getTime() - monotonicMs()),
})

interface CacheContext extends Pick<CacheSettings, 'log' | 'clock'> {
  readonly options: Pick<GlobalOptions, 'cacheDir' | 'timeoutMs'>
  readonly runtime: Runtime
}

/**
 * The cache directory: the one that the user names, else one below kubectl's, which KUBECACHEDIR may move; undefined
 * without a home directory, where nothing is cached.
 */
export const cacheDir = (
  {cacheDir: given}: Pick<GlobalOptions, 'cacheDir'>,
  {env, homeDir}: Pick<Runtime, 'env' | 'homeDir'>,
): string | undefined => {
  if (given) return homeDir === undefined && given.value.startsWith('~') ? undefined : expandHome(given.value, homeDir)
  const ofKubectl = env['KUBECACHEDIR'] || (homeDir === undefined ? undefined : pathBelow(homeDir, '.kube', 'cache'))
  return ofKubectl === undefined ? undefined : pathBelow(ofKubectl, 'ack-ram-tool', 'credential-plugin')
}
