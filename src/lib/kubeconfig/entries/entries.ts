import type {ServerEntry} from '../../container-service/server-kubeconfig.ts'
import type {JsonObject} from '../../base/json-object.ts'
import type {KubeconfigOptions} from '../../options/kubeconfig-options.ts'
import type {Flags} from '../../options/read-option.ts'
import {execEntry} from './exec-entry.ts'

/** The name of the extension that client-go passes to an exec plugin as the cluster's config. */
export const EXEC_EXTENSION = 'client.authentication.k8s.io/exec'

/**
 * The `cluster` of a kubeconfig's cluster entry.
 *
 * @param flags - of this command line
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

/** The `user` of a kubeconfig's user entry; the arguments are those of {@link clusterEntry}. */
export const userEntry = (clusterId: string, options: KubeconfigOptions, flags: Flags): JsonObject => ({
  exec: execEntry(options.providesClusterInfo ? undefined : clusterId, options, flags),
})

/** The options that stand in the cluster entry instead of the exec entry. */
const clusterInfo = (clusterId: string, flags: Flags): JsonObject => ({
  clusterId,
  ...(flags['region-id'] ? {regionId: flags['region-id']} : {}),
})
