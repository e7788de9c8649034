import {AckError} from '../errors.ts'
import type {ExecApiVersion, ExecInfo} from '../exec/exec-info.ts'
import {TOKEN_OPTIONS} from './definitions.ts'
import {readBoolean, readText, type OptionInputs} from './read-option.ts'

export type TokenVersion = 'v1' | 'v2'

/** The options of get-token, read and checked. */
export interface TokenOptions {
  readonly clusterId: string
  readonly apiVersion: ExecApiVersion
  readonly tokenVersion: TokenVersion
  readonly tokenOnly: boolean
}

/**
 * Reads the options of get-token.
 *
 * @param execInfo - what kubectl handed over; its apiVersion is the only one that kubectl accepts in the answer
 * @throws AckError `ClusterIdMissing`, `InvalidOption`
 */
export const readTokenOptions = (inputs: OptionInputs, execInfo: ExecInfo | undefined): TokenOptions => {
  const apiVersion = readText('api-version', TOKEN_OPTIONS['api-version'], inputs)?.value as ExecApiVersion
  return {
    clusterId: requireClusterId(inputs),
    apiVersion: execInfo?.apiVersion ?? apiVersion,
    tokenVersion: readText('token-version', TOKEN_OPTIONS['token-version'], inputs)?.value as TokenVersion,
    tokenOnly: readBoolean('token-only', TOKEN_OPTIONS['token-only'], inputs),
  }
}

const requireClusterId = (inputs: OptionInputs): string => {
  const given = readText('cluster-id', TOKEN_OPTIONS['cluster-id'], inputs)
  if (given) return given.value
  throw new AckError(
    'ClusterIdMissing',
    'no cluster id was given',
    'pass --cluster-id <id>, or set ACK_RAM_TOOL_CLUSTER_ID',
  )
}
