import {lstatSync} from 'node:fs'
import {rm, unlink} from 'node:fs/promises'

import {errorCode} from '../base/error-code.ts'
import {dateOf, isJsonObject, parseJsonObject} from '../base/json-object.ts'
import {namesIn} from '../base/files/names-in.ts'
import {pathBelow} from '../base/files/path-below.ts'
import {readPrivateFile} from '../base/files/private-file.ts'
import type {FileContext} from '../base/files/file-context.ts'
import {removeUnlessHeld} from '../base/files/lock.ts'
import {removeAbandoned} from '../base/files/replace-file.ts'
import type {Runtime} from '../base/runtime.ts'
import {kindOf} from './file-kinds.ts'

/** A cached value, without anything of it that is secret. */
export interface CacheEntry {
  /** The first 12 digits of its key, by which people name it. */
  readonly id: string
  readonly path: string
  /** Such as `credentials` or `certificate`. */
  readonly kind: string
  /** What it is bound to, by name: one may stand there more than once, as for a chain of roles. */
  readonly facts: readonly (readonly [name: string, value: string])[]
  /** Undefined for an entry that does not say it. */
  readonly expiresAt: Date | undefined
}

/** The files of a cache directory. */
export interface CacheFiles {
  readonly entries: readonly CacheEntry[]
  /** Paths of files that have the name of an entry, but cannot be read as one, or are not trusted. */
  readonly unreadable: readonly string[]
}

/**
 * Finds what is cached in a directory, in the order of its end.
 *
 * @throws the file system's error, but for a directory that does not exist
 */
export const findEntries = async (dir: string, {platform}: Pick<Runtime, 'platform'>): Promise<CacheFiles> => {
  const names = namesIn(dir, ['ENOENT']).filter((name) => kindOf(name) === 'entry')
  const entries: CacheEntry[] = []
  const unreadable: string[] = []
  for (const name of names) {
    const path = pathBelow(dir, name)
    const file = readPrivateFile(path, platform)
    const entry = file.state === 'read' ? readEntry(file.text, path, name.slice(0, 12)) : undefined
    if (entry) entries.push(entry)
    else if (file.state !== 'absent') unreadable.push(path)
  }
  const end = ({expiresAt}: CacheEntry): number => expiresAt?.getTime() ?? 0
  return {entries: entries.toSorted((one, other) => end(one) - end(other)), unreadable}
}

/**
 * Removes files of entries; what another process has removed meanwhile is no failure.
 *
 * @returns how many there were
 * @throws the file system's error
 */
export const removeEntries = async (paths: readonly string[]): Promise<number> => {
  const removed = await Promise.all(
    paths.map(async (path) => {
      try {
        await unlink(path)
        return true
      } catch (error) {
        if (errorCode(error) === 'ENOENT') return false
        // Linux and macOS say so of a directory, which no run of this program has made there.
        if (!lstatSync(path).isDirectory()) throw error
        await rm(path, {recursive: true})
        return true
      }
    }),
  )
  return removed.filter(Boolean).length
}

/**
 * Removes what is no entry: lists of clusters, what was learned of clocks, and what killed processes left. What a living
 * process locks, or is about to, stays locked.
 *
 * @throws the file system's error
 */
export const removeLeftovers = async (dir: string, context: FileContext): Promise<void> => {
  for (const name of namesIn(dir, ['ENOENT'])) {
    const path = pathBelow(dir, name)
    const kind = kindOf(name)
    if (kind === 'lock') removeUnlessHeld(path, context)
    else if (kind !== undefined && kind !== 'entry' && kind !== 'half-made lock')
      await rm(path, {recursive: true, force: true})
  }
  removeAbandoned(dir, context.runtime.now(), (name) => kindOf(name) === 'half-made lock')
}

const readEntry = (text: string, path: string, id: string): CacheEntry | undefined => {
  const entry = parseJsonObject(text)
  const {kind, identity, value, until} = entry ?? {}
  if (typeof kind !== 'string' || !Array.isArray(identity) || !isJsonObject(value)) return undefined
  const facts = (identity as readonly unknown[]).flatMap((fact) => {
    const [name, text]: readonly unknown[] = Array.isArray(fact) ? fact : []
    return typeof name === 'string' && typeof text === 'string' ? [[name, text] as const] : []
  })
  return {id, path, kind, facts, expiresAt: dateOf(until)}
}
