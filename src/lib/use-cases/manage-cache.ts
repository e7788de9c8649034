import {findEntries, removeEntries, removeLeftovers, type CacheEntry} from '../cache/cache-entries.ts'
import {findCacheDir} from '../cache/find-cache-dir.ts'
import {errorCode} from '../base/error-code.ts'
import {AckError} from '../base/errors.ts'
import {MASK} from '../base/mask-login.ts'
import type {OptionValue} from '../options/read-option.ts'
import type {Invocation} from './invocation.ts'

/** A cached value for a person or a program: no secret. */
export interface CachedItem {
  readonly id: string
  readonly kind: string
  /** By name; of several values they are joined. */
  readonly identity: Readonly<Record<string, string>>
  /** RFC 3339, or null. */
  readonly expiresAt: string | null
  readonly isExpired: boolean
}

/** What a cache directory holds. */
export interface CacheContent {
  readonly directory: string
  readonly items: readonly CachedItem[]
  /** How many files there cannot be read, or are not trusted. */
  readonly unreadable: number
}

type CacheContext = Pick<Invocation, 'options' | 'runtime' | 'clock' | 'log'>

/**
 * The job of cache list.
 *
 * @throws AckError `CacheUnusable`
 */
export const listCache = async (context: CacheContext): Promise<CacheContent> => {
  const {runtime, clock} = context
  const directory = directoryOf(context)
  const {entries, unreadable} = await orUnusable(directory, () => findEntries(directory, runtime))
  const now = clock.now()
  const items = entries.map(({id, kind, facts, expiresAt}) => ({
    id,
    kind,
    identity: joined(facts),
    expiresAt: expiresAt?.toISOString() ?? null,
    isExpired: expiresAt === undefined || expiresAt <= now,
  }))
  return {directory, items, unreadable: unreadable.length}
}

/** What to remove: everything, unless one of these is given. */
export interface CacheSelection {
  readonly clusterId: string | undefined
  /** An ID from the list, or a profile, a role ARN or an AccessKey ID. */
  readonly identity: OptionValue | undefined
  readonly profile: OptionValue | undefined
}

/**
 * The job of cache clear.
 *
 * @returns how many values were removed
 * @throws AckError `CacheUnusable`; `InvalidOption` if nothing is cached for the identity that was named
 */
export const clearCache = async (
  selection: CacheSelection,
  context: CacheContext,
): Promise<{readonly directory: string; readonly removed: number}> => {
  const directory = directoryOf(context)
  return orUnusable(directory, async () => {
    const {entries, unreadable} = await findEntries(directory, context.runtime)
    const isAll = Object.values(selection).every((value) => value === undefined)
    const chosen = entries.filter((entry) => isOf(entry, selection))
    const who = selection.identity ?? selection.profile
    if (who !== undefined && chosen.length === 0) throw unknownIdentity(who)
    const removed = await removeEntries([...chosen.map(({path}) => path), ...(isAll ? unreadable : [])])
    if (isAll) await removeLeftovers(directory, context)
    return {directory, removed}
  })
}

const directoryOf = (context: CacheContext): string => {
  const found = findCacheDir(context)
  if (found === undefined)
    throw new AckError(
      'CacheUnusable',
      'there is no cache: this user has no home directory',
      'set HOME, or name a directory with --credential-cache-dir',
    )
  if (found.state === 'unusable') throw unusable(found.path, found.why)
  return found.path
}

/** A fact that stands there more than once has all its values. */
const joined = (facts: CacheEntry['facts']): Readonly<Record<string, string>> => {
  const all = new Map<string, string>()
  for (const [name, value] of facts) {
    const text = CONFIDENTIAL.has(name) ? MASK : value
    all.set(name, all.has(name) ? `${all.get(name)}, ${text}` : text)
  }
  return Object.fromEntries(all)
}

const isOf = ({id, facts}: CacheEntry, {clusterId, identity, profile}: CacheSelection): boolean => {
  const says = (names: ReadonlySet<string>, value: string | undefined): boolean =>
    value === undefined || facts.some(([name, text]) => names.has(name) && text === value)
  const isOfIdentity = id === identity?.value || says(WHO, identity?.value)
  return isOfIdentity && says(CLUSTER, clusterId) && says(PROFILE, profile?.value)
}

/** People share it as they share a secret. */
const CONFIDENTIAL: ReadonlySet<string> = new Set(['ExternalId'])

const CLUSTER: ReadonlySet<string> = new Set(['clusterId'])
const PROFILE: ReadonlySet<string> = new Set(['profile'])

/** The facts of an identity by which people name it. */
const WHO: ReadonlySet<string> = new Set(['accessKeyId', 'profile', 'RoleArn', 'session'])

const orUnusable = async <T>(directory: string, run: () => Promise<T>): Promise<T> => {
  try {
    return await run()
  } catch (error) {
    if (error instanceof AckError) throw error
    throw unusable(directory, errorCode(error))
  }
}

const unusable = (directory: string, why: string): AckError =>
  new AckError(
    'CacheUnusable',
    `cannot read or change the cache in ${directory}: ${why}`,
    'make the directory readable and writable for this user, or name another one with --credential-cache-dir',
  )

const unknownIdentity = ({value, from}: OptionValue): AckError =>
  new AckError(
    'InvalidOption',
    `nothing is cached for ${JSON.stringify(value)} (from ${from})`,
    'use an ID from `ack-ram-tool credential-plugin cache list`, or a profile, a role ARN or an AccessKey ID there',
  )
