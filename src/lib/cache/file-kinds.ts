import {finalName} from '../base/files/temporary-name.ts'
import {CLOCK_FILE, SUFFIX} from './file-names.ts'

// Apart from the names: every hit in the cache loads those, and what is left over concerns only who writes or clears.

/** What a file of the cache is; a half-made one is to become one of the others. */
export type CacheFileKind = 'entry' | 'failure' | 'clusters' | 'clocks' | 'lock' | 'half-made' | 'half-made lock'

/** The name of the lock of a role, whose own name has letters, digits, dots and dashes. */
export const roleLockName = (role: string): string => `${ROLE}${role}${SUFFIX.lock}`

const ROLE = 'rrsa-role-'

/** What the file of a name is; undefined for one that is not the cache's. */
export const kindOf = (name: string): CacheFileKind | undefined => {
  const final = finalName(name)
  if (final === undefined) return kindOfWhole(name)
  // By a nonce alone, earlier versions named the half-made files of clocks and clusters.
  if (final === '') return 'half-made'
  const kind = kindOfWhole(final)
  return kind && (kind === 'lock' ? 'half-made lock' : 'half-made')
}

const kindOfWhole = (name: string): CacheFileKind | undefined => {
  if (name === CLOCK_FILE) return 'clocks'
  if (name.startsWith(ROLE) && name.endsWith(SUFFIX.lock)) return 'lock'
  const [, suffix = ''] = /^[0-9a-f]{64}(\..+)$/.exec(name) ?? []
  return KINDS.get(suffix)
}

const KINDS: ReadonlyMap<string, CacheFileKind> = new Map([
  [SUFFIX.entry, 'entry'],
  [SUFFIX.failure, 'failure'],
  [SUFFIX.clusters, 'clusters'],
  [SUFFIX.lock, 'lock'],
  [SUFFIX.secondLock, 'lock'],
])
