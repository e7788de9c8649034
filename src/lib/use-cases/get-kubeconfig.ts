import {describeUserKubeconfig} from '../container-service/user-kubeconfig.ts'
import type {ServerEntry} from '../container-service/server-kubeconfig.ts'
import type {Credentials, CredentialSource} from '../credentials/credentials.ts'
import type {SourceContext} from '../credentials/source-context.ts'
import type {JsonObject} from '../base/json-object.ts'
import {MIN_EXPIRATION_MINUTES} from '../options/certificate-options.ts'
import type {KubeconfigOptions} from '../options/kubeconfig-options.ts'
import type {Invocation} from './invocation.ts'
import {withinTimeout} from '../base/deadline.ts'
import {clusterEntry, userEntry} from '../kubeconfig/entries/entries.ts'
import {decidingVariables} from '../kubeconfig/entries/exec-entry.ts'

/**
 * The job of get-kubeconfig: a kubeconfig of its own for one cluster, with the names that the Container Service gives.
 *
 * @throws AckError what the source throws, and what the Container Service answers
 */
export const getKubeconfig = async (
  source: CredentialSource,
  clusterId: string,
  options: KubeconfigOptions,
  context: Invocation,
): Promise<JsonObject> => {
  const server = await withinTimeout(context.options.timeoutMs, async (signal) =>
    askServerEntry(clusterId, options, await source.load(signal), context, signal),
  )
  warnOfVariables(context)
  return kubeconfigOf(clusterId, server, options, context)
}

/**
 * Asks the Container Service where a cluster is and as whom the caller comes. The certificate in the answer is not
 * used, so it is asked for with the shortest life.
 *
 * @throws AckError what the Container Service answers
 */
export const askServerEntry = (
  clusterId: string,
  {privateAddress}: Pick<KubeconfigOptions, 'privateAddress'>,
  caller: Credentials,
  context: SourceContext,
  signal?: AbortSignal,
): Promise<ServerEntry> =>
  describeUserKubeconfig(
    {clusterId, privateAddress, expirationMinutes: MIN_EXPIRATION_MINUTES},
    caller,
    context,
    signal,
  )

/** The exec entry has no values from the environment, which may differ when kubectl runs. */
export const warnOfVariables = ({inputs, log}: Invocation): void => {
  const variables = decidingVariables(inputs)
  if (variables.length > 0)
    log.warn(
      `kubectl will need ${variables.join(', ')} in its environment; use flags to write them into the kubeconfig`,
    )
}

const kubeconfigOf = (
  clusterId: string,
  server: ServerEntry,
  options: KubeconfigOptions,
  {inputs: {flags}}: Invocation,
): JsonObject => {
  const {clusterName, userName, contextName} = server
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{name: clusterName, cluster: clusterEntry(clusterId, server, options, flags)}],
    contexts: [{name: contextName, context: {cluster: clusterName, user: userName}}],
    'current-context': contextName,
    preferences: {},
    users: [{name: userName, user: userEntry(clusterId, options, flags)}],
  }
}
