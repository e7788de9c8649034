import {AckError} from '../base/errors.ts'
import type {ExecApiVersion, ExecInfo} from '../exec/exec-info.ts'
import {TOKEN_OPTIONS} from './command-definitions.ts'
import {readText, type OptionInputs} from './read-option.ts'

/** For which cluster a credential is, and in which version of ExecCredential it is handed over. */
export interface ExecOptions {
  readonly clusterId: string
  readonly apiVersion: ExecApiVersion
}

/**
 * Reads what every command that answers kubectl needs.
 *
 * @param execInfo - what kubectl handed over; its apiVersion is the only one that kubectl accepts in the answer
 * @throws AckError `ClusterIdMissing`, `InvalidOption`
 */
export const readExecOptions = (inputs: OptionInputs, execInfo?: ExecInfo): ExecOptions => {
  const apiVersion = readApiVersion(inputs)
  return {clusterId: requireClusterId(inputs), apiVersion: execInfo?.apiVersion ?? apiVersion}
}

/** @throws AckError `InvalidOption` */
export const readApiVersion = (inputs: OptionInputs): ExecApiVersion =>
  readText('api-version', TOKEN_OPTIONS['api-version'], inputs)?.value as ExecApiVersion

/** @throws AckError `ClusterIdMissing` */
export const requireClusterId = (inputs: OptionInputs): string => {
  const given = readText('cluster-id', TOKEN_OPTIONS['cluster-id'], inputs)
  if (given) return given.value
  throw new AckError(
    'ClusterIdMissing',
    'no cluster id was given',
    'pass --cluster-id <id>, or set ACK_RAM_TOOL_CLUSTER_ID',
  )
}
