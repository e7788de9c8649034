import {isJsonObject, type JsonObject} from '../../base/json-object.ts'
import type {EditableKubeconfig} from '../document/editable-kubeconfig.ts'
import type {EntryKind, KubeconfigChanges} from '../document/kubeconfig-changes.ts'
import {ourExecFacts} from '../entries/our-exec-entry.ts'
import {replaceEntry} from '../entries/replace-entry.ts'
import type {DesiredCluster, DesiredEntry} from '../entries/desired-entries.ts'

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
  /** The commands that its users will have. */
  readonly commands: readonly PlannedCommand[]
}

/** What kubectl will start for a user. */
export interface PlannedCommand {
  readonly user: string
  /** That of the entry as it is now, if it is one of ours. */
  readonly before: string | undefined
  readonly command: string
}

/**
 * Plans the changes of each file. An entry is replaced in the first file that has it, since kubectl uses that one; a new
 * entry goes where the other entries of its cluster are, else where kubectl puts one: into the first file that exists, or
 * the last of the list.
 *
 * @param files - strongest first; at least one
 * @param currentContext - the context to switch to, if any
 */
export const planMerge = (
  files: readonly OpenKubeconfig[],
  clusters: readonly DesiredCluster[],
  currentContext: string | undefined,
): readonly FilePlan[] => {
  const placed = clusters.flatMap(({entries}) =>
    entries.map((entry) => ({entry, file: fileFor(entry, entries, files)})),
  )
  const fileOfCurrent =
    currentContext === undefined ? undefined : fileForCurrentContext(files, clusters, currentContext)
  return files.flatMap((file) => {
    const entries = placed.filter((item) => item.file === file).map(({entry}) => entry)
    const isSwitched = file === fileOfCurrent && file.config.currentContext !== currentContext
    if (entries.length === 0 && !isSwitched) return []
    return [planFile(file, withoutRepetition(entries), isSwitched ? currentContext : undefined)]
  })
}

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
  ...new Map(entries.map((entry) => [`${entry.kind} ${entry.name}`, entry])).values(),
]

/**
 * Plans the changes of one file.
 *
 * @param entries - the desired entries that belong into this file
 * @param currentContext - the context to switch to, if any
 */
export const planFile = (
  file: OpenKubeconfig,
  entries: readonly DesiredEntry[],
  currentContext: string | undefined,
): FilePlan => {
  const {path, config} = file
  const changed = entries.map((entry) => replaceEntry(entry, config.entry(entry.kind, entry.name)))
  return {
    file,
    entries,
    changes: {
      entries: changed,
      ...(currentContext === undefined ? {} : {currentContext}),
    },
    conflicts: entries.flatMap((entry) => {
      const existing = config.entry(entry.kind, entry.name)
      const target = existing && otherTarget[entry.kind](existing, entry.fields)
      return target ? [`${entry.kind.slice(0, -1)} ${JSON.stringify(entry.name)} in ${path} ${target}`] : []
    }),
    commands: changed.flatMap(({kind, name, set}) => {
      const existing = config.entry(kind, name)?.['exec']
      const command = commandOf(set['exec'])
      const before = ourExecFacts(existing) && commandOf(existing)
      return command === undefined ? [] : [{user: name, before, command}]
    }),
  }
}

const commandOf = (exec: unknown): string | undefined => {
  const command = isJsonObject(exec) ? exec['command'] : undefined
  return typeof command === 'string' && command !== '' ? command : undefined
}

/** The target of an existing entry, if it is not the desired one; follows the name of the entry in messages. */
const otherTarget: Record<EntryKind, (existing: JsonObject, wanted: JsonObject) => string | undefined> = {
  clusters: (existing, wanted) =>
    existing['server'] === wanted['server'] ? undefined : `points to ${hostOf(existing['server'])}`,
  contexts: (existing, wanted) =>
    existing['cluster'] === wanted['cluster'] && existing['user'] === wanted['user']
      ? undefined
      : `uses cluster ${JSON.stringify(existing['cluster'] ?? '')} and user ${JSON.stringify(existing['user'] ?? '')}`,
  users: (existing, wanted) => {
    const before = ourExecFacts(existing['exec'])
    const after = ourExecFacts(wanted['exec'])
    if (!before) return 'uses other credentials'
    if (before.clusterId !== after?.clusterId)
      return `is for ${before.clusterId ? `cluster ${before.clusterId}` : 'any cluster'}`
    return before.deciding.join() === after?.deciding.join() ? undefined : 'uses other credential options'
  },
}

const hostOf = (server: unknown): string =>
  typeof server === 'string' && URL.canParse(server) ? new URL(server).host : 'no server'
