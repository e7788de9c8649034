import {isAbsolute} from 'node:path'

import {AckError} from '../base/errors.ts'
import type {ExecApiVersion} from '../exec/exec-info.ts'
import {readExpiration} from './certificate-options.ts'
import {KUBECONFIG_OPTIONS} from './command-definitions.ts'
import {readApiVersion, readExpectedIdentity} from './exec-options.ts'
import {isGiven, readBoolean, readText, type OptionInputs} from './read-option.ts'

/** The options that decide the entries of a kubeconfig. */
export interface KubeconfigOptions {
  readonly mode: 'certificate' | 'token'
  readonly apiVersion: ExecApiVersion
  /** A checked Go duration, as it is written into the exec entry. */
  readonly expiration: string
  /** A name in kubectl's PATH, or an absolute path. */
  readonly execCommand: string
  /** Whether the user chose it: else the one of an existing entry stays. */
  readonly choosesExecCommand: boolean
  /** Whether the cluster entry holds the cluster ID, so that clusters can share a user entry. */
  readonly providesClusterInfo: boolean
  /** Whether the entry names the ID of the identity, and refuses every other one. */
  readonly pinsIdentity: boolean
  /** The ID of the only identity that the entry may be for. */
  readonly expectedIdentity: string | undefined
  /** Whether to use the API server's address inside the VPC. */
  readonly privateAddress: boolean
}

/**
 * Reads the options that decide the entries of a kubeconfig.
 *
 * @throws AckError `InvalidOption`
 */
export const readKubeconfigOptions = (inputs: OptionInputs): KubeconfigOptions => {
  const text = (name: 'expiration' | 'mode'): string =>
    readText(name, KUBECONFIG_OPTIONS[name], inputs)?.value ?? KUBECONFIG_OPTIONS[name].default
  readExpiration(inputs)
  return {
    mode: ['certificate', 'cert'].includes(text('mode')) ? 'certificate' : 'token',
    apiVersion: readApiVersion(inputs),
    expiration: text('expiration'),
    execCommand: readExecCommand(inputs),
    choosesExecCommand: isGiven('exec-command', KUBECONFIG_OPTIONS['exec-command'], inputs),
    providesClusterInfo: readBoolean('provide-cluster-info', KUBECONFIG_OPTIONS['provide-cluster-info'], inputs),
    pinsIdentity: readBoolean('pin-identity', KUBECONFIG_OPTIONS['pin-identity'], inputs),
    expectedIdentity: readExpectedIdentity(inputs),
    privateAddress: readBoolean('private-address', KUBECONFIG_OPTIONS['private-address'], inputs),
  }
}

/** client-go looks up a bare name in PATH, and resolves a relative path from the directory of the kubeconfig. */
const readExecCommand = (inputs: OptionInputs): string => {
  const definition = KUBECONFIG_OPTIONS['exec-command']
  const {value, from} = readText('exec-command', definition, inputs) ?? {value: definition.default, from: 'default'}
  if (isAbsolute(value) || !/[/\\]/.test(value)) return value
  throw new AckError(
    'InvalidOption',
    `${from} is a relative path`,
    'use the name of a command in PATH, or an absolute path',
  )
}
