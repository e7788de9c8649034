import type {ServerEntry} from '../../container-service/server-kubeconfig.ts'
import type {JsonObject} from '../../base/json-object.ts'
import {fillTemplate, type NameValues} from '../../options/name-template.ts'
import type {UpdateOptions} from '../../options/update-options.ts'
import type {EntryKind} from '../document/kubeconfig-changes.ts'
import {clusterEntry, userEntry} from './entries.ts'
import type {EntryFlags} from './entry-flags.ts'

/** An entry that the kubeconfig should have. */
export interface DesiredEntry {
  readonly kind: EntryKind
  readonly name: string
  /** The inner object: `cluster`, `user` or `context`. */
  readonly fields: JsonObject
  /** Whether the user chose the command of an `exec`: else that of an existing entry stays. */
  readonly choosesCommand?: boolean
}

/** The entries of one cluster: context, cluster and user. */
export interface DesiredCluster {
  readonly contextName: string
  readonly entries: readonly DesiredEntry[]
}

/** What names are made of, but for the UID, which the Container Service tells with the address of the cluster. */
export type NamedCluster = Omit<NameValues, 'id' | 'uid'> & {readonly id: string}

/**
 * The entries of one cluster, with the names that the user chose, else with unique names: the Container Service calls
 * every cluster `kubernetes`.
 *
 * @throws AckError `InvalidOption` if a template gives no usable name
 */
export const desiredCluster = (
  named: NamedCluster,
  server: ServerEntry,
  options: UpdateOptions,
  decided: EntryFlags,
): DesiredCluster => {
  const {names, providesClusterInfo} = options
  const {id: clusterId} = named
  const values = {...named, uid: server.userName}
  const chosen = (kind: keyof typeof names): string | undefined => names[kind] && fillTemplate(names[kind], values)
  const cluster = chosen('cluster') ?? clusterId
  const user = chosen('user') ?? (providesClusterInfo ? server.userName : `${server.userName}-${clusterId}`)
  const contextName = chosen('context') ?? server.contextName
  return {
    contextName,
    entries: [
      {kind: 'contexts', name: contextName, fields: {cluster, user}},
      {kind: 'clusters', name: cluster, fields: clusterEntry(clusterId, server, options, decided)},
      {
        kind: 'users',
        name: user,
        fields: userEntry(clusterId, options, decided),
        choosesCommand: options.execCommandFrom !== undefined,
      },
    ],
  }
}
