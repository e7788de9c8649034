import {isJsonObject, type JsonObject} from '../../base/json-object.ts'

/** The lists of a kubeconfig, by their keys in the file. */
export type EntryKind = 'clusters' | 'users' | 'contexts'

/** The change of one entry; an entry that does not exist is added. */
export interface EntryChange {
  readonly kind: EntryKind
  readonly name: string
  /** Fields of the inner object (`cluster`, `user`, `context`) to set. */
  readonly set: JsonObject
  /** Fields of the inner object to remove. */
  readonly remove: readonly string[]
}

/** An entry to remove. */
export interface EntryRemoval {
  readonly kind: EntryKind
  readonly name: string
}

/** The changes of a kubeconfig. Everything else stays. */
export interface KubeconfigChanges {
  readonly entries: readonly EntryChange[]
  readonly removals?: readonly EntryRemoval[]
  /** Empty for none. */
  readonly currentContext?: string
}

/** The key of the inner object, by the list of the entry. */
export const INNER_KEYS: Readonly<Record<EntryKind, string>> = {
  clusters: 'cluster',
  contexts: 'context',
  users: 'user',
}

export const ENTRY_KINDS = ['clusters', 'contexts', 'users'] as const satisfies readonly EntryKind[]

/** The entries of a list; kubectl takes null for an empty list, and for an entry without anything. */
export const entriesOf = (config: JsonObject, kind: EntryKind): readonly (JsonObject | null)[] =>
  (config[kind] ?? []) as readonly (JsonObject | null)[]

/** The name of an entry; empty if it has none. */
export const nameOf = (entry: JsonObject | null): string => (entry?.['name'] as string | null | undefined) ?? ''

/** The content of a new kubeconfig, before entries are added. */
export const NEW_CONFIG: JsonObject = {
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [],
  contexts: [],
  'current-context': '',
  users: [],
}

/**
 * Applies changes to the value of a kubeconfig. Integers become bigint, as in the YAML parser's values.
 *
 * @param value - a kubeconfig whose structure has been checked; it is not modified
 */
export const applyChanges = (
  value: JsonObject,
  {entries, removals = [], currentContext}: KubeconfigChanges,
): JsonObject => {
  const changed: Record<string, unknown> = {...value}
  for (const {kind, name} of removals)
    changed[kind] = entriesOf(changed, kind).filter((entry) => nameOf(entry) !== name)
  for (const entry of entries) changed[entry.kind] = applyEntry(entriesOf(changed, entry.kind), entry)
  if (currentContext !== undefined) changed['current-context'] = currentContext
  return changed
}

const applyEntry = (
  entries: readonly (JsonObject | null)[],
  {kind, name, set, remove}: EntryChange,
): readonly unknown[] => {
  const innerKey = INNER_KEYS[kind]
  const existing = entries.find((entry) => nameOf(entry) === name)
  const old = existing?.[innerKey]
  const inner = {...(old as JsonObject | null | undefined), ...(normalize(set) as JsonObject)}
  for (const field of remove) delete inner[field]
  // An empty object would change nothing: `null` or a missing key means the same.
  if (existing && !isJsonObject(old) && Object.keys(inner).length === 0) return entries
  if (existing) return entries.map((entry) => (entry === existing ? {...entry, [innerKey]: inner} : entry))
  return [...entries, kind === 'users' ? {name, [innerKey]: inner} : {[innerKey]: inner, name}]
}

const normalize = (value: unknown): unknown => {
  if (Number.isSafeInteger(value)) return BigInt(value as number)
  if (Array.isArray(value)) return value.map(normalize)
  if (!isJsonObject(value)) return value
  const defined = Object.entries(value).filter(([, field]) => field !== undefined)
  return Object.fromEntries(defined.map(([key, field]) => [key, normalize(field)]))
}

/** A copy of a value of the YAML parser, with integers as numbers. */
export const toJson = (value: unknown): unknown => {
  if (typeof value === 'bigint') return Number(value)
  if (Array.isArray(value)) return value.map(toJson)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, toJson(field)]))
}
