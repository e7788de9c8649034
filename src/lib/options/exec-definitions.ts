import {GLOBAL_OPTIONS, ROLE_OPTIONS, type OptionDefinitions} from './definitions.ts'

/** The cluster, for every command that is about one. */
export const CLUSTER_ID = {
  'cluster-id': {
    kind: 'text',
    helpGroup: 'Cluster',
    char: 'c',
    env: ['ACK_RAM_TOOL_CLUSTER_ID'],
    placeholder: 'id',
    description: 'Cluster ID',
  },
} as const satisfies OptionDefinitions

/** The same where a name does, too: not for what kubectl waits for, and what sends nothing. */
export const CLUSTER = {
  'cluster-id': {...CLUSTER_ID['cluster-id'], takesNames: true, description: 'Cluster ID, or name if it is unique'},
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

/** Which entries and answers say it; each says its default. */
export const API_VERSION = {
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
export const FLEET_OPTIONS = {
  filter: {
    kind: 'text',
    helpGroup: 'Cluster',
    env: [],
    isList: true,
    refusesEmpty: true,
    placeholder: 'key=value',
    description: 'Only with this name, state, region, id, tag:KEY',
  },
  'region-id': {
    ...GLOBAL_OPTIONS['region-id'],
    isList: true,
    description: 'Region ID; repeat it for several (default: all)',
  },
} as const satisfies OptionDefinitions

/** The options of every command that returns a credential for a cluster, or writes an exec entry that does. */
const EXEC_OPTIONS = {
  ...ROLE_OPTIONS,
  ...CLUSTER_ID,
  'api-version': {
    ...API_VERSION,
    default: 'v1beta1',
    description: "apiVersion of the ExecCredential; kubectl's own takes precedence",
  },
  'expected-identity': {
    kind: 'text',
    helpGroup: 'Credentials',
    isRare: true,
    refusesEmpty: true,
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
