import {AckError} from '../base/errors.ts'
import {isJsonObject, parseJsonObject, type JsonObject} from '../base/json-object.ts'
import {describeClusterDetail} from '../container-service/cluster-detail.ts'
import type {Calling} from '../ram/call-ram.ts'
import type {TrustedProvider} from './trust-statement.ts'

/** The audience of the tokens that STS takes, whatever its endpoint is. */
export const AUDIENCE = 'sts.aliyuncs.com'

/** RRSA of a cluster. */
export interface RrsaState {
  readonly clusterId: string
  readonly region: string
  /** The cluster's own state, such as `running`. */
  readonly clusterState: string
  /** Undefined while RRSA is disabled. */
  readonly enabled: EnabledRrsa | undefined
}

/** The OIDC provider of a cluster with RRSA. */
export interface EnabledRrsa extends TrustedProvider {
  /** The provider's name in RAM. */
  readonly providerName: string
}

/**
 * Reads whether RRSA is enabled in a cluster, and with which OIDC provider.
 *
 * @throws AckError what the Container Service answers; `ServiceFailed` for an answer that is not clear
 */
export const readRrsaState = async (clusterId: string, {caller, context, signal}: Calling): Promise<RrsaState> => {
  const detail = await describeClusterDetail(clusterId, caller, context, signal)
  return {
    clusterId,
    region: textIn(detail, 'region_id'),
    clusterState: textIn(detail, 'state'),
    enabled: readConfig(rrsaConfig(detail), clusterId),
  }
}

/**
 * The provider of a cluster in which RRSA is enabled.
 *
 * @throws AckError `PreconditionFailed`
 */
export const requireEnabled = ({clusterId, enabled}: RrsaState): EnabledRrsa => {
  if (enabled) return enabled
  throw new AckError(
    'PreconditionFailed',
    `RRSA is disabled in cluster ${clusterId}`,
    `run \`ack-ram-tool rrsa enable --cluster-id ${clusterId}\``,
  )
}

/**
 * Refuses a cluster that cannot be changed now.
 *
 * @throws AckError `PreconditionFailed`
 */
export const requireRunning = ({clusterId, clusterState}: RrsaState): void => {
  if (clusterState === 'running') return
  throw new AckError(
    'PreconditionFailed',
    `cluster ${clusterId} is not running: its state is ${JSON.stringify(clusterState)}`,
    'wait until it is running, then run the command again',
  )
}

/** The object of today's API, else the JSON text that held it before. */
const rrsaConfig = (detail: JsonObject): JsonObject | undefined => {
  const {rrsa_config: config, meta_data: text} = detail
  if (isJsonObject(config)) return config
  if (typeof text !== 'string' || text.trim() === '') return undefined
  const metadata = parseJsonObject(text)
  if (!metadata) throw unclear('its meta_data is not JSON')
  const inner = metadata['RRSAConfig']
  return isJsonObject(inner) ? inner : undefined
}

const readConfig = (config: JsonObject | undefined, clusterId: string): EnabledRrsa | undefined => {
  if (config?.['enabled'] !== true) return undefined
  // A cluster may have several issuers: tokens name the first.
  const issuer = textIn(config, 'issuer').split(',')[0]?.trim() ?? ''
  const arn = textIn(config, 'oidc_arn').trim()
  if (issuer === '' || arn === '')
    throw unclear(`RRSA is enabled in cluster ${clusterId}, but it names no ${issuer === '' ? 'issuer' : 'provider'}`)
  return {arn, issuer, audience: AUDIENCE, providerName: textIn(config, 'oidc_name').trim()}
}

const unclear = (complaint: string): AckError =>
  new AckError(
    'ServiceFailed',
    `invalid response to DescribeClusterDetail from the Container Service: ${complaint}`,
    'try again; if it persists, look at the cluster in the console',
  )

const textIn = (object: JsonObject, name: string): string => (typeof object[name] === 'string' ? object[name] : '')
