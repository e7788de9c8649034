import {SILENT_LOG} from '../base/log/silent-log.ts'
import type {Log} from '../base/log/log.ts'
import type {Runtime} from '../base/runtime.ts'
import type {GlobalOptions} from '../options/global-options.ts'
import {cacheDir} from './cache-settings.ts'
import {findPrivateDir, type PrivateDir} from './private-dir.ts'

/** What decides where the cache is. */
export interface CachePlace {
  readonly options: Pick<GlobalOptions, 'cacheDir'>
  readonly runtime: Runtime
  readonly log: Pick<Log, 'debug'>
}

/**
 * Finds the directory in which this run reads and writes its cache, for whoever looks at all of it: of one that others
 * can enter, such as /tmp, that is another one below. What is wrong with it is left to the caller to tell.
 *
 * @returns undefined without a home directory, where nothing is cached
 * @throws never
 */
export const findCacheDir = ({options, runtime, log}: CachePlace): PrivateDir | undefined => {
  const dir = cacheDir(options, runtime)
  return dir === undefined ? undefined : findPrivateDir(dir, runtime.platform, {...SILENT_LOG, debug: log.debug})
}
