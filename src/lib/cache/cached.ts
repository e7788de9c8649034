import type {FileLog} from '../base/files/file-context.ts'
import {logOnce} from '../base/log/log-once.ts'
import type {Runtime} from '../base/runtime.ts'
import {entryFile, type EntryFile, type EntryFormat, type CachedValue} from './entry-file.ts'
import type {Identity} from './identity.ts'
import {findPrivateDir, type PrivateDir} from './private-dir.ts'

export interface CacheSettings {
  /** The directory of the entries, which is made if it does not exist. */
  readonly dir: string
  readonly runtime: Pick<Runtime, 'now' | 'platform' | 'nonce'>
  readonly log: FileLog
  /** The lifetime that an entry must have left to be used without a refresh, in milliseconds. */
  readonly minRemainingMs: number
  /** How long to wait for another process that refreshes the same entry, in milliseconds. */
  readonly lockWaitMs: number
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

/** A value that is looked up in the cache first. */
export interface Cached<T extends object> {
  /** The cached value, if it has enough lifetime left. Nothing is written, locked or waited for. */
  atHand(): T | undefined
  /**
   * The cached value, or a new one, which is then cached. If many processes need it at once, one of them loads it. A
   * failure of the cache is never an error: the value is then loaded without it.
   *
   * @throws what `load` of the cacheable throws, unless a value that has not expired is cached
   */
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

/** Puts the cache in front of a value. */
export const cached = <T extends object>(cacheable: Cacheable<T>, settings: CacheSettings): Cached<T> => {
  const {identity, format} = cacheable
  const quiet = {...settings, log: logOnce(settings.log)}
  const slot: Slot<T> = {...quiet, cacheable, entryIn: (dir) => entryFile(dir, identity, format, quiet)}
  // What atHand has read is not read again.
  let seen: Found<T> | undefined
  return {
    atHand: () => {
      seen = look(slot)
      return goodEnough(seen, slot)
    },
    load: async (signal) => {
      const found = seen ?? look(slot)
      seen = undefined
      const value = goodEnough(found, slot)
      if (value !== undefined) return value
      const {refresh} = await import('./refresh.ts')
      return refresh(slot, found, signal)
    },
  }
}

/** The remaining lifetime of a value, in milliseconds. */
export const remainingMs = <T extends object>(value: T, {cacheable, runtime}: Slot<T>): number =>
  (cacheable.format.expiration(value)?.getTime() ?? 0) - runtime.now().getTime()

const look = <T extends object>({dir, runtime, log, entryIn}: Slot<T>): Found<T> => {
  const found = findPrivateDir(dir, runtime.platform, log)
  return {dir: found.state, entry: found.state === 'ready' ? entryIn(found.path).read() : undefined}
}

const goodEnough = <T extends object>({entry}: Found<T>, slot: Slot<T>): T | undefined => {
  if (entry === undefined || remainingMs(entry.value, slot) < slot.minRemainingMs) return undefined
  const {description, format} = slot.cacheable
  slot.log.debug(`cache: using ${format.kind} of ${description} from ${entry.name}`)
  return entry.value
}
