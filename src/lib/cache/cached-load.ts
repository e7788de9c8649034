import type {Identity} from '../credentials/credentials.ts'
import {AckError} from '../errors.ts'
import type {Runtime} from '../runtime.ts'
import {scrub} from '../secret.ts'
import {entryFile, type EntryFile, type EntryFormat} from './entry-file.ts'
import {openPrivateDir} from './private-dir.ts'
import type {FileLog} from '../files/file-context.ts'
import {singleFlight} from './single-flight.ts'

export interface CacheSettings {
  /** The directory of the entries, made when it is missing. */
  readonly dir: string
  readonly runtime: Pick<Runtime, 'now' | 'platform' | 'nonce'>
  readonly log: FileLog
  /** The life that an entry must have left to be used without a refresh, in milliseconds. */
  readonly minRemainingMs: number
  /** How long to wait for another process that is at the same refresh, in milliseconds. */
  readonly lockWaitMs: number
}

/** Something worth keeping, and where it comes from. */
export interface Cacheable<T extends object> {
  /** For the log: never a secret. */
  readonly description: string
  readonly identity: Identity
  readonly format: EntryFormat<T>
  load(signal: AbortSignal | undefined): Promise<T>
}

/**
 * Gives a value from the cache, or loads it and keeps it. Of many processes that want it at once, one loads it. The
 * cache never makes a failure: whatever is wrong with it, the value is loaded as if there were none.
 *
 * @throws what `load` throws, unless a value that has not ended is at hand
 */
export const cachedLoad = async <T extends object>(
  cacheable: Cacheable<T>,
  settings: CacheSettings,
  signal: AbortSignal | undefined,
): Promise<T> => {
  const {runtime, log, minRemainingMs} = settings
  const dir = await openPrivateDir(settings.dir, runtime.platform, log)
  if (dir === undefined) return cacheable.load(signal)
  const {description, format} = cacheable
  const entry = entryFile(dir, cacheable.identity, format, settings)
  const remainingMs = (value: T): number => (format.expiration(value)?.getTime() ?? 0) - runtime.now().getTime()

  const first = await entry.read()
  if (first !== undefined && remainingMs(first.value) >= minRemainingMs) {
    log.debug(`cache: using ${format.kind} of ${description} from ${entry.base}.json`)
    return first.value
  }
  const peek = async (): Promise<T | undefined> => {
    const kept = await entry.read()
    // What came in since is as good as a refresh gets, even where all that the service gives is short-lived.
    if (kept === undefined || kept.stamp === first?.stamp) return undefined
    return remainingMs(kept.value) > 0 ? kept.value : undefined
  }
  const run = async (): Promise<{value: T; isShared: boolean}> => {
    try {
      const value = await cacheable.load(signal)
      return {value, isShared: remainingMs(value) > 0 && (await entry.write(value))}
    } catch (error) {
      return {value: await stillValid(error, entry, remainingMs, cacheable, log), isShared: false}
    }
  }
  return singleFlight(`${entry.base}.lock`, {peek, run, waitMs: settings.lockWaitMs, signal}, settings)
}

const stillValid = async <T extends object>(
  error: unknown,
  entry: EntryFile<T>,
  remainingMs: (value: T) => number,
  {description, format}: Cacheable<T>,
  log: FileLog,
): Promise<T> => {
  if (error instanceof AckError && error.code === 'Cancelled') throw error
  const kept = await entry.read()
  if (kept === undefined || remainingMs(kept.value) <= 0) throw error
  const end = format.expiration(kept.value)?.toISOString() ?? ''
  const why = scrub(error instanceof Error ? error.message : String(error))
  log.warn(`cannot refresh the ${format.kind} of ${description}, using those of before, valid until ${end}: ${why}`)
  return kept.value
}
