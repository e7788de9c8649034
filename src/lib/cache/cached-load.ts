import {AckError} from '../base/errors.ts'
import type {Runtime} from '../base/runtime.ts'
import {scrub} from '../base/secret.ts'
import {entryFile, type EntryFile, type EntryFormat} from './entry-file.ts'
import {openPrivateDir} from './private-dir.ts'
import type {FileLog} from '../base/files/file-context.ts'
import {tryLock} from '../base/files/lock.ts'
import {withinTimeout} from '../base/deadline.ts'
import {singleFlight} from './single-flight.ts'
import {type Identity, NotAtHand} from './identity.ts'

export interface CacheSettings {
  /** The directory of the entries, made when it is missing. */
  readonly dir: string
  readonly runtime: Pick<Runtime, 'now' | 'platform' | 'nonce'>
  readonly log: FileLog
  /** The life that an entry must have left to be used without a refresh, in milliseconds. */
  readonly minRemainingMs: number
  /** How long to wait for another process that is at the same refresh, in milliseconds. */
  readonly lockWaitMs: number
  /** Nothing is loaded: where no entry can be used, `NotAtHand` is thrown. */
  readonly isLight?: true
}

/** Something worth keeping, and where it comes from. */
export interface Cacheable<T extends object> {
  /** For the log: never a secret. */
  readonly description: string
  readonly identity: Identity
  readonly format: EntryFormat<T>
  /** How long a refresh may take while the value before is still valid, in milliseconds: as long as it likes, when absent. */
  readonly renewalTimeoutMs?: number
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
  const {log, runtime} = settings
  const dir = await openPrivateDir(settings.dir, runtime.platform, log)
  if (dir === undefined && settings.isLight) throw new NotAtHand()
  if (dir === undefined) return cacheable.load(signal)
  const {description, format, identity} = cacheable
  const store = {cacheable, entry: entryFile(dir, identity, format, settings), ...settings}

  const first = await store.entry.read()
  if (first !== undefined && remainingMs(first.value, store) >= settings.minRemainingMs) {
    log.debug(`cache: using ${format.kind} of ${description} from ${store.entry.base}.json`)
    return first.value
  }
  if (settings.isLight) throw new NotAtHand()
  const isStillValid = first !== undefined && remainingMs(first.value, store) > 0
  if (isStillValid && cacheable.renewalTimeoutMs !== undefined)
    return renewOrKeep(first.value, store, cacheable.renewalTimeoutMs, signal)
  const peek = async (): Promise<T | undefined> => {
    const kept = await store.entry.read()
    // What came in since is as good as a refresh gets, even where all that the service gives is short-lived.
    if (kept === undefined || kept.stamp === first?.stamp) return undefined
    return remainingMs(kept.value, store) > 0 ? kept.value : undefined
  }
  const run = (): Promise<Loaded<T>> => loadAndKeep(store, signal)
  return singleFlight(`${store.entry.base}.lock`, {peek, run, waitMs: settings.lockWaitMs, signal}, store)
}

interface Store<T extends object> extends CacheSettings {
  readonly cacheable: Cacheable<T>
  readonly entry: EntryFile<T>
}

/** `isShared` says whether the value now stands in the cache. */
interface Loaded<T> {
  readonly value: T
  readonly isShared: boolean
}

const remainingMs = <T extends object>(value: T, {cacheable, runtime}: Store<T>): number =>
  (cacheable.format.expiration(value)?.getTime() ?? 0) - runtime.now().getTime()

/** A value that is still valid: nobody waits for another process that renews it, nor long for the renewal. */
const renewOrKeep = async <T extends object>(
  value: T,
  store: Store<T>,
  timeoutMs: number,
  ofRun: AbortSignal | undefined,
): Promise<T> => {
  const attempt = await tryLock(`${store.entry.base}.lock`, new Set(), store)
  if (attempt.state === 'busy') return value
  try {
    const {value: renewed} = await withinTimeout(timeoutMs, (signal) => loadAndKeep(store, signal), ofRun)
    return renewed
  } finally {
    if (attempt.state === 'held') await attempt.release(false)
  }
}

const loadAndKeep = async <T extends object>(store: Store<T>, signal: AbortSignal | undefined): Promise<Loaded<T>> => {
  try {
    const value = await store.cacheable.load(signal)
    return {value, isShared: remainingMs(value, store) > 0 && (await store.entry.write(value))}
  } catch (error) {
    return {value: await stillValid(error, store), isShared: false}
  }
}

const stillValid = async <T extends object>(error: unknown, store: Store<T>): Promise<T> => {
  if (error instanceof AckError && error.code === 'Cancelled') throw error
  const kept = await store.entry.read()
  if (kept === undefined || remainingMs(kept.value, store) <= 0) throw error
  const {description, format} = store.cacheable
  const end = format.expiration(kept.value)?.toISOString() ?? ''
  const why = scrub(error instanceof Error ? error.message : String(error))
  store.log.warn(`cannot refresh the ${format.kind} of ${description}, using what was kept, valid until ${end}: ${why}`)
  return kept.value
}
