import {AckError} from '../base/errors.ts'
import {RRSA_DISABLE_OPTIONS, RRSA_ENABLE_OPTIONS} from '../options/rrsa-definitions.ts'
import {suggestedCommand, type Typed} from '../options/suggested-command.ts'
import {isJsonObject, parseJsonObject, textIn, type JsonObject} from '../base/json-object.ts'
import {describeClusterDetail} from '../container-service/cluster-detail.ts'
import type {Calling} from '../ram/call-ram.ts'
import type {TrustedProvider} from './trust-statement.ts'
import {compareVersions} from './webhook.ts'

/** The audience of the tokens that STS takes, whatever its endpoint is. */
export const AUDIENCE = 'sts.aliyuncs.com'

/** RRSA of a cluster. */
export interface RrsaState {
  readonly clusterId: string
  readonly region: string
  /** The cluster's own state, such as `running`. */
  readonly clusterState: string
  /** Why the service may refuse to enable RRSA in this cluster, in words for a person; empty if nothing is known. */
  readonly obstacles: readonly string[]
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
    obstacles: obstaclesIn(detail),
    enabled: readConfig(rrsaConfig(detail), clusterId),
  }
}

/**
 * The provider of a cluster in which RRSA is enabled.
 *
 * @throws AckError `PreconditionFailed`
 */
export const requireEnabled = ({clusterId, enabled}: RrsaState, run: Typed): EnabledRrsa => {
  if (enabled) return enabled
  throw new AckError(
    'PreconditionFailed',
    `RRSA is disabled in cluster ${clusterId}`,
    `run \`${switchCommand('enable', clusterId, run)}\``,
  )
}

/** The command that switches RRSA on or off. */
export const switchCommand = (verb: 'enable' | 'disable', clusterId: string, run: Typed): string =>
  suggestedCommand(
    ['rrsa', verb, '--cluster-id', clusterId],
    verb === 'enable' ? RRSA_ENABLE_OPTIONS : RRSA_DISABLE_OPTIONS,
    run,
  )

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

/** The object of today's API, if it says anything; else the JSON text that held it before. */
const rrsaConfig = (detail: JsonObject): JsonObject | undefined => {
  const {rrsa_config: config} = detail
  if (config !== undefined && config !== null && !isJsonObject(config)) throw unclear('its rrsa_config is no object')
  if (config && config['enabled'] !== undefined && config['enabled'] !== null) return config
  const {RRSAConfig: inner} = metadataIn(detail)
  if (inner === undefined || inner === null) return undefined
  if (isJsonObject(inner)) return inner
  throw unclear('the RRSAConfig in its meta_data is no object')
}

/** What is there but cannot be read does not mean that RRSA is disabled. */
const metadataIn = ({meta_data: given}: JsonObject): JsonObject => {
  if (given === undefined || given === null || (typeof given === 'string' && given.trim() === '')) return {}
  const metadata = typeof given === 'string' ? parseJsonObject(given) : given
  if (isJsonObject(metadata)) return metadata
  throw unclear('its meta_data is not a JSON object')
}

/** RRSA needs it. */
const OLDEST_VERSION = '1.22'
/** Clusters of these types cannot have RRSA, by the documentation. */
const UNFIT_TYPES: ReadonlyMap<string, string> = new Map([
  ['Kubernetes', 'an ACK dedicated cluster'],
  ['ExternalKubernetes', 'a registered cluster'],
  ['aliyun', 'a Swarm cluster'],
])

const obstaclesIn = (detail: JsonObject): readonly string[] => {
  const version = textIn(detail, 'current_version')
  const unfit = UNFIT_TYPES.get(textIn(detail, 'cluster_type'))
  return [
    ...(version !== '' && compareVersions(version, OLDEST_VERSION) < 0
      ? [`the cluster has Kubernetes ${version}, and RRSA needs ${OLDEST_VERSION} or later`]
      : []),
    ...(unfit ? [`it is ${unfit}, and RRSA needs an ACK managed, Serverless or Edge Pro cluster`] : []),
  ]
}

const readConfig = (config: JsonObject | undefined, clusterId: string): EnabledRrsa | undefined => {
  const namesProvider = config !== undefined && textIn(config, 'issuer') + textIn(config, 'oidc_arn') !== ''
  // A provider without a word on whether it is used is no answer.
  const isEnabled = config?.['enabled'] ?? (namesProvider ? undefined : false)
  if (typeof isEnabled !== 'boolean') throw unclear('whether RRSA is enabled is not said by true or false')
  if (!config || !isEnabled) return undefined
  // A cluster may have several issuers: tokens name the first.
  const issuer = textIn(config, 'issuer').split(',')[0]?.trim() ?? ''
  const arn = textIn(config, 'oidc_arn').trim()
  if (issuer === '' || arn === '')
    throw unclear(`RRSA is enabled in cluster ${clusterId}, but it names no ${issuer === '' ? 'issuer' : 'provider'}`)
  const providerName = textIn(config, 'oidc_name').trim() || (arn.split('/').at(-1) ?? '')
  return {arn, issuer, audience: AUDIENCE, providerName}
}

const unclear = (complaint: string): AckError =>
  new AckError(
    'ServiceFailed',
    `invalid response to DescribeClusterDetail from the Container Service: ${complaint}`,
    'try again; if it persists, look at the cluster in the console',
  )
