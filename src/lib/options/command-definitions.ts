import {GLOBAL_OPTIONS, ROLE_OPTIONS, type OptionDefinitions} from './definitions.ts'

/** The cluster, for every command that is about one. */
export const CLUSTER_ID = {
  'cluster-id': {
    kind: 'text',
    helpGroup: 'Which cluster',
    char: 'c',
    env: ['ACK_RAM_TOOL_CLUSTER_ID'],
    placeholder: 'id',
    description: 'Cluster ID',
  },
} as const satisfies OptionDefinitions

/** The same where a name does, too: not for what kubectl waits for, and what sends nothing. */
export const CLUSTER = {
  'cluster-id': {...CLUSTER_ID['cluster-id'], description: 'Cluster ID, or name if it is unique'},
} as const satisfies OptionDefinitions

/** One definition for every command that prints a table or the same as data: a flag means the same everywhere. */
export const OUTPUT_OPTIONS = {
  output: {
    kind: 'text',
    helpGroup: 'Output',
    char: 'o',
    env: ['ACK_RAM_TOOL_OUTPUT'],
    placeholder: 'format',
    values: ['table', 'json', 'yaml'],
    default: 'table',
    description: 'Output format',
  },
} as const satisfies OptionDefinitions

const API_VERSION = {
  kind: 'text',
  helpGroup: 'Kind of credential',
  isRare: true,
  env: ['ACK_RAM_TOOL_API_VERSION'],
  values: ['v1', 'v1beta1'],
  synonyms: {
    'client.authentication.k8s.io/v1': 'v1',
    'client.authentication.k8s.io/v1beta1': 'v1beta1',
  },
} as const

/** Which clusters of an account a command is for, where it may be for many. */
const FLEET_OPTIONS = {
  filter: {
    kind: 'text',
    helpGroup: 'Which cluster',
    env: [],
    isList: true,
    placeholder: 'key=value',
    description: 'Only clusters with this name, state, region, id or tag:KEY (* matches any text); may be repeated',
  },
  'region-id': {
    ...GLOBAL_OPTIONS['region-id'],
    isList: true,
    description: 'Region ID; repeat it for several regions; if not set, requests go to the global endpoints',
  },
} as const satisfies OptionDefinitions

/** The options of every command that returns a credential for a cluster, or writes an exec entry that does. */
const EXEC_OPTIONS = {
  ...ROLE_OPTIONS,
  ...CLUSTER_ID,
  'api-version': {
    ...API_VERSION,
    default: 'v1beta1',
    description: "apiVersion of the ExecCredential (kubectl's own takes precedence)",
  },
  'expected-identity': {
    kind: 'text',
    helpGroup: 'Whose credentials',
    isRare: true,
    env: ['ACK_RAM_TOOL_EXPECTED_IDENTITY'],
    placeholder: 'id',
    description: 'Refuse every identity but the RAM user, role or account with this ID',
  },
} as const satisfies OptionDefinitions

/** The options of `credential-plugin get-token`. */
export const TOKEN_OPTIONS = {
  ...EXEC_OPTIONS,
  'token-only': {
    kind: 'boolean',
    helpGroup: 'Output',
    env: ['ACK_RAM_TOOL_TOKEN_ONLY'],
    description: 'Print only the token instead of an ExecCredential',
  },
  'token-version': {
    kind: 'text',
    helpGroup: 'Kind of credential',
    isRare: true,
    env: ['ACK_RAM_TOOL_TOKEN_VERSION'],
    values: ['v1', 'v2'],
    default: 'v2',
    description: 'Token version; v1 is for authenticators from before mid-2024',
  },
} as const satisfies OptionDefinitions

/** The options of `credential-plugin get-credential`. */
export const CERTIFICATE_OPTIONS = {
  ...EXEC_OPTIONS,
  expiration: {
    kind: 'text',
    helpGroup: 'Kind of credential',
    isRare: true,
    env: ['ACK_RAM_TOOL_EXPIRATION'],
    placeholder: 'duration',
    default: '3h',
    description: 'Lifetime of the certificate: 15m to 72h, or 0 for a long-lived one',
  },
} as const satisfies OptionDefinitions

