import {resolve} from 'node:path'

import type {JsonObject} from '../../base/json-object.ts'
import {
  GLOBAL_OPTIONS,
  ROLE_OPTIONS,
  type OptionDefinition,
  type OptionDefinitions,
  type TextDefinition,
} from '../../options/definitions.ts'
import {IMDS_TYPES} from '../../options/global-options.ts'
import type {KubeconfigOptions} from '../../options/kubeconfig-options.ts'
import type {Flags, OptionInputs} from '../../options/read-option.ts'

const INSTALL_HINT =
  'kubectl gets its credentials for this cluster from ack-ram-tool, which is not in PATH. Install it (https://aliyuncontainerservice.github.io/ack-ram-tool/), or set the command of this user to its absolute path.'

/** The options that decide whose credentials are used. */
const DECIDING: OptionDefinitions = Object.fromEntries(
  Object.entries<OptionDefinition>({...GLOBAL_OPTIONS, ...ROLE_OPTIONS}).filter(([, {inExecEntry}]) => inExecEntry),
)

/**
 * The `exec` of a kubeconfig user: how client-go calls this program for a cluster. It has the flags that decide whose
 * credentials are used, as the user typed them, and nothing from the environment or from files.
 *
 * @param clusterId - undefined if the cluster entry holds it
 * @param flags - of this command line
 * @see https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
 */
export const execEntry = (clusterId: string | undefined, options: KubeconfigOptions, flags: Flags): JsonObject => ({
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
  ],
  installHint: INSTALL_HINT,
  interactiveMode: interactiveMode(flags['profile-name'], flags['credential-type']),
  provideClusterInfo: options.providesClusterInfo,
})

/** The only question that may be left is the profile. */
export const interactiveMode = (profileName: Flags[string], credentialType: Flags[string]): 'IfAvailable' | 'Never' =>
  profileName || (typeof credentialType === 'string' && IMDS_TYPES.has(credentialType)) ? 'Never' : 'IfAvailable'

/**
 * The set environment variables that decide whose credentials are used. They are not written into the exec entry, so
 * kubectl needs them too.
 */
export const decidingVariables = ({flags, env}: OptionInputs): readonly string[] =>
  Object.entries(DECIDING).flatMap(([name, {env: variables}]) => {
    if (flags[name]) return []
    const variable = variables.find((candidate) => env[candidate])
    return variable === undefined ? [] : [variable]
  })

const writtenFlag = (name: string, definition: OptionDefinition, value: Flags[string]): readonly string[] => {
  if (value === undefined || value === false || value === '') return []
  if (definition.kind === 'boolean' || value === true) return [`--${name}`]
  const values = typeof value === 'string' ? [value] : value
  return values.flatMap((text) => written(name, absolute(text, definition)))
}

// A value that starts with a dash would be read as a flag.
const written = (name: string, value: string): readonly string[] =>
  value.startsWith('-') ? [`--${name}=${value}`] : [`--${name}`, value]

/** kubectl is called from any directory. A leading ~ is expanded at the time of the call. */
const absolute = (text: string, {isPath}: TextDefinition): string => {
  if (isPath === true) return text.startsWith('~') ? text : resolve(text)
  if (isPath === 'after @' && text.startsWith('@')) return `@${resolve(text.slice(1))}`
  return text
}
