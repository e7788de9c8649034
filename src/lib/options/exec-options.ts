import {AckError} from '../base/errors.ts'
import type {ExecApiVersion, ExecInfo} from '../exec/exec-info.ts'
import {TOKEN_OPTIONS} from './exec-definitions.ts'
import {readText, type OptionInputs, type OptionValue} from './read-option.ts'

/** The options of a command that returns an ExecCredential. */
export interface ExecOptions {
  readonly clusterId: string
  readonly apiVersion: ExecApiVersion
  /** The ID of the only identity that the credential may be for. */
  readonly expectedIdentity: OptionValue | undefined
}

/**
 * Reads the options that get-token and get-credential share.
 *
 * @param execInfo - from kubectl; its apiVersion takes precedence, since kubectl accepts no other
 * @throws AckError `ClusterIdMissing`, `InvalidOption`
 */
export const readExecOptions = (inputs: OptionInputs, execInfo?: ExecInfo): ExecOptions => {
  const apiVersion = readApiVersion(inputs)
  const clusterId = requireClusterId(inputs)
  return {
    clusterId,
    apiVersion: execInfo?.apiVersion ?? apiVersion,
    expectedIdentity: readExpectedIdentity(inputs),
  }
}

/**
 * Reads the ID of the identity that is expected: that of a RAM user, a role or an account.
 *
 * @throws AckError `InvalidOption`
 */
export const readExpectedIdentity = (inputs: OptionInputs): OptionValue | undefined => {
  const given = readText('expected-identity', TOKEN_OPTIONS['expected-identity'], inputs)
  if (given === undefined || /^\d+$/.test(given.value)) return given
  throw new AckError(
    'InvalidOption',
    `${given.from} is not the ID of an identity`,
    'use the digits that --pin-identity writes: the ID of a RAM user, a role or an account',
  )
}

/**
 * Reads the apiVersion of the ExecCredential.
 *
 * @throws AckError `InvalidOption`
 */
export const readApiVersion = (inputs: OptionInputs): ExecApiVersion =>
  readText('api-version', TOKEN_OPTIONS['api-version'], inputs)?.value as ExecApiVersion

/**
 * Reads the cluster ID, which becomes a part of paths and names.
 *
 * @throws AckError `ClusterIdMissing`; `InvalidOption` for one that cannot be one, such as a placeholder
 */
export const requireClusterId = (inputs: OptionInputs): string => {
  const given = readText('cluster-id', TOKEN_OPTIONS['cluster-id'], inputs)
  if (given) return possibleClusterId(given)
  throw missingClusterId()
}

/** The error where a command needs a cluster ID, and none is given. */
export const missingClusterId = (): AckError =>
  new AckError(
    'ClusterIdMissing',
    'no cluster ID given',
    'pass --cluster-id <id>, or set ACK_RAM_TOOL_CLUSTER_ID; `ack-ram-tool list-clusters` lists the clusters',
  )

/**
 * The cluster ID in an option.
 *
 * @throws AckError `InvalidOption` for one that cannot be one, such as a placeholder
 */
export const possibleClusterId = ({value, from}: OptionValue): string => {
  if (couldBeClusterId(value)) return value
  throw new AckError(
    'InvalidOption',
    `invalid cluster ID in ${from}`,
    'use the ID alone, without quotation marks or blanks, as `ack-ram-tool list-clusters` shows it: c and 32 more letters and digits',
  )
}

/** What the server takes for an ID is its own affair: only what nobody can mean is refused. */
export const couldBeClusterId = (id: string): boolean => isUsual(id) || /^[a-zA-Z\d][\w.-]*$/.test(id) || !isMistake(id)

/** The server's own IDs look so: a loop reads one sooner than a regular expression is compiled. */
const isUsual = (id: string): boolean => {
  for (const one of id) if (!((one >= 'a' && one <= 'z') || (one >= '0' && one <= '9'))) return false
  return id !== ''
}

// Tested one by one, and not made at every start: V8 takes 0.2 ms to set up a class of Unicode characters.
const isMistake = (id: string): boolean =>
  // A flag, a path, a quotation, a placeholder or variable that was not replaced; blanks around it.
  /^[-./~\\"'`<$%{[(*\s]|["'`>})\]*\s]$/.test(id) ||
  // Several, or a line break.
  /[\p{Cc},;]/u.test(id) ||
  // A name of several words, or a path.
  /^[\w.:-]*[\s/\\][\w.:\s/\\-]*$/.test(id)
