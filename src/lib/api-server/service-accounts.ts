import {AckError} from '../base/errors.ts'
import {isJsonObject, type JsonObject} from '../base/json-object.ts'
import {Secret} from '../base/secret.ts'
import {apiPath, callApiServer, type ApiServer} from './api-call.ts'

/** The path of a namespace. */
export const namespacePath = (name: string): string => apiPath('api', 'v1', 'namespaces', name)

/** The path of a service account. */
export const serviceAccountPath = (namespace: string, name: string): string =>
  apiPath('api', 'v1', 'namespaces', namespace, 'serviceaccounts', name)

/** The path of the service accounts of all namespaces. */
export const SERVICE_ACCOUNTS = apiPath('api', 'v1', 'serviceaccounts')

/** A namespace to make. */
export const newNamespace = (name: string): JsonObject => ({apiVersion: 'v1', kind: 'Namespace', metadata: {name}})

/** A service account to make. */
export const newServiceAccount = (namespace: string, name: string): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: {name, namespace},
})

/**
 * Has the API server issue a token of a service account, as a pod's projected volume would get it.
 *
 * @param seconds - the token's life; 600 at least
 * @throws what `callApiServer` throws; AckError `ServiceFailed` for an answer without a token
 * @see https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/
 */
export const requestToken = async (
  {
    namespace,
    name,
    audience,
    seconds,
  }: {
    readonly namespace: string
    readonly name: string
    readonly audience: string
    readonly seconds: number
  },
  api: ApiServer,
  signal?: AbortSignal,
): Promise<Secret> => {
  const body = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: {audiences: [audience], expirationSeconds: seconds},
  }
  const path = `${serviceAccountPath(namespace, name)}/token`
  const {status} = await callApiServer({method: 'POST', path, body}, api, signal)
  const token = isJsonObject(status) ? status['token'] : undefined
  if (typeof token === 'string' && token !== '') return new Secret(token)
  throw new AckError(
    'ServiceFailed',
    `the API server of cluster ${api.clusterId} issued no token for service account ${namespace}/${name}`,
    'try again',
  )
}
