import type {JsonObject} from '../../base/json-object.ts'
import type {EditableKubeconfig} from '../document/editable-kubeconfig.ts'
import type {EntryKind, KubeconfigChanges} from '../document/kubeconfig-changes.ts'
import {ourExecFacts} from '../entries/our-exec-entry.ts'
import {replaceEntry} from '../entries/replace-entry.ts'
import type {DesiredCluster, DesiredEntry} from '../entries/desired-entries.ts'

/** A file of the list that kubectl reads; one that is not there yet is empty. */
export interface OpenKubeconfig {
  readonly path: string
  readonly config: EditableKubeconfig
}

/** What is to change in one file. */
export interface FilePlan {
  readonly path: string
  readonly changes: KubeconfigChanges
  /** The entries that would be replaced although they point elsewhere, each in words. */
  readonly elsewhere: readonly string[]
}

/**
 * Says what has to change, and where: an entry is replaced in the first file that has it, since that is the one which
 * counts for kubectl; a new one goes where the other entries of its cluster are, else into the first file.
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
    entries.map((entry) => ({entry, file: placeOf(entry, entries, files)})),
  )
  const fileOfCurrent = currentContext === undefined ? undefined : placeOfCurrent(files, clusters)
  return files.flatMap((file) => {
    const entries = placed.filter((item) => item.file === file).map(({entry}) => entry)
    const isSwitched = file === fileOfCurrent && file.config.currentContext !== currentContext
    if (entries.length === 0 && !isSwitched) return []
    return [planFile(file, withoutRepetition(entries), isSwitched ? currentContext : undefined)]
  })
}

const has = ({config}: OpenKubeconfig, {kind, name}: DesiredEntry): boolean => config.entry(kind, name) !== undefined

const placeOf = (
  entry: DesiredEntry,
  ofCluster: readonly DesiredEntry[],
  files: readonly OpenKubeconfig[],
): OpenKubeconfig | undefined =>
  files.find((file) => has(file, entry)) ??
  files.find((file) => ofCluster.some((other) => has(file, other))) ??
  files[0]

const placeOfCurrent = (
  files: readonly OpenKubeconfig[],
  [first]: readonly DesiredCluster[],
): OpenKubeconfig | undefined => {
  const named = files.find(({config}) => config.currentContext)
  const [context] = first?.entries ?? []
  return named ?? (context ? placeOf(context, first?.entries ?? [], files) : files[0])
}

/** Clusters may share a user: that is one entry. */
const withoutRepetition = (entries: readonly DesiredEntry[]): readonly DesiredEntry[] => [
  ...new Map(entries.map((entry) => [`${entry.kind} ${entry.name}`, entry])).values(),
]

const planFile = (
  {path, config}: OpenKubeconfig,
  entries: readonly DesiredEntry[],
  current: string | undefined,
): FilePlan => ({
  path,
  changes: {
    entries: entries.map((entry) => replaceEntry(entry, config.entry(entry.kind, entry.name))),
    ...(current === undefined ? {} : {currentContext: current}),
  },
  elsewhere: entries.flatMap((entry) => {
    const existing = config.entry(entry.kind, entry.name)
    const words = existing && WHERE_IT_POINTS[entry.kind](existing, entry.fields)
    return words ? [`${entry.kind.slice(0, -1)} ${JSON.stringify(entry.name)} in ${path} ${words}`] : []
  }),
})

/** Where an entry points when that is not where it is wanted to; goes on after its name. */
const WHERE_IT_POINTS: Record<EntryKind, (existing: JsonObject, wanted: JsonObject) => string | undefined> = {
  clusters: (existing, wanted) =>
    existing['server'] === wanted['server'] ? undefined : `reaches ${hostOf(existing['server'])}`,
  contexts: (existing, wanted) =>
    existing['cluster'] === wanted['cluster'] && existing['user'] === wanted['user']
      ? undefined
      : `names cluster ${JSON.stringify(existing['cluster'] ?? '')} and user ${JSON.stringify(existing['user'] ?? '')}`,
  users: (existing, wanted) => {
    const before = ourExecFacts(existing['exec'])
    const after = ourExecFacts(wanted['exec'])
    if (!before) return 'gets its credentials in another way'
    if (before.clusterId !== after?.clusterId)
      return `is for ${before.clusterId ? `cluster ${before.clusterId}` : 'any cluster'}`
    return before.deciding.join() === after?.deciding.join() ? undefined : 'uses other options for its credentials'
  },
}

const hostOf = (server: unknown): string =>
  typeof server === 'string' && URL.canParse(server) ? new URL(server).host : 'no address'
