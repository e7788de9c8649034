import {AckError} from '../base/errors.ts'
import {isJsonObject, parseJson, type JsonObject} from '../base/json-object.ts'

/** The supported versions of client-go's API for exec plugins. */
export type ExecApiVersion = 'v1' | 'v1beta1'

/** The content of `KUBERNETES_EXEC_INFO`, which client-go sets for an exec plugin. */
export interface ExecInfo {
  /** The only version that client-go accepts in the answer. */
  readonly apiVersion: ExecApiVersion
  /** Whether stdin is a terminal that the plugin may use. */
  readonly interactive: boolean
  /** Options from the kubeconfig's cluster entry, by flag name. */
  readonly clusterOptions: ClusterOptions
}

/** Flag name to value; several roles to assume are a list. */
export type ClusterOptions = Readonly<Record<string, string | readonly string[]>>

/** Keys of the kubeconfig cluster's extension `client.authentication.k8s.io/exec`, and their flags. */
const CLUSTER_OPTIONS = [
  ['clusterId', 'cluster-id'],
  ['regionId', 'region-id'],
  ['roleArn', 'role-arn'],
] as const

const GROUP = 'client.authentication.k8s.io/'

/**
 * Reads `KUBERNETES_EXEC_INFO`. Of what other clients than client-go write differently (another `kind`, null for an
 * object) only the API version matters, since the answer must have the same.
 *
 * @param text - the variable's value; absent or empty outside of kubectl
 * @returns undefined if it is absent
 * @throws AckError `ExecInfoInvalid`; the message never quotes the text
 * @see https://kubernetes.io/docs/reference/config-api/client-authentication.v1/
 */
export const parseExecInfo = (text: string | undefined): ExecInfo | undefined => {
  if (text === undefined || text.trim() === '') return undefined
  const info = asObject(parsed(text), 'is not a JSON object')
  const {spec: given} = info
  const spec = isJsonObject(given) ? given : {}
  return {
    apiVersion: parseApiVersion(info['apiVersion']),
    interactive: spec['interactive'] === true,
    clusterOptions: parseClusterOptions(spec['cluster']),
  }
}

const parsed = (text: string): unknown => {
  try {
    return parseJson(text)
  } catch {
    throw invalid('is not JSON')
  }
}

const parseApiVersion = (apiVersion: unknown): ExecApiVersion => {
  if (apiVersion === `${GROUP}v1`) return 'v1'
  if (apiVersion === `${GROUP}v1beta1`) return 'v1beta1'
  throw invalid(`has an apiVersion other than ${GROUP}v1 and ${GROUP}v1beta1`)
}

const parseClusterOptions = (cluster: unknown): ClusterOptions => {
  if (!isJsonObject(cluster)) return {}
  // Other plugins may be configured in the same place, in a form of their own.
  const {config} = cluster
  const settings = isJsonObject(config) ? config : {}
  const options: Record<string, string | readonly string[]> = {}
  for (const [key, flag] of CLUSTER_OPTIONS) {
    const value = settings[key]
    if (value === undefined || value === null) continue
    // Several roles to assume are a list.
    const isList = flag === 'role-arn' && Array.isArray(value) && value.every((item) => typeof item === 'string')
    // What the kubeconfig says of its cluster must not give way to what a variable says of another one.
    if (typeof value !== 'string' && !isList) throw invalid(`has a cluster config whose ${key} is not text`)
    // An empty one would be as none: the command would run as somebody else.
    const items = [value].flat()
    if (flag === 'role-arn' && (items.length === 0 || items.some((item) => item.trim() === '')))
      throw invalid(`has a cluster config whose ${key} is empty`)
    options[flag] = value
  }
  return options
}

const asObject = (value: unknown, complaint: string): JsonObject => {
  if (!isJsonObject(value)) throw invalid(complaint)
  return value
}

const invalid = (complaint: string): AckError =>
  new AckError(
    'ExecInfoInvalid',
    `KUBERNETES_EXEC_INFO ${complaint}`,
    "outside of kubectl, unset it; under kubectl, check the user's exec entry and the cluster's extension in the kubeconfig",
  )
