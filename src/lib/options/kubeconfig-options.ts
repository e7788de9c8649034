import {AckError} from '../base/errors.ts'
import {isAbsolutePath} from '../base/is-absolute-path.ts'
import type {ExecApiVersion} from '../exec/exec-info.ts'
import {isApiServerUrl} from './api-server-url.ts'
import {readExpiration} from './certificate-options.ts'
import {KUBECONFIG_OPTIONS} from './kubeconfig-definitions.ts'
import {readApiVersion, readExpectedIdentity} from './exec-options.ts'
import {isGiven, readBoolean, readText, type OptionInputs, type OptionValue} from './read-option.ts'

/** The options that decide the entries of a kubeconfig. */
export interface KubeconfigOptions {
  readonly mode: 'certificate' | 'token'
  readonly apiVersion: ExecApiVersion
  /** Whether the user chose it. */
  readonly choosesApiVersion: boolean
  /** A checked Go duration, as it is written into the exec entry. */
  readonly expiration: string
  /** A name in kubectl's PATH, or an absolute path. */
  readonly execCommand: string
  /** The flag or variable by which the user chose it; undefined if nobody did: then the one of an existing entry stays. */
  readonly execCommandFrom: string | undefined
  /** Whether the kubectl that will read it is on another machine, so that nothing on this one says what it can start. */
  readonly forAnotherMachine: boolean
  /** What the Container Service need not be asked then. */
  readonly givenServer: GivenServer | undefined
  /** Whether the cluster entry holds the cluster ID, so that clusters can share a user entry. */
  readonly providesClusterInfo: boolean
  /** Whether the entry names the ID of the identity, and refuses every other one. */
  readonly pinsIdentity: boolean
  /** The ID of the only identity that the entry may be for. */
  readonly expectedIdentity: OptionValue | undefined
  /** Whether to use the API server's address inside the VPC. */
  readonly privateAddress: boolean
}

/** Where the user says that a cluster is. */
export interface GivenServer {
  /** URL */
  readonly server: string
  readonly certificateAuthority: OptionValue
}

/**
 * Reads the options that decide the entries of a kubeconfig.
 *
 * @throws AckError `InvalidOption`
 */
export const readKubeconfigOptions = (inputs: OptionInputs, platform = process.platform): KubeconfigOptions => {
  const text = (name: 'expiration' | 'mode'): string =>
    readText(name, KUBECONFIG_OPTIONS[name], inputs)?.value ?? KUBECONFIG_OPTIONS[name].default
  readExpiration(inputs)
  const forAnotherMachine = readBoolean('for-another-machine', KUBECONFIG_OPTIONS['for-another-machine'], inputs)
  const {value: execCommand, from} = readExecCommand(inputs, forAnotherMachine, platform)
  return {
    mode: ['certificate', 'cert'].includes(text('mode')) ? 'certificate' : 'token',
    apiVersion: readApiVersion(inputs),
    choosesApiVersion: isGiven('api-version', KUBECONFIG_OPTIONS['api-version'], inputs),
    expiration: text('expiration'),
    execCommand,
    execCommandFrom: from === 'default' ? undefined : from,
    forAnotherMachine,
    givenServer: readGivenServer(inputs),
    providesClusterInfo: readBoolean('provide-cluster-info', KUBECONFIG_OPTIONS['provide-cluster-info'], inputs),
    pinsIdentity: readBoolean('pin-identity', KUBECONFIG_OPTIONS['pin-identity'], inputs),
    expectedIdentity: readExpectedIdentity(inputs),
    privateAddress: readBoolean('private-address', KUBECONFIG_OPTIONS['private-address'], inputs),
  }
}

/** client-go looks up a bare name in PATH, and resolves a relative path from the directory of the kubeconfig. */
const readExecCommand = (inputs: OptionInputs, forAnotherMachine: boolean, platform: NodeJS.Platform): OptionValue => {
  const definition = KUBECONFIG_OPTIONS['exec-command']
  const {value, from} = readText('exec-command', definition, inputs) ?? {value: definition.default, from: 'default'}
  const isName = !/[/\\]|^[a-zA-Z]:/.test(value)
  if (isName || isAbsolutePath(value, platform)) return {value, from}
  const isOnWindows = platform === 'win32'
  if (isAbsolutePath(value, isOnWindows ? 'linux' : 'win32')) {
    if (forAnotherMachine) return {value, from}
    throw invalid(
      `${from} is no path of this machine`,
      `add --for-another-machine, if the kubeconfig is for ${isOnWindows ? 'Linux or macOS' : 'Windows'}`,
    )
  }
  throw new AckError(
    'InvalidOption',
    `${from} is a relative path`,
    'use the name of a command in PATH, or an absolute path, on Windows with its drive',
  )
}

const readGivenServer = (inputs: OptionInputs): GivenServer | undefined => {
  const server = readText('server', KUBECONFIG_OPTIONS.server, inputs)
  const authority = readText('certificate-authority', KUBECONFIG_OPTIONS['certificate-authority'], inputs)
  if (!server && !authority) return undefined
  if (!server || !authority)
    throw invalid(
      '--server and --certificate-authority go together',
      'pass both, or neither to ask the Container Service',
    )
  // What would be asked of a service, or chosen from its answer.
  const other = ['pin-identity', 'private-address'].find((name) => inputs.flags[name] === true)
  if (other !== undefined)
    throw invalid(
      `--${other} cannot be combined with --server`,
      other === 'pin-identity'
        ? 'pass the ID of the identity: --expected-identity <id>'
        : 'pass that address as --server',
    )
  // Not quoted: what is wrong with it may be a password.
  if (isApiServerUrl(server.value)) return {server: server.value, certificateAuthority: authority}
  throw invalid(
    '--server is not the https URL of an API server',
    'use https://<host>:<port>, without a user name and a query',
  )
}

const invalid = (message: string, nextStep: string): AckError => new AckError('InvalidOption', message, nextStep)
