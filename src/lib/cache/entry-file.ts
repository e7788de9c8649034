import {cacheKey, FORMAT_VERSION} from './cache-key.ts'
import type {FileContext} from '../base/files/file-context.ts'
import {isJsonObject, parseJsonObject, type JsonObject} from '../base/json-object.ts'
import {errorCode} from '../base/error-code.ts'
import {MAX_BYTES, readPrivateFile} from '../base/files/private-file.ts'
import {pathBelow} from '../base/files/path-below.ts'
import {SUFFIX} from './file-names.ts'
import type {Identity} from './identity.ts'
import type {ServiceClock} from './service-clock.ts'

/** The format in which one kind of value is cached on disk. */
export interface EntryFormat<T extends object> {
  /** A word for the kind, such as `credentials`. */
  readonly kind: string
  /** When the value expires; a value without an expiration is not cached. */
  expiration(value: T): Date | undefined
  encode(value: T): JsonObject
  /** The value, or undefined for an object of another shape. Secrets become `Secret` here. */
  decode(object: JsonObject): T | undefined
}

/** A value from the cache. */
export interface CachedValue<T> {
  readonly value: T
  /** Changes whenever the value is written, even if the value stays the same. */
  readonly stamp: string
  /** The path of its file. */
  readonly name: string
  /** When it was written by the services' clock as it was known then, in milliseconds; 0 if that is not said. */
  readonly writtenAt: number
}

/** The dependencies of the file, and the clock by which it is dated. */
type EntryContext = FileContext & {readonly clock: Pick<ServiceClock, 'now'>}

/** The file of one value. */
export interface EntryFile<T> {
  /** Its path without the suffix, which the lock shares. */
  readonly base: string
  /** The value, expired or not; undefined for a file that is missing, damaged or untrusted. Never throws. */
  read(): CachedValue<T> | undefined
  /** Replaces the value; false if that failed, which is logged. Never throws. */
  write(value: T): Promise<boolean>
}

/**
 * The cache file of one value.
 *
 * @param dir - from `openPrivateDir`
 * @param identity - decides the name; it is also written into the file, and compared when the file is read
 */
export const entryFile = <T extends object>(
  dir: string,
  identity: Identity,
  format: EntryFormat<T>,
  {runtime, clock, log}: EntryContext,
): EntryFile<T> => {
  const base = pathBelow(dir, cacheKey(format.kind, identity))
  const path = base + SUFFIX.entry
  const read = (): CachedValue<T> | undefined => {
    const file = readPrivateFile(path, runtime.platform)
    if (file.state === 'absent') return undefined
    if (file.state === 'untrusted') {
      log.warn(`ignoring the cache file ${path}, which will be replaced: ${file.why}`)
      return undefined
    }
    const entry = file.state === 'read' ? parse(file.text, identity, format) : undefined
    if (file.state === 'read' && entry !== undefined) return {...entry, stamp: file.stamp, name: path}
    log.debug(`ignoring the cache file ${path}: ${file.state === 'read' ? 'it is not a valid entry' : file.why}`)
    return undefined
  }
  const write = async (value: T): Promise<boolean> => {
    const {kind} = format
    const until = format.expiration(value)?.toISOString()
    const writtenAt = clock.now().getTime()
    const text = JSON.stringify({
      version: FORMAT_VERSION,
      kind,
      until,
      writtenAt,
      identity,
      value: format.encode(value),
    })
    if (Buffer.byteLength(text) > MAX_BYTES) {
      log.debug(`cannot write the cache file ${path}: it would be too large`)
      return false
    }
    try {
      const {replaceFile} = await import('../base/files/replace-file.ts')
      await replaceFile(path, text, runtime)
      const {removeExpired} = await import('./remove-expired.ts')
      removeExpired(dir, {runtime, log})
      log.debug(`cache: wrote ${path}, valid until ${until ?? ''}`)
      return true
    } catch (error) {
      log.debug(`cannot write the cache file ${path}: ${errorCode(error)}`)
      return false
    }
  }
  return {base, read, write}
}

const parse = <T extends object>(
  text: string,
  identity: Identity,
  format: EntryFormat<T>,
): Pick<CachedValue<T>, 'value' | 'writtenAt'> | undefined => {
  const entry = parseJsonObject(text)
  if (entry?.['version'] !== FORMAT_VERSION || entry['kind'] !== format.kind) return undefined
  // Two lists of texts are equal exactly when their JSON is.
  if (JSON.stringify(entry['identity']) !== JSON.stringify(identity)) return undefined
  const {value: object, writtenAt} = entry
  const value = isJsonObject(object) ? format.decode(object) : undefined
  return value && {value, writtenAt: typeof writtenAt === 'number' ? writtenAt : 0}
}
