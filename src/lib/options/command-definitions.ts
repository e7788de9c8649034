import {ROLE_OPTIONS, type OptionDefinitions} from './definitions.ts'

const CLUSTER_ID = {
  'cluster-id': {
    kind: 'text',
    char: 'c',
    env: ['ACK_RAM_TOOL_CLUSTER_ID'],
    placeholder: 'id',
    description: 'The cluster id to use',
  },
} as const satisfies OptionDefinitions

/** The options of every command that gives kubectl a credential for a cluster, or writes down how to get one. */
const EXEC_OPTIONS = {
  ...ROLE_OPTIONS,
  ...CLUSTER_ID,
  'api-version': {
    kind: 'text',
    env: ['ACK_RAM_TOOL_API_VERSION'],
    values: ['v1', 'v1beta1'],
    default: 'v1beta1',
    description: 'apiVersion of the ExecCredential: v1 or v1beta1; under kubectl, the one that kubectl asks for',
  },
} as const satisfies OptionDefinitions

/** The options of `credential-plugin get-token`. */
export const TOKEN_OPTIONS = {
  ...EXEC_OPTIONS,
  'token-only': {
    kind: 'boolean',
    env: ['ACK_RAM_TOOL_TOKEN_ONLY'],
    description: 'Print the bare token instead of an ExecCredential',
  },
  'token-version': {
    kind: 'text',
    env: ['ACK_RAM_TOOL_TOKEN_VERSION'],
    values: ['v1', 'v2'],
    default: 'v2',
    description: 'Format of the token: v2, or v1 for authenticators from before the summer of 2024',
  },
} as const satisfies OptionDefinitions

/** The options of `credential-plugin get-credential`. */
export const CERTIFICATE_OPTIONS = {
  ...EXEC_OPTIONS,
  expiration: {
    kind: 'text',
    env: ['ACK_RAM_TOOL_EXPIRATION'],
    placeholder: 'duration',
    default: '3h',
    description:
      'The credential expiration: how long the certificate is good for, 15m to 72h, or 0 for a long-lived one',
  },
} as const satisfies OptionDefinitions

/** The options of `get-kubeconfig`: how the kubeconfig's exec entry gets credentials. */
export const KUBECONFIG_OPTIONS = {
  ...CERTIFICATE_OPTIONS,
  'exec-command': {
    kind: 'text',
    env: ['ACK_RAM_TOOL_EXEC_COMMAND'],
    placeholder: 'command',
    default: 'ack-ram-tool',
    description:
      'The command that kubectl is to run: a name in its PATH, or an absolute path for desktop programs, which have none',
  },
  mode: {
    kind: 'text',
    char: 'm',
    env: ['ACK_RAM_TOOL_MODE'],
    values: ['certificate', 'cert', 'ram-authenticator-token', 'token'],
    default: 'certificate',
    description: 'Credential mode: certificate (or cert), or ram-authenticator-token (or token)',
  },
  'private-address': {
    kind: 'boolean',
    env: ['ACK_RAM_TOOL_PRIVATE_ADDRESS'],
    description: 'Use private ip as api-server address',
  },
  'provide-cluster-info': {
    kind: 'boolean',
    env: ['ACK_RAM_TOOL_PROVIDE_CLUSTER_INFO'],
    description: "Write the cluster id into the cluster's entry instead of the user's, so that one user serves many",
  },
} as const satisfies OptionDefinitions

/** The options of `credential-plugin update-kubeconfig`. What it is to do this time is said by flags alone. */
export const UPDATE_OPTIONS = {
  ...KUBECONFIG_OPTIONS,
  alias: {
    kind: 'text',
    env: [],
    placeholder: 'name',
    description: 'Name of the context (default: <uid>-<clusterId>)',
  },
  all: {
    kind: 'boolean',
    env: [],
    description: 'Merge every cluster that the identity can see, of the region that --region-id gives or of all',
  },
  'cluster-alias': {
    kind: 'text',
    env: [],
    placeholder: 'name',
    description: 'Name of the cluster entry (default: the cluster id)',
  },
  diff: {
    kind: 'boolean',
    env: [],
    description: 'Print what would change, secrets masked, and write nothing',
  },
  'dry-run': {
    kind: 'boolean',
    env: [],
    description: 'Print the whole file as it would be, and write nothing',
  },
  kubeconfig: {
    kind: 'text',
    env: ['ACK_RAM_TOOL_KUBECONFIG'],
    placeholder: 'path',
    description: 'The kubeconfig file (default: of the list in KUBECONFIG, else ~/.kube/config)',
  },
  'no-switch-context': {
    kind: 'boolean',
    env: ['ACK_RAM_TOOL_NO_SWITCH_CONTEXT'],
    description: 'Leave the current context as it is',
  },
  undo: {
    kind: 'boolean',
    env: [],
    description: 'Bring back the file as it was before the last update',
  },
  'user-alias': {
    kind: 'text',
    env: [],
    placeholder: 'name',
    description: 'Name of the user entry (default: <uid>-<clusterId>, or <uid> with --provide-cluster-info)',
  },
} as const satisfies OptionDefinitions

/** The options of `list-clusters`. */
export const LIST_OPTIONS = {
  ...ROLE_OPTIONS,
  output: {
    kind: 'text',
    char: 'o',
    env: ['ACK_RAM_TOOL_OUTPUT'],
    values: ['table', 'json', 'yaml'],
    default: 'table',
    description: 'How the list is printed: table, json or yaml',
  },
} as const satisfies OptionDefinitions

/** The options that each command adds to the global ones, by the command's words. */
export const COMMAND_OPTIONS = {
  'credential-plugin get-credential': CERTIFICATE_OPTIONS,
  'credential-plugin get-kubeconfig': KUBECONFIG_OPTIONS,
  'credential-plugin get-token': TOKEN_OPTIONS,
  'credential-plugin update-kubeconfig': UPDATE_OPTIONS,
  'get-kubeconfig': KUBECONFIG_OPTIONS,
  'list-clusters': LIST_OPTIONS,
  'update-kubeconfig': UPDATE_OPTIONS,
} as const satisfies Readonly<Record<string, OptionDefinitions>>

export type CommandName = keyof typeof COMMAND_OPTIONS
