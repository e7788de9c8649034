import type {ServerEntry} from '../../container-service/server-kubeconfig.ts'
import type {JsonObject} from '../../base/json-object.ts'
import type {Flags} from '../../options/read-option.ts'
import type {UpdateOptions} from '../../options/update-options.ts'
import type {EntryKind} from '../document/kubeconfig-changes.ts'
import {clusterEntry, userEntry} from './entries.ts'

/** An entry as it is to stand in the kubeconfig. */
export interface DesiredEntry {
  readonly kind: EntryKind
  readonly name: string
  /** Of the inner object: `cluster`, `user` or `context`. */
  readonly fields: JsonObject
}

/** The entries that together reach one cluster. */
export interface DesiredCluster {
  readonly contextName: string
  readonly entries: readonly DesiredEntry[]
}

/**
 * The entries of one cluster, under the user's names, else under such as tell clusters and users from one another:
 * the Container Service calls every cluster `kubernetes`.
 *
 * @param flags - of this very command line
 */
export const desiredCluster = (
  clusterId: string,
  server: ServerEntry,
  options: UpdateOptions,
  flags: Flags,
): DesiredCluster => {
  const {names, providesClusterInfo} = options
  const cluster = names.cluster ?? clusterId
  const user = names.user ?? (providesClusterInfo ? server.userName : `${server.userName}-${clusterId}`)
  const contextName = names.context ?? server.contextName
  return {
    contextName,
    entries: [
      {kind: 'contexts', name: contextName, fields: {cluster, user}},
      {kind: 'clusters', name: cluster, fields: clusterEntry(clusterId, server, options, flags)},
      {kind: 'users', name: user, fields: userEntry(clusterId, options, flags)},
    ],
  }
}
