import {sha256Hex} from '../signing/hash.ts'
import type {Identity} from './identity.ts'

/** Part of every key and entry: a program with another number neither finds nor believes them. */
export const FORMAT_VERSION = 1

/**
 * The name of an entry: 64 lowercase hex digits, SHA-256 over all texts in JSON, so that no two lists of texts are
 * hashed the same.
 *
 * @param kind - what is kept, such as `credentials`: two kinds of one identity do not meet
 */
export const cacheKey = (kind: string, identity: Identity): string =>
  sha256Hex(JSON.stringify([FORMAT_VERSION, kind, ...identity]))
