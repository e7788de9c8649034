import {cacheKey, FORMAT_VERSION} from './cache-key.ts'
import type {FileContext} from '../base/files/file-context.ts'
import {isJsonObject, parseJsonObject, type JsonObject} from '../base/json-object.ts'
import {errorCode, MAX_BYTES, readPrivateFile} from '../base/files/private-file.ts'
import {pathBelow} from '../base/files/path-below.ts'
import type {Identity} from './identity.ts'

/** How one kind of value is kept on disk. */
export interface EntryFormat<T extends object> {
  /** A word for the kind, such as `credentials`. */
  readonly kind: string
  /** When the value ends; a value without an end is not kept. */
  expiration(value: T): Date | undefined
  encode(value: T): JsonObject
  /** The value, or undefined if the object is not of this shape. Secrets become `Secret` here. */
  decode(object: JsonObject): T | undefined
}

/** A value as it was found. */
export interface Kept<T> {
  readonly value: T
  /** Another one after the value was written again, even if it is the same. */
  readonly stamp: string
  /** Of its file. */
  readonly name: string
}

/** The file of one value. */
export interface EntryFile<T> {
  /** Its path without an ending: the lock has the same. */
  readonly base: string
  /** The value, whether or not it has ended; undefined for a file that is missing, damaged or not to be trusted. Never throws. */
  read(): Kept<T> | undefined
  /** Puts a value in place of the one before; false when that failed, which the log says. Never throws. */
  write(value: T): Promise<boolean>
}

/**
 * The file for one value in a directory.
 *
 * @param dir - as `openPrivateDir` gave it
 * @param identity - decides the name, stands in the file, and must be the same when it is read again
 */
export const entryFile = <T extends object>(
  dir: string,
  identity: Identity,
  format: EntryFormat<T>,
  {runtime, log}: FileContext,
): EntryFile<T> => {
  const base = pathBelow(dir, cacheKey(format.kind, identity))
  const path = `${base}.json`
  const read = (): Kept<T> | undefined => {
    const file = readPrivateFile(path, runtime.platform)
    if (file.state === 'absent') return undefined
    if (file.state === 'untrusted') {
      log.warn(`the cache file ${path} is ignored, and replaced: ${file.why}`)
      return undefined
    }
    const value = file.state === 'read' ? parse(file.text, identity, format) : undefined
    if (file.state === 'read' && value !== undefined) return {value, stamp: file.stamp, name: path}
    log.debug(`the cache file ${path} is ignored: ${file.state === 'read' ? 'it is not a valid entry' : file.why}`)
    return undefined
  }
  const write = async (value: T): Promise<boolean> => {
    const text = JSON.stringify({version: FORMAT_VERSION, kind: format.kind, identity, value: format.encode(value)})
    if (Buffer.byteLength(text) > MAX_BYTES) {
      log.debug(`the cache file ${path} is not written: it would be too large`)
      return false
    }
    try {
      const {removeAbandoned, replaceFile} = await import('../base/files/replace-file.ts')
      await replaceFile(path, text, runtime)
      await removeAbandoned(dir, runtime.now())
      return true
    } catch (error) {
      log.debug(`the cache file ${path} is not written: ${errorCode(error)}`)
      return false
    }
  }
  return {base, read, write}
}

const parse = <T extends object>(text: string, identity: Identity, format: EntryFormat<T>): T | undefined => {
  const entry = parseJsonObject(text)
  if (entry?.['version'] !== FORMAT_VERSION || entry['kind'] !== format.kind) return undefined
  // Lists of texts are the same exactly when their JSON is.
  if (JSON.stringify(entry['identity']) !== JSON.stringify(identity)) return undefined
  return isJsonObject(entry['value']) ? format.decode(entry['value']) : undefined
}
