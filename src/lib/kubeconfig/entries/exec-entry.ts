import type {JsonObject} from '../../base/json-object.ts'
import {TOKEN_OPTIONS} from '../../options/exec-definitions.ts'
import type {OptionDefinition} from '../../options/definitions.ts'
import {IMDS_TYPES} from '../../options/global-options.ts'
import type {KubeconfigOptions} from '../../options/kubeconfig-options.ts'
import type {Flags} from '../../options/read-option.ts'
import {DECIDING, type EntryFlags} from './entry-flags.ts'

/** What kubectl says if it cannot find the command of an entry. */
export const installHint = (command: string): string =>
  /[/\\]/.test(command)
    ? `kubectl gets its credentials for this cluster from ${command}, which is not there. Install ack-ram-tool, and set the command of this user to its absolute path.`
    : `kubectl gets its credentials for this cluster from ${command}, which is not in PATH. Install ack-ram-tool, add its directory to PATH, or set the command of this user to its absolute path.`

/** The `exec` of a kubeconfig user. */
export interface ExecEntry extends JsonObject {
  readonly command: string
  readonly args: readonly string[]
}

/**
 * The `exec` of a kubeconfig user: how client-go calls this program for a cluster, with the flags that decide whose
 * credentials are used.
 *
 * @param clusterId - undefined if the cluster entry holds it
 * @see https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
 */
export const execEntry = (
  clusterId: string | undefined,
  options: KubeconfigOptions,
  {flags, mayAskProfile}: EntryFlags,
): ExecEntry => ({
  apiVersion: `client.authentication.k8s.io/${options.apiVersion}`,
  command: options.execCommand,
  args: [
    'credential-plugin',
    options.mode === 'token' ? 'get-token' : 'get-credential',
    ...(clusterId === undefined ? [] : written('cluster-id', clusterId)),
    ...written('api-version', options.apiVersion),
    ...(options.mode === 'token' ? [] : written('expiration', options.expiration)),
    ...Object.entries(DECIDING).flatMap(([name, definition]) => {
      const isNeeded = definition.inExecEntry === 'always' || options.mode === 'certificate'
      const isInCluster = name === 'region-id' && options.providesClusterInfo
      return isNeeded && !isInCluster ? writtenFlag(name, definition, flags[name]) : []
    }),
    ...writtenFlag('expected-identity', TOKEN_OPTIONS['expected-identity'], flags['expected-identity']),
  ],
  installHint: installHint(options.execCommand),
  interactiveMode: mayAskProfile ? 'IfAvailable' : 'Never',
  provideClusterInfo: options.providesClusterInfo,
})

/** Whether kubectl knows a value of interactiveMode; it refuses an entry with another one. */
export const isInteractiveMode = (value: unknown): boolean =>
  value === 'Always' || value === 'IfAvailable' || value === 'Never'

/** The only question that may be left is the profile. */
export const interactiveMode = (profileName: Flags[string], credentialType: Flags[string]): 'IfAvailable' | 'Never' =>
  profileName || (typeof credentialType === 'string' && IMDS_TYPES.has(credentialType)) ? 'Never' : 'IfAvailable'

const writtenFlag = (name: string, definition: OptionDefinition, value: Flags[string]): readonly string[] => {
  if (value === undefined || value === false || value === '') return []
  if (definition.kind === 'boolean' || value === true) return [`--${name}`]
  const values = typeof value === 'string' ? [value] : value
  return values.flatMap((text) => written(name, text))
}

// A value that starts with a dash would be read as a flag.
const written = (name: string, value: string): readonly string[] =>
  value.startsWith('-') ? [`--${name}=${value}`] : [`--${name}`, value]
