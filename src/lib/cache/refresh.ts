import {withinTimeout} from '../base/deadline.ts'
import {AckError} from '../base/errors.ts'
import {tryLock} from '../base/files/lock.ts'
import {scrub} from '../base/secret.ts'
import {isFromFuture, isValid, remainingMs, type Found, type Slot} from './slot.ts'
import type {EntryFile} from './entry-file.ts'
import {SUFFIX} from './file-names.ts'
import {failureNote, type FailureNote} from './failure-note.ts'
import {openPrivateDir} from './open-private-dir.ts'
import {singleFlight} from './single-flight.ts'

/**
 * Loads a value and caches it, or uses the one that another process has just cached.
 *
 * @param found - the result of the lookup before
 * @throws what the cacheable's `load` throws, unless a value that has not expired is cached
 */
export const refresh = async <T extends object>(
  slot: Slot<T>,
  found: Found<T>,
  signal: AbortSignal | undefined,
): Promise<T> => {
  const {cacheable, log, runtime} = slot
  log.debug(`cache: getting new ${cacheable.format.kind} of ${cacheable.description}: ${reasonFor(found, slot)}`)
  if (found.dir === 'unusable' || slot.dir === undefined) return cacheable.load(signal)
  const dir = openPrivateDir(slot.dir, runtime.platform, log)
  if (dir.state !== 'ready') return cacheable.load(signal)
  const store = {...slot, entry: slot.entryIn(dir.path)}
  const first = found.entry
  const peek = async (): Promise<T | undefined> => {
    const current = store.entry.read()
    // A newer value is as good as a refresh, even if its lifetime is short.
    if (current === undefined || current.stamp === first?.stamp) return undefined
    // Whoever has written it may have found that the clock is off.
    await slot.clock.correct()
    return isValid(current, slot) ? current.value : undefined
  }
  if (first !== undefined && isValid(first, slot) && cacheable.renewalTimeoutMs !== undefined)
    return renewUnlessBusy({value: first.value, peek}, store, cacheable.renewalTimeoutMs, signal)
  const note = failureNote(store.entry.base, slot.lockWaitMs, store)
  const run = (): Promise<Loaded<T>> => loadAndCache(store, note, signal)
  const flight = {peek, peekFailure: () => note.read(), run, waitMs: slot.lockWaitMs, signal}
  try {
    return await singleFlight(store.entry.base, flight, store)
  } catch (error) {
    return stillValid(error, store)
  }
}

const reasonFor = <T extends object>({dir, entry}: Found<T>, slot: Slot<T>): string => {
  if (dir === 'unusable' || slot.dir === undefined) return 'its directory cannot be used'
  if (entry === undefined) return `nothing is cached in ${slot.dir}`
  if (isFromFuture(entry, slot)) return 'the clock was set back since it was cached'
  const left = Math.round(remainingMs(entry.value, slot) / 1000)
  return left > 0
    ? `what is cached is valid for ${left} s, and ${Math.round(slot.minRemainingMs / 1000)} s are wanted`
    : 'what is cached has expired'
}

interface Store<T extends object> extends Slot<T> {
  readonly entry: EntryFile<T>
}

/** `isShared` says whether the value is now in the cache. */
interface Loaded<T> {
  readonly value: T
  readonly isShared: boolean
}

/** Renews a value that is still valid: without waiting for another process that renews it, and not for long. */
const renewUnlessBusy = async <T extends object>(
  {value, peek}: {readonly value: T; readonly peek: () => Promise<T | undefined>},
  store: Store<T>,
  timeoutMs: number,
  ofRun: AbortSignal | undefined,
): Promise<T> => {
  const {base} = store.entry
  const attempt = tryLock(base + SUFFIX.lock, new Set(), store)
  if (attempt.state === 'busy') return value
  const note = failureNote(base, timeoutMs, store)
  try {
    // Another one may have renewed it since it was read.
    const renewedByOther = await peek()
    if (renewedByOther) return renewedByOther
    if (note.read()) return value
    const {value: renewed} = await withinTimeout(timeoutMs, (signal) => loadAndCache(store, note, signal), ofRun)
    return renewed
  } catch (error) {
    return stillValid(error, store)
  } finally {
    if (attempt.state === 'held') attempt.release(false)
  }
}

const loadAndCache = async <T extends object>(
  store: Store<T>,
  note: FailureNote,
  signal: AbortSignal | undefined,
): Promise<Loaded<T>> => {
  try {
    const value = await store.cacheable.load(signal)
    note.remove()
    return {value, isShared: remainingMs(value, store) > 0 && (await store.entry.write(value))}
  } catch (error) {
    await note.write(error)
    throw error
  }
}

const stillValid = <T extends object>(error: unknown, store: Store<T>): T => {
  if (error instanceof AckError && error.code === 'Cancelled') throw error
  const current = store.entry.read()
  if (current === undefined || !isValid(current, store)) throw error
  const {description, format} = store.cacheable
  const end = format.expiration(current.value)?.toISOString() ?? ''
  const why = scrub(error instanceof Error ? error.message : String(error))
  store.log.warn(
    `cannot refresh the ${format.kind} of ${description}, using the cached one, valid until ${end}: ${why}`,
  )
  return current.value
}
