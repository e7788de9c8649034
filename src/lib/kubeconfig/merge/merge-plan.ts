import {isDeepStrictEqual} from 'node:util'

import {isJsonObject, type JsonObject} from '../../base/json-object.ts'
import type {EditableKubeconfig} from '../document/editable-kubeconfig.ts'
import type {EntryChange, EntryKind, EntryRemoval, KubeconfigChanges} from '../document/kubeconfig-changes.ts'
import {choosesCredentials} from '../../credentials/selection/credential-variables.ts'
import {entryFaults, type EntryFault} from '../entries/entry-faults.ts'
import {ourExecFacts} from '../entries/our-exec-entry.ts'
import {replaceEntry} from '../entries/replace-entry.ts'
import type {DesiredCluster, DesiredEntry} from '../entries/desired-entries.ts'
import {describeConflict, describeContextConflict} from './describe-conflict.ts'

/** A kubeconfig file; one that does not exist yet is empty. */
export interface OpenKubeconfig {
  readonly path: string
  readonly exists: boolean
  readonly text: string
  readonly config: EditableKubeconfig
}

/** The plan for one file. */
export interface FilePlan {
  readonly file: OpenKubeconfig
  /** The desired entries that belong into this file. */
  readonly entries: readonly DesiredEntry[]
  readonly changes: KubeconfigChanges
  /** A description of each existing entry with another target, which would be replaced. */
  readonly conflicts: readonly string[]
  /** The {@link entryKey} of each desired entry that is not yet as it should be. */
  readonly changed: ReadonlySet<string>
  /** Why kubectl will refuse one of its entries as it will be, or use it for another, each with what to do. */
  readonly faults: readonly string[]
  /** The commands that its users will have. */
  readonly commands: readonly PlannedCommand[]
}

/** What kubectl will start for a user. */
export interface PlannedCommand {
  readonly user: string
  /** That of the entry as it is now, if it is one of ours. */
  readonly before: string | undefined
  readonly command: string
  readonly args: readonly string[]
}

/** An entry to remove, as it was when that was decided. */
export interface StaleEntry extends EntryRemoval {
  readonly file: string
  readonly fields: unknown
  /**
   * Why a context's name stays the current one where it is: the context is `shadowed`, since kubectl takes that name
   * from another file; or its name is `shadowing` the current context of another file, which would take its place.
   */
  readonly staysCurrent?: 'shadowed' | 'shadowing' | undefined
}

/** A text for an entry by which it is known among those of all lists. */
export const entryKey = ({kind, name}: {readonly kind: EntryKind; readonly name: string}): string => `${kind} ${name}`

/**
 * Plans the changes of each file. An entry is replaced in the first file that has it, since kubectl uses that one; a new
 * entry goes where the other entries of its cluster are, else where kubectl puts one: into the first file that exists, or
 * the last of the list.
 *
 * @param files - strongest first; at least one
 * @param currentContext - the context to switch to, if any
 * @param stale - entries to remove
 */
export const planMerge = (
  files: readonly OpenKubeconfig[],
  clusters: readonly DesiredCluster[],
  currentContext: string | undefined,
  stale: readonly StaleEntry[] = [],
): readonly FilePlan[] => {
  const placed = clusters.flatMap(({entries}) =>
    entries.map((entry) => ({entry, file: fileFor(entry, entries, files)})),
  )
  const fileOfCurrent =
    currentContext === undefined ? undefined : fileForCurrentContext(files, clusters, currentContext)
  return files.flatMap((file) => {
    const entries = placed.filter((item) => item.file === file).map(({entry}) => entry)
    const isSwitched = file === fileOfCurrent && file.config.currentContext !== currentContext
    const isStale = stale.some((entry) => entry.file === file.path) || isCurrentStale(file, stale)
    if (entries.length === 0 && !isStale && !isSwitched) return []
    return [planFile(file, withoutRepetition(entries), isSwitched ? currentContext : undefined, stale)]
  })
}

const isCurrentStale = ({config}: OpenKubeconfig, stale: readonly StaleEntry[]): boolean =>
  stale.some(({kind, name, staysCurrent}) => kind === 'contexts' && name === config.currentContext && !staysCurrent)

const has = ({config}: OpenKubeconfig, {kind, name}: DesiredEntry): boolean => config.entry(kind, name) !== undefined

const fileFor = (
  entry: DesiredEntry,
  ofCluster: readonly DesiredEntry[],
  files: readonly OpenKubeconfig[],
): OpenKubeconfig | undefined =>
  files.find((file) => has(file, entry)) ??
  files.find((file) => ofCluster.some((other) => has(file, other))) ??
  files.find(({exists}) => exists) ??
  files.at(-1)

/** The file of the context itself, unless one before it names the current context: kubectl reads the first that does. */
const fileForCurrentContext = (
  files: readonly OpenKubeconfig[],
  [first]: readonly DesiredCluster[],
  currentContext: string,
): OpenKubeconfig | undefined => {
  const [context] = first?.entries ?? []
  const own = context && fileFor(context, first?.entries ?? [], files)
  const naming = files.find(({config}) => config.currentContext)
  if (!naming || !own) return own
  const isNamed = naming.config.currentContext === currentContext || files.indexOf(naming) < files.indexOf(own)
  return isNamed ? naming : own
}

