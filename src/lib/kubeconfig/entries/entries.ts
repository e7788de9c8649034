import type {ServerEntry} from '../../container-service/server-kubeconfig.ts'
import type {JsonObject} from '../../base/json-object.ts'
import type {KubeconfigOptions} from '../../options/kubeconfig-options.ts'
import type {Flags} from '../../options/read-option.ts'
import {execEntry} from './exec-entry.ts'

/** Where client-go looks for what it hands to an exec plugin as the cluster's config. */
export const EXEC_EXTENSION = 'client.authentication.k8s.io/exec'

/**
 * The `cluster` of a kubeconfig's cluster entry.
 *
 * @param flags - of this very command line
 */
export const clusterEntry = (
  clusterId: string,
  {server, certificateAuthorityData}: ServerEntry,
  {providesClusterInfo}: KubeconfigOptions,
  flags: Flags,
): JsonObject => ({
  server,
  'certificate-authority-data': certificateAuthorityData,
  ...(providesClusterInfo ? {extensions: [{name: EXEC_EXTENSION, extension: clusterInfo(clusterId, flags)}]} : {}),
})

/** The `user` of a kubeconfig's user entry; else as {@link clusterEntry}. */
export const userEntry = (clusterId: string, options: KubeconfigOptions, flags: Flags): JsonObject => ({
  exec: execEntry(options.providesClusterInfo ? undefined : clusterId, options, flags),
})

/** What the exec entry leaves out when the cluster's entry is to say it. */
const clusterInfo = (clusterId: string, flags: Flags): JsonObject => ({
  clusterId,
  ...(flags['region-id'] ? {regionId: flags['region-id']} : {}),
})