/** The options of `get-kubeconfig`, which decide the exec entry. */
export const KUBECONFIG_OPTIONS = {
  ...CERTIFICATE_OPTIONS,
  ...CLUSTER,
  'certificate-authority': {
    kind: 'text',
    env: [],
    helpGroup: 'Which cluster',
    isRare: true,
    placeholder: 'path|base64',
    description: 'CA certificate of --server: a file (PEM or DER), or base64',
  },
  'exec-command': {
    kind: 'text',
    helpGroup: 'What is written',
    isRare: true,
    env: ['ACK_RAM_TOOL_EXEC_COMMAND'],
    placeholder: 'command',
    default: 'ack-ram-tool',
    description: 'Command that kubectl runs: a name in PATH, or an absolute path (for desktop programs)',
  },
  'for-another-machine': {
    kind: 'boolean',
    helpGroup: 'What is written',
    isRare: true,
    env: ['ACK_RAM_TOOL_FOR_ANOTHER_MACHINE'],
    description: 'Look for no kubectl and no command on this machine',
  },
  mode: {
    kind: 'text',
    helpGroup: 'What is written',
    char: 'm',
    env: ['ACK_RAM_TOOL_MODE'],
    values: ['certificate', 'cert', 'ram-authenticator-token', 'token'],
    ignoreCase: true,
    default: 'certificate',
    description: 'Credential mode; cert and token are short forms',
  },
  'pin-identity': {
    kind: 'boolean',
    helpGroup: 'Whose credentials',
    env: ['ACK_RAM_TOOL_PIN_IDENTITY'],
    description: 'Write the ID of your identity into the entry, which then refuses every other one',
  },
  'private-address': {
    kind: 'boolean',
    helpGroup: 'Network',
    env: ['ACK_RAM_TOOL_PRIVATE_ADDRESS'],
    description: 'Use the private (VPC) address of the API server',
  },
  'provide-cluster-info': {
    kind: 'boolean',
    helpGroup: 'What is written',
    isRare: true,
    env: ['ACK_RAM_TOOL_PROVIDE_CLUSTER_INFO'],
    description: 'Write the cluster ID into the cluster entry, so that clusters can share a user entry',
  },
  server: {
    kind: 'text',
    helpGroup: 'Which cluster',
    isRare: true,
    env: [],
    placeholder: 'url',
    description: 'URL of the API server; no service is called then',
  },
} as const satisfies OptionDefinitions

/** The options of `credential-plugin get-kubeconfig`. What it prints must not depend on a variable for other commands. */
export const GET_KUBECONFIG_OPTIONS = {
  ...KUBECONFIG_OPTIONS,
  kubeconfig: {
    kind: 'text',
    helpGroup: 'What is written',
    env: [],
    isPath: true,
    placeholder: 'path',
    description: 'Write to this file; replace another one only with --assume-yes',
  },
  output: {
    kind: 'text',
    helpGroup: 'Output',
    char: 'o',
    env: [],
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
  ...FLEET_OPTIONS,
  alias: {
    kind: 'text',
    helpGroup: 'What is written',
    env: [],
    placeholder: 'name',
    description: 'Context name, may hold {name}, {id}, {region}, {uid}, {profile} (default: {uid}-{id})',
  },
  all: {
    kind: 'boolean',
    helpGroup: 'Which cluster',
    env: [],
    description: 'Merge all visible clusters',
  },
  'cluster-alias': {
    kind: 'text',
    helpGroup: 'What is written',
    isRare: true,
    env: [],
    placeholder: 'name',
    description: 'Cluster entry name, as in --alias (default: {id})',
  },
  diff: {
    kind: 'boolean',
    helpGroup: 'Preview and undo',
    env: [],
    description: 'Print the changes, with secrets masked, and write nothing',
  },
  'dry-run': {
    kind: 'boolean',
    helpGroup: 'Preview and undo',
    env: [],
    description: 'Print the resulting file and write nothing',
  },
  kubeconfig: {
    kind: 'text',
    helpGroup: 'What is written',
    isPath: true,
    env: ['ACK_RAM_TOOL_KUBECONFIG'],
    placeholder: 'path',
    description: 'Path to the kubeconfig (default: KUBECONFIG, else ~/.kube/config)',
  },
  'no-switch-context': {
    kind: 'boolean',
    helpGroup: 'What is written',
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
    helpGroup: 'What is written',
    env: [],
    description: 'With --all, remove the entries of this program whose cluster is gone',
  },
  undo: {
    kind: 'boolean',
    helpGroup: 'Preview and undo',
    env: [],
    description: 'Restore the file from before the last update; --diff and --dry-run show what that changes',
  },
  'user-alias': {
    kind: 'text',
    helpGroup: 'What is written',
    isRare: true,
    env: [],
    placeholder: 'name',
    description: 'User entry name, as in --alias (default: {uid}-{id}, or {uid} with --provide-cluster-info)',
  },
} as const satisfies OptionDefinitions

/** The options of `auth whoami`. */
export const WHOAMI_OPTIONS = {...ROLE_OPTIONS, ...OUTPUT_OPTIONS} as const satisfies OptionDefinitions

/** The options of `list-clusters`. */
export const LIST_OPTIONS = {...WHOAMI_OPTIONS, ...FLEET_OPTIONS} as const satisfies OptionDefinitions

/**
 * The options that each command adds to the global ones, by the command's words: those of kubectl's way, which are read at
 * every start. {@link WORDS_ELSEWHERE} has the others.
 */
export const COMMAND_OPTIONS = {
  'credential-plugin get-credential': CERTIFICATE_OPTIONS,
  'credential-plugin get-kubeconfig': GET_KUBECONFIG_OPTIONS,
  'credential-plugin get-token': TOKEN_OPTIONS,
  'credential-plugin update-kubeconfig': UPDATE_OPTIONS,
  'get-kubeconfig': GET_KUBECONFIG_OPTIONS,
  'list-clusters': LIST_OPTIONS,
  'update-kubeconfig': UPDATE_OPTIONS,
} as const satisfies Readonly<Record<string, OptionDefinitions>>

/** Words of the commands whose options are in all-commands.ts, which is loaded when one of them is on the command line. */
export const WORDS_ELSEWHERE: readonly string[] = [
  'auth',
  'cache',
  'completion',
  'config',
  'doctor',
  'export-credentials',
  'inspect-token',
  'logout',
  'rbac',
  'rrsa',
  'utils',
  'version',
]
