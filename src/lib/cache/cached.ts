import type {FileLog} from '../base/files/file-context.ts'
import {logOnce} from '../base/log/log-once.ts'
import type {Runtime} from '../base/runtime.ts'
import {entryFile, type EntryFile, type EntryFormat, type CachedValue} from './entry-file.ts'
import type {Identity} from './identity.ts'
import {findPrivateDir, type PrivateDir} from './private-dir.ts'

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

/** Something worth caching, and where it comes from. */
export interface Cacheable<T extends object> {
  /** For the log: never a secret. */
  readonly description: string
  readonly identity: Identity
  readonly format: EntryFormat<T>
  /** How long a refresh may take while the value before is still valid, in milliseconds: as long as it likes, when absent. */
  readonly renewalTimeoutMs?: number
  load(signal: AbortSignal | undefined): Promise<T>
}

/** A value with its place in the cache. */
export interface Cached<T extends object> {
  /** The cached value, when it is good for long enough. Nothing is made, locked or waited for. */
  atHand(): T | undefined
  /**
   * The cached value, or else a new one, which is then cached. Of many processes that want it at once, one loads it. The
   * cache never makes a failure: whatever is wrong with it, the value is loaded as if there were none.
   *
   * @throws what `load` of the cacheable throws, unless a value that has not expired is cached
   */
  load(signal: AbortSignal | undefined): Promise<T>
}

/** What a look into the cache has found. */
export interface Found<T extends object> {
  readonly dir: PrivateDir['state']
  /** Whether or not it has expired. */
  readonly kept: CachedValue<T> | undefined
}

/** A cacheable with all that it takes to look it up and to refresh it. */
export interface Slot<T extends object> extends CacheSettings {
  readonly cacheable: Cacheable<T>
  /** The file, below the real path of the directory. */
  readonly entryIn: (dir: string) => EntryFile<T>
}

/** Gives a value its place in the cache. */
export const cached = <T extends object>(cacheable: Cacheable<T>, settings: CacheSettings): Cached<T> => {
  const {identity, format} = cacheable
  const quiet = {...settings, log: logOnce(settings.log)}
  const slot: Slot<T> = {...quiet, cacheable, entryIn: (dir) => entryFile(dir, identity, format, quiet)}
  // So that what atHand has read is not read once more.
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

/** How long a value is still valid, in milliseconds. */
export const remainingMs = <T extends object>(value: T, {cacheable, runtime}: Slot<T>): number =>
  (cacheable.format.expiration(value)?.getTime() ?? 0) - runtime.now().getTime()

const look = <T extends object>({dir, runtime, log, entryIn}: Slot<T>): Found<T> => {
  const found = findPrivateDir(dir, runtime.platform, log)
  return {dir: found.state, kept: found.state === 'ready' ? entryIn(found.path).read() : undefined}
}

const goodEnough = <T extends object>({kept}: Found<T>, slot: Slot<T>): T | undefined => {
  if (kept === undefined || remainingMs(kept.value, slot) < slot.minRemainingMs) return undefined
  const {description, format} = slot.cacheable
  slot.log.debug(`cache: using ${format.kind} of ${description} from ${kept.name}`)
  return kept.value
}
