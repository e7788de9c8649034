import type {OptionDefinitions} from './definitions.ts'
import {API_VERSION, CERTIFICATE_OPTIONS, CLUSTER, FLEET_OPTIONS, OUTPUT_OPTIONS} from './exec-definitions.ts'

/** The options of `get-kubeconfig`, which decide the exec entry. */
export const KUBECONFIG_OPTIONS = {
  ...CERTIFICATE_OPTIONS,
  ...CLUSTER,
  'certificate-authority': {
    kind: 'text',
    env: [],
    helpGroup: 'Cluster',
    isRare: true,
    refusesEmpty: true,
    placeholder: 'path|base64',
    description: 'CA certificate of --server: a file (PEM or DER), or base64',
  },
  'exec-command': {
    kind: 'text',
    helpGroup: 'Kubeconfig',
    isRare: true,
    env: ['ACK_RAM_TOOL_EXEC_COMMAND'],
    placeholder: 'command',
    default: 'ack-ram-tool',
    description: 'Command that kubectl runs: a name in PATH, or an absolute path (for desktop programs)',
  },
  'for-another-machine': {
    kind: 'boolean',
    helpGroup: 'Kubeconfig',
    isRare: true,
    env: ['ACK_RAM_TOOL_FOR_ANOTHER_MACHINE'],
    description: 'Look for no kubectl and no command on this machine',
  },
  mode: {
    kind: 'text',
    helpGroup: 'Kubeconfig',
    char: 'm',
    env: ['ACK_RAM_TOOL_MODE'],
    values: ['certificate', 'cert', 'ram-authenticator-token', 'token'],
    ignoreCase: true,
    default: 'certificate',
    description: 'Credential mode; cert and token are short forms',
  },
  'pin-identity': {
    kind: 'boolean',
    helpGroup: 'Credentials',
    env: ['ACK_RAM_TOOL_PIN_IDENTITY'],
    description: 'Let the entry refuse every identity but yours',
  },
  'private-address': {
    kind: 'boolean',
    helpGroup: 'Network',
    env: ['ACK_RAM_TOOL_PRIVATE_ADDRESS'],
    description: 'Use the private (VPC) address of the API server',
  },
  'provide-cluster-info': {
    kind: 'boolean',
    helpGroup: 'Kubeconfig',
    isRare: true,
    env: ['ACK_RAM_TOOL_PROVIDE_CLUSTER_INFO'],
    description: 'Write the cluster ID into the cluster entry, so that clusters can share a user entry',
  },
  server: {
    kind: 'text',
    helpGroup: 'Cluster',
    isRare: true,
    env: [],
    refusesEmpty: true,
    placeholder: 'url',
    description: 'URL of the API server; no service is called then',
  },
} as const satisfies OptionDefinitions

/** The options of `credential-plugin get-kubeconfig`. What it prints must not depend on a variable for other commands. */
export const GET_KUBECONFIG_OPTIONS = {
  ...KUBECONFIG_OPTIONS,
  kubeconfig: {
    kind: 'text',
    helpGroup: 'Kubeconfig',
    env: [],
    isPath: true,
    refusesEmpty: true,
    placeholder: 'path',
    description: 'Write to this file; replace another one only with --assume-yes',
  },
  output: {
    kind: 'text',
    helpGroup: 'Output',
    char: 'o',
    env: [],
    placeholder: 'format',
    values: ['yaml', 'json'],
    default: 'yaml',
    description: 'yaml is the kubeconfig, json a summary',
  },
} as const satisfies OptionDefinitions

/** The options of `credential-plugin update-kubeconfig`. Those of a single run have no environment variable. */
export const UPDATE_OPTIONS = {
  ...KUBECONFIG_OPTIONS,
  'api-version': {
    ...API_VERSION,
    description: 'apiVersion of the ExecCredential (default: v1 if kubectl knows it, else v1beta1)',
  },
  alias: {
    kind: 'text',
    helpGroup: 'Kubeconfig',
    env: [],
    placeholder: 'name',
    description: 'Context name, may hold {name}, {id}, {region}, {uid}, {profile} (default: {uid}-{id})',
  },
  all: {
    kind: 'boolean',
    helpGroup: 'Cluster',
    env: [],
    description: 'Merge all visible clusters',
  },
  ...FLEET_OPTIONS,
  'cluster-alias': {
    kind: 'text',
    helpGroup: 'Kubeconfig',
    isRare: true,
    env: [],
    placeholder: 'name',
    description: 'Cluster entry name, as in --alias (default: {id})',
  },
  diff: {
    kind: 'boolean',
    helpGroup: 'Preview and undo',
    env: [],
    description: 'Only print the changes, with secrets masked',
  },
  'dry-run': {
    kind: 'boolean',
    helpGroup: 'Preview and undo',
    env: [],
    description: 'Only print the resulting file',
  },
  kubeconfig: {
    kind: 'text',
    helpGroup: 'Kubeconfig',
    isPath: true,
    refusesEmpty: true,
    env: ['ACK_RAM_TOOL_KUBECONFIG'],
    placeholder: 'path',
    description: 'Path to the kubeconfig (default: KUBECONFIG, else ~/.kube/config)',
  },
  'no-switch-context': {
    kind: 'boolean',
    helpGroup: 'Kubeconfig',
    env: ['ACK_RAM_TOOL_NO_SWITCH_CONTEXT'],
    description: 'Keep the current context',
  },
  output: {
    ...OUTPUT_OPTIONS.output,
    env: [],
    values: ['text', 'json', 'yaml'],
    default: 'text',
  },
  prune: {
    kind: 'boolean',
    helpGroup: 'Kubeconfig',
    env: [],
    description: 'With --all, remove clusters that are gone',
  },
  undo: {
    kind: 'boolean',
    helpGroup: 'Preview and undo',
    env: [],
    description: 'Undo the last update, in all files of it',
  },
  'user-alias': {
    kind: 'text',
    helpGroup: 'Kubeconfig',
    isRare: true,
    env: [],
    placeholder: 'name',
    description: 'User entry name, as in --alias (default: {uid}-{id}, or {uid} with --provide-cluster-info)',
  },
} as const satisfies OptionDefinitions
