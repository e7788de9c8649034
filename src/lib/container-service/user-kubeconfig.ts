import type {Credentials} from '../credentials/credentials.ts'
import type {SourceContext} from '../credentials/source-context.ts'
import {AckError} from '../base/errors.ts'
import {dateOf} from '../base/json-object.ts'
import type {ExpirationMinutes} from '../options/certificate-options.ts'
import {percentEncode} from '../signing/percent-encode.ts'
import {isClusterId} from './cluster-id.ts'
import {callContainerService, unusableAnswer} from './cs-call.ts'
import {readServerKubeconfig, type ServerKubeconfig} from './server-kubeconfig.ts'

export const USER_KUBECONFIG_ACTION = 'DescribeClusterUserKubeconfig'

/** The parameters of the request. */
export interface UserKubeconfigRequest {
  readonly clusterId: string
  readonly expirationMinutes: ExpirationMinutes
  /** Whether to use the API server's address inside the VPC. */
  readonly privateAddress: boolean
}

/** The address of a cluster, and the caller's certificate. */
export interface UserKubeconfig extends ServerKubeconfig {
  /** The expiration of the certificate, if the API gives it. */
  readonly expiration: Date | undefined
}

/**
 * Gets the caller's kubeconfig for a cluster, with a client certificate.
 *
 * @throws AckError `InvalidOption` for an invalid cluster ID, and what {@link callContainerService} throws
 * @see https://www.alibabacloud.com/help/en/ack/ack-managed-and-ack-dedicated/developer-reference/api-cs-2015-12-15-describeclusteruserkubeconfig
 */
export const describeUserKubeconfig = async (
  {clusterId, expirationMinutes, privateAddress}: UserKubeconfigRequest,
  caller: Credentials,
  context: SourceContext,
  signal?: AbortSignal,
): Promise<UserKubeconfig> => {
  const request = {
    action: USER_KUBECONFIG_ACTION,
    path: `/k8s/${percentEncode(checkedClusterId(clusterId))}/user_config`,
    query: new Map([
      ['PrivateIpAddress', String(privateAddress)],
      ...(expirationMinutes === undefined ? [] : [['TemporaryDurationMinutes', String(expirationMinutes)] as const]),
    ]),
    subject: `cluster ${clusterId}`,
  }
  const {config, expiration} = await callContainerService(request, caller, context, signal)
  const entry = typeof config === 'string' ? await readServerKubeconfig(config) : undefined
  if (!entry)
    throw unusableAnswer(
      USER_KUBECONFIG_ACTION,
      'it has no kubeconfig with one cluster and one user that kubectl could read',
    )
  return {...entry, expiration: dateOf(expiration)}
}

/**
 * Checks the ID of a cluster, which becomes part of a path.
 *
 * @throws AckError `InvalidOption`
 */
export const checkedClusterId = (clusterId: string): string => {
  if (isClusterId(clusterId)) return clusterId
  throw new AckError('InvalidOption', 'invalid cluster ID', 'use an ID from `ack-ram-tool list-clusters`')
}
