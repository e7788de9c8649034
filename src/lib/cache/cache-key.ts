import {sha256Hex} from '../signing/hash.ts'
import type {Identity} from './identity.ts'

/** Part of every key and entry: a program with another format version ignores them. */
export const FORMAT_VERSION = 1

/**
 * The name of an entry: SHA-256 over kind and identity in JSON, which no other list of texts shares.
 *
 * @param kind - of the cached value, such as `credentials`: each kind has its own entry
 * @returns 64 lowercase hex digits
 */
export const cacheKey = (kind: string, identity: Identity): string =>
  sha256Hex(JSON.stringify([FORMAT_VERSION, kind, ...identity]))
