import type {JsonObject} from '../../base/json-object.ts'
import type {EntryKind, EntryRemoval} from '../document/kubeconfig-changes.ts'
import {clusterInfoIn} from '../entries/cluster-info.ts'
import type {DesiredCluster} from '../entries/desired-entries.ts'
import {ourExecFacts, type OurExecFacts} from '../entries/our-exec-entry.ts'
import {entryKey, type OpenKubeconfig, type StaleEntry} from './merge-plan.ts'

/** A context of a kubeconfig whose user is an exec entry of ours, and the cluster that it is for. */
export interface OurContext {
  readonly contextName: string
  readonly userName: string
  readonly clusterId: string
  /** The region that the entry names, if it does. */
  readonly region: string | undefined
  readonly facts: OurExecFacts
}

interface PlacedContext extends OurContext {
  readonly file: OpenKubeconfig
  readonly clusterName: string
}

/** The contexts of the files that are ours, each with its user and cluster as kubectl finds them. */
export const ourContexts = (files: readonly OpenKubeconfig[]): readonly OurContext[] => placedContexts(files)

const placedContexts = (files: readonly OpenKubeconfig[]): readonly PlacedContext[] =>
  files.flatMap((file) =>
    file.config.names('contexts').flatMap((contextName) => {
      const {user: userName, cluster: clusterName} = file.config.entry('contexts', contextName) ?? {}
      if (typeof userName !== 'string' || typeof clusterName !== 'string') return []
      const facts = ourExecFacts(find('users', userName, files)?.fields['exec'])
      const info = clusterInfoIn(find('clusters', clusterName, files)?.fields)
      const clusterId = facts?.clusterId ?? info['clusterId']
      if (!facts || typeof clusterId !== 'string') return []
      const region = facts.options.get('region-id') ?? info['regionId']
      return [{contextName, userName, clusterName, clusterId, facts, file, region: region as string | undefined}]
    }),
  )

/**
 * The entries to remove with the clusters that are gone: their contexts, and the users and clusters that no other context
 * uses.
 *
 * @param isStale - decides of each context of ours
 * @param wanted - what is being written anyway, and stays
 */
export const staleEntries = (
  files: readonly OpenKubeconfig[],
  wanted: readonly DesiredCluster[],
  isStale: (context: OurContext) => boolean,
): readonly StaleEntry[] => {
  const desired = new Set(wanted.flatMap(({entries}) => entries.map(entryKey)))
  const stale = placedContexts(files).filter(isStale)
  const isRemoved = (file: OpenKubeconfig, name: string): boolean =>
    stale.some((context) => context.file === file && context.contextName === name)
  const remaining = files.flatMap((file) =>
    file.config.names('contexts').flatMap((name) => {
      const isReplaced = desired.has(entryKey({kind: 'contexts', name}))
      const context = isRemoved(file, name) || isReplaced ? undefined : file.config.entry('contexts', name)
      return context ? [`users ${String(context['user'])}`, `clusters ${String(context['cluster'])}`] : []
    }),
  )
  const kept = new Set([...desired, ...remaining])
  const entries = stale.flatMap(({contextName, userName, clusterName, file}) =>
    [
      {
        file,
        kind: 'contexts',
        name: contextName,
        fields: file.config.entry('contexts', contextName),
        staysCurrent: whyStaysCurrent(contextName, file, files, isRemoved),
      } as const,
      find('users', userName, files),
      find('clusters', clusterName, files),
    ].flatMap((found) => (found ? [{...found, file: found.file.path}] : [])),
  )
  const unique = new Map(entries.map((entry) => [`${entry.file} ${entryKey(entry)}`, entry]))
  return [...unique.values()].filter((entry) => !kept.has(entryKey(entry)))
}

/** Nobody shall work in another cluster than before, only since the context that hid it is gone. */
const whyStaysCurrent = (
  name: string,
  file: OpenKubeconfig,
  files: readonly OpenKubeconfig[],
  isRemoved: (file: OpenKubeconfig, name: string) => boolean,
): StaleEntry['staysCurrent'] => {
  const [first, ...others] = files.filter(({config}) => config.entry('contexts', name) !== undefined)
  if (first !== file) return 'shadowed'
  const [current, ...hidden] = files.flatMap(({config}) => config.currentContext ?? [])
  const shadowsAnother = current === name && hidden.some((other) => other !== name)
  return shadowsAnother && others.every((other) => isRemoved(other, name)) ? 'shadowing' : undefined
}

/** In the first file that has it, as kubectl does. */
const find = (
  kind: EntryKind,
  name: string,
  files: readonly OpenKubeconfig[],
): (EntryRemoval & {readonly file: OpenKubeconfig; readonly fields: JsonObject}) | undefined => {
  for (const file of files) {
    const fields = file.config.entry(kind, name)
    if (fields) return {kind, name, file, fields}
  }
  return undefined
}