/** Clusters may share a user entry. */
const withoutRepetition = (entries: readonly DesiredEntry[]): readonly DesiredEntry[] => [
  ...new Map(entries.map((entry) => [entryKey(entry), entry])).values(),
]

/**
 * Plans the changes of one file.
 *
 * @param entries - the desired entries that belong into this file
 * @param currentContext - the context to switch to, if any; one that is removed is not current any more
 * @param stale - entries to remove, of all files; those that are not as they were any more stay
 */
export const planFile = (
  file: OpenKubeconfig,
  entries: readonly DesiredEntry[],
  currentContext: string | undefined,
  stale: readonly StaleEntry[] = [],
): FilePlan => {
  const {config} = file
  const isAsBefore = ({kind, name, fields}: StaleEntry): boolean => isDeepStrictEqual(config.entry(kind, name), fields)
  const removals = stale.filter((entry) => entry.file === file.path && isAsBefore(entry))
  const gone = [...removals, ...stale.filter((entry) => entry.file !== file.path)]
  const current = currentContext ?? (isCurrentStale(file, gone) ? '' : undefined)
  const changes = entries.map((entry) => replaceEntry(entry, config.entry(entry.kind, entry.name)))
  return {
    file,
    entries,
    changes: {
      entries: changes,
      ...(removals.length === 0 ? {} : {removals: removals.map(({kind, name}) => ({kind, name}))}),
      ...(current === undefined ? {} : {currentContext: current}),
    },
    conflicts: entries.flatMap((entry) => conflictOf(entry, entries, file) ?? []),
    changed: new Set(changes.filter((change) => changesAnything(change, config)).map(entryKey)),
    faults: changes.flatMap((change) => faultsOf(change, file)),
    commands: changes.flatMap((change) => plannedCommand(change, config) ?? []),
  }
}

const faultsOf = ({kind, name, set, remove}: EntryChange, {path, config}: OpenKubeconfig): readonly string[] => {
  const kept = Object.entries(config.entry(kind, name) ?? {}).filter(([field]) => !remove.includes(field))
  return [...entryFaults(kind, {...Object.fromEntries(kept), ...set}), ...ownIdentity(set['exec'])].map(
    ({cause, nextStep}) => `${kind.slice(0, -1)} ${JSON.stringify(name)} in ${path}: ${cause}; ${nextStep}`,
  )
}

/** Options beside which no variable of the environment decides whose credentials are used. */
const DECIDED_BY = ['profile-name', 'profile-file', 'ignore-env-credentials']

/** Variables that somebody has put into an entry stay, and may make it another's. */
const ownIdentity = (exec: unknown): readonly EntryFault[] => {
  const facts = ourExecFacts(exec)
  if (!facts?.setsVariables || DECIDED_BY.some((name) => facts.options.has(name))) return []
  const names = ((exec as JsonObject)['env'] as readonly unknown[])
    .flatMap((variable) => (isJsonObject(variable) ? [variable['name']] : []))
    .filter((name) => typeof name === 'string' && choosesCredentials(name))
  if (names.length === 0) return []
  return [
    {
      cause: `its own env has ${names.join(', ')}, by which kubectl may get the credentials of another identity`,
      nextStep: 'remove that from the entry, unless it is meant',
    },
  ]
}

const plannedCommand = ({kind, name, set}: EntryChange, config: EditableKubeconfig): PlannedCommand | undefined => {
  const command = commandOf(set['exec'])
  if (command === undefined) return undefined
  const existing = config.entry(kind, name)?.['exec']
  return {user: name, before: ourExecFacts(existing) && commandOf(existing), command, args: argsOf(set['exec'])}
}

const argsOf = (exec: unknown): readonly string[] => {
  const args = isJsonObject(exec) ? exec['args'] : undefined
  return Array.isArray(args) ? args.map(String) : []
}

const commandOf = (exec: unknown): string | undefined => {
  const command = isJsonObject(exec) ? exec['command'] : undefined
  return typeof command === 'string' && command !== '' ? command : undefined
}

const changesAnything = ({kind, name, set, remove}: EntryChange, config: EditableKubeconfig): boolean => {
  const existing = config.entry(kind, name)
  if (!existing || remove.length > 0) return true
  return Object.entries(set).some(([field, value]) => !isDeepStrictEqual(existing[field], value))
}

const conflictOf = (
  entry: DesiredEntry,
  all: readonly DesiredEntry[],
  {path, config}: OpenKubeconfig,
): string | undefined => {
  const existing = config.entry(entry.kind, entry.name)
  const user = (name: unknown): JsonObject | undefined => config.entry('users', String(name))
  const wantedUser = all.find(({kind, name}) => kind === 'users' && name === entry.fields['user'])
  const difference =
    existing &&
    (entry.kind === 'contexts'
      ? describeContextConflict(existing, entry.fields, {existing: user(existing['user']), wanted: wantedUser?.fields})
      : describeConflict(entry.kind, existing, entry.fields))
  if (!difference) return undefined
  const named = `${entry.kind.slice(0, -1)} ${JSON.stringify(entry.name)} in ${path}`
  // A person knows the context better than its user.
  const context =
    entry.kind === 'users' &&
    all.find(({kind, name}) => kind === 'contexts' && config.entry(kind, name)?.['user'] === entry.name)
  return context && context.name !== entry.name
    ? `context ${JSON.stringify(context.name)} (${named}) ${difference}`
    : `${named} ${difference}`
}
