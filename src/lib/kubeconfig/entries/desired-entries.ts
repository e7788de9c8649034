import type {ServerEntry} from '../../container-service/server-kubeconfig.ts'
import type {JsonObject} from '../../base/json-object.ts'
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

/**
 * The entries of one cluster, with the names that the user chose, else with unique names: the Container Service calls
 * every cluster `kubernetes`.
 */
export const desiredCluster = (
  clusterId: string,
  server: ServerEntry,
  options: UpdateOptions,
  decided: EntryFlags,
): DesiredCluster => {
  const {names, providesClusterInfo} = options
  const cluster = names.cluster ?? clusterId
  const user = names.user ?? (providesClusterInfo ? server.userName : `${server.userName}-${clusterId}`)
  const contextName = names.context ?? server.contextName
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
