import {AckError} from '../base/errors.ts'
import type {ExecApiVersion, ExecInfo} from '../exec/exec-info.ts'
import {TOKEN_OPTIONS} from './command-definitions.ts'
import {readText, type OptionInputs} from './read-option.ts'

/** The options of a command that returns an ExecCredential. */
export interface ExecOptions {
  readonly clusterId: string
  readonly apiVersion: ExecApiVersion
}

/**
 * Reads the options that get-token and get-credential share.
 *
 * @param execInfo - from kubectl; its apiVersion takes precedence, since kubectl accepts no other
 * @throws AckError `ClusterIdMissing`, `InvalidOption`
 */
export const readExecOptions = (inputs: OptionInputs, execInfo?: ExecInfo): ExecOptions => {
  const apiVersion = readApiVersion(inputs)
  return {clusterId: requireClusterId(inputs), apiVersion: execInfo?.apiVersion ?? apiVersion}
}

/**
 * Reads the apiVersion of the ExecCredential.
 *
 * @throws AckError `InvalidOption`
 */
export const readApiVersion = (inputs: OptionInputs): ExecApiVersion =>
  readText('api-version', TOKEN_OPTIONS['api-version'], inputs)?.value as ExecApiVersion

/**
 * Reads the cluster ID.
 *
 * @throws AckError `ClusterIdMissing`
 */
export const requireClusterId = (inputs: OptionInputs): string => {
  const given = readText('cluster-id', TOKEN_OPTIONS['cluster-id'], inputs)
  if (given) return given.value
  throw new AckError(
    'ClusterIdMissing',
    'no cluster ID given',
    'pass --cluster-id <id>, or set ACK_RAM_TOOL_CLUSTER_ID',
  )
}
