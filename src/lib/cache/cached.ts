import {logOnce} from '../base/log/log-once.ts'
import {entryFile} from './entry-file.ts'
import {findPrivateDir} from './private-dir.ts'
import {isFromFuture, remainingMs, type Cacheable, type CacheSettings, type Found, type Slot} from './slot.ts'

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
      return takeIfValid(seen, slot)
    },
    load: async (signal) => {
      const found = seen ?? look(slot)
      seen = undefined
      const value = takeIfValid(found, slot)
      if (value !== undefined) return value
      // Another process may have learned that this machine's clock is off, and then cached it.
      if (found.entry !== undefined) await slot.clock.correct()
      const corrected = takeIfValid(found, slot)
      if (corrected !== undefined) return corrected
      const {refresh} = await import('./refresh.ts')
      return refresh(slot, found, signal)
    },
  }
}

const look = <T extends object>({dir, runtime, log, entryIn}: Slot<T>): Found<T> => {
  if (dir === undefined) return {dir: 'unusable', entry: undefined}
  const found = findPrivateDir(dir, runtime.platform, log)
  return {dir: found.state, entry: found.state === 'ready' ? entryIn(found.path).read() : undefined}
}

const takeIfValid = <T extends object>({entry}: Found<T>, slot: Slot<T>): T | undefined => {
  if (entry === undefined || isFromFuture(entry, slot) || remainingMs(entry.value, slot) < slot.minRemainingMs)
    return undefined
  const {description, format} = slot.cacheable
  slot.log.debug(`cache: using ${format.kind} of ${description} from ${entry.name}`)
  return entry.value
}
