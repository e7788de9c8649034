import type {FileLog} from '../base/files/file-context.ts'
import type {Runtime} from '../base/runtime.ts'
import type {CachedValue, EntryFile, EntryFormat} from './entry-file.ts'
import type {Identity} from './identity.ts'
import type {PrivateDir} from './private-dir.ts'
import type {ServiceClock} from './service-clock.ts'

/** Clocks of machines that share a directory differ by less, in milliseconds. */
const SET_BACK_MS = 10 * 60_000

export interface CacheSettings {
  /** The directory of the entries, which is made if it does not exist; undefined where nothing is to be cached. */
  readonly dir: string | undefined
  readonly runtime: Pick<Runtime, 'now' | 'platform' | 'nonce'>
  /** By which values expire. */
  readonly clock: Pick<ServiceClock, 'now' | 'correct'>
  readonly log: FileLog
  /** The lifetime that an entry must have left to be used without a refresh, in milliseconds. */
  readonly minRemainingMs: number
  /** How long to wait for another process that refreshes the same entry, in milliseconds. */
  readonly lockWaitMs: number
  /** When this process has started: it shares what has failed in another one since. */
  readonly startedAt: Date
}

/** A value that can be cached, and how to load it. */
export interface Cacheable<T extends object> {
  /** For the log: never a secret. */
  readonly description: string
  readonly identity: Identity
  readonly format: EntryFormat<T>
  /** The time limit for a refresh while the old value is still valid, in milliseconds; no limit if absent. */
  readonly renewalTimeoutMs?: number
  load(signal: AbortSignal | undefined): Promise<T>
}

/** The result of a lookup in the cache. */
export interface Found<T extends object> {
  readonly dir: PrivateDir['state']
  /** The cached value, expired or not. */
  readonly entry: CachedValue<T> | undefined
}

/** A cacheable with everything needed to look it up and to refresh it. */
export interface Slot<T extends object> extends CacheSettings {
  readonly cacheable: Cacheable<T>
  /** The file, below the real path of the directory. */
  readonly entryIn: (dir: string) => EntryFile<T>
}

/** The remaining lifetime of a value, in milliseconds. */
export const remainingMs = <T extends object>(value: T, {cacheable, clock}: Slot<T>): number =>
  (cacheable.format.expiration(value)?.getTime() ?? 0) - clock.now().getTime()

/** Whether a value has not expired, as far as the clock can tell. */
export const isValid = <T extends object>(entry: CachedValue<T>, slot: Slot<T>): boolean =>
  !isFromFuture(entry, slot) && remainingMs(entry.value, slot) > 0

/** Whether a value was written at a time that is still to come: the clock was set back, and cannot tell when it ends. */
export const isFromFuture = <T extends object>({writtenAt}: CachedValue<T>, {clock}: Slot<T>): boolean =>
  writtenAt > clock.now().getTime() + SET_BACK_MS
