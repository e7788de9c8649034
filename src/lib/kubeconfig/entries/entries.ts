import type {ServerEntry} from '../../container-service/server-kubeconfig.ts'
import type {JsonObject} from '../../base/json-object.ts'
import type {KubeconfigOptions} from '../../options/kubeconfig-options.ts'
import type {EntryFlags} from './entry-flags.ts'
import {execEntry, type ExecEntry} from './exec-entry.ts'

/** The name of the extension that client-go passes to an exec plugin as the cluster's config. */
export const EXEC_EXTENSION = 'client.authentication.k8s.io/exec'

/** The `cluster` of a kubeconfig's cluster entry. */
export interface ClusterEntry extends JsonObject {
  readonly server: string
  readonly 'certificate-authority-data': string
}

/** The `cluster` of an entry for a cluster. */
export const clusterEntry = (
  clusterId: string,
  {server, certificateAuthorityData}: ServerEntry,
  {providesClusterInfo}: KubeconfigOptions,
  {flags}: EntryFlags,
): ClusterEntry => ({
  server,
  'certificate-authority-data': certificateAuthorityData,
  ...(providesClusterInfo ? {extensions: [{name: EXEC_EXTENSION, extension: clusterInfo(clusterId, flags)}]} : {}),
})

/** The `user` of a kubeconfig's user entry. */
export const userEntry = (
  clusterId: string,
  options: KubeconfigOptions,
  decided: EntryFlags,
): {readonly exec: ExecEntry} => ({
  exec: execEntry(options.providesClusterInfo ? undefined : clusterId, options, decided),
})

/** The options that stand in the cluster entry instead of the exec entry. */
const clusterInfo = (clusterId: string, flags: EntryFlags['flags']): JsonObject => ({
  clusterId,
  ...(flags['region-id'] ? {regionId: flags['region-id']} : {}),
})
