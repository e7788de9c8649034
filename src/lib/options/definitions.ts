/**
 * Every option of the tool is defined once, here or in another file of definitions: name, short form, environment variables,
 * accepted values, default, help text. Flags, help, completion, environment and exec entries are derived from that.
 */

import type {HelpGroup} from './help-groups.ts'

interface CommonDefinition {
  readonly char?: string
  /** Environment variables that are read if the flag is absent; the first non-empty one wins. */
  readonly env: readonly string[]
  readonly description: string
  /** The heading in help below which it stands. */
  readonly helpGroup: HelpGroup
  /** Whether help leaves it to `--help-all`. */
  readonly isRare?: true
  /**
   * When to write the value into a kubeconfig's exec entry, since it decides whose credentials are used: always, or only
   * for certificates.
   */
  readonly inExecEntry?: 'always' | 'certificate'
}

export interface BooleanDefinition extends CommonDefinition {
  readonly kind: 'boolean'
}

export interface TextDefinition extends CommonDefinition {
  readonly kind: 'text'
  /** The name of the value in help texts. */
  readonly placeholder?: string
  /** The accepted values, in lower case; any text when absent. */
  readonly values?: readonly string[]
  /** Whether plugins may add values. */
  readonly isOpen?: true
  /** Other words for accepted values, in lower case. */
  readonly synonyms?: Readonly<Record<string, string>>
  /** Whether upper case is accepted too. */
  readonly ignoreCase?: true
  /** Whether a value that is no ID is looked up as the name of a cluster. */
  readonly takesNames?: true
  /** Whether the value is a path, or a path after an @. */
  readonly isPath?: true | 'after @'
  /** Whether people share it as they share a secret: no message repeats the value. */
  readonly isConfidential?: true
  /**
   * Whether an empty value of the flag is an error: without the flag the command would use another file, or do more. For
   * options that the Go tool has, an empty value counts as none, as there.
   */
  readonly refusesEmpty?: true
  /** Whether the flag may be repeated; the values are joined by commas, in their order. */
  readonly isList?: true
  readonly default?: string
}

export type OptionDefinition = BooleanDefinition | TextDefinition
export type OptionDefinitions = Readonly<Record<string, OptionDefinition>>

/** Whether no message may repeat the value of an option; not for an option that is not known. */
export const isConfidential = (definition: OptionDefinition | undefined): boolean =>
  definition?.kind === 'text' && definition.isConfidential === true

/** The options of every command that uses credentials. */
export const GLOBAL_OPTIONS = {
  'assume-yes': {
    kind: 'boolean',
    helpGroup: 'Preview and undo',
    char: 'y',
    env: ['ACK_RAM_TOOL_ASSUME_YES'],
    description: 'Answer yes to all prompts and run non-interactively',
  },
  'credential-type': {
    kind: 'text',
    helpGroup: 'Credentials',
    isRare: true,
    inExecEntry: 'always',
    env: ['ACK_RAM_TOOL_CREDENTIAL_TYPE'],
    values: ['auto', 'imds', 'ecs-role'],
    placeholder: 'source',
    isOpen: true,
    default: 'auto',
    description:
      'Credential source: auto (environment, then files), imds or ecs-role (ECS metadata), or one of a plugin',
  },
  'credential-cache-dir': {
    kind: 'text',
    helpGroup: 'Credentials',
    isRare: true,
    inExecEntry: 'always',
    isPath: true,
    env: ['ACK_RAM_TOOL_CREDENTIAL_CACHE_DIR'],
    placeholder: 'path',
    description: 'Credential cache directory (default: ~/.kube/cache/ack-ram-tool/credential-plugin)',
  },
  'cs-endpoint': {
    kind: 'text',
    helpGroup: 'Network',
    isRare: true,
    inExecEntry: 'certificate',
    env: ['ACK_RAM_TOOL_CS_ENDPOINT', 'CS_ENDPOINT'],
    placeholder: 'host',
    description: 'Container Service endpoint: a host or an https URL (default: by region)',
  },
  'error-format': {
    kind: 'text',
    helpGroup: 'Output',
    isRare: true,
    env: ['ACK_RAM_TOOL_ERROR_FORMAT'],
    values: ['text', 'json'],
    default: 'text',
    description: 'Format of errors on stderr; json prints one object on the last line',
  },
  'ignore-aliyun-cli-credentials': {
    kind: 'boolean',
    helpGroup: 'Credentials',
    isRare: true,
    inExecEntry: 'always',
    // The second and third name are the aliyun CLI's, the last is the SDKs'.
    env: [
      'ACK_RAM_TOOL_IGNORE_ALIYUN_CLI_CREDENTIALS',
      'ALIBABA_CLOUD_IGNORE_PROFILE',
      'ALIBABACLOUD_IGNORE_PROFILE',
      'ALIBABA_CLOUD_CLI_PROFILE_DISABLED',
    ],
    description: 'Ignore the credentials in config.json of the aliyun CLI',
  },
  'ignore-env-credentials': {
    kind: 'boolean',
    helpGroup: 'Credentials',
    isRare: true,
    inExecEntry: 'always',
    env: ['ACK_RAM_TOOL_IGNORE_ENV_CREDENTIALS'],
    description: 'Ignore the credentials in environment variables; as a flag, also a role that a variable names',
  },
  'log-format': {
    kind: 'text',
    helpGroup: 'Output',
    isRare: true,
    env: ['ACK_RAM_TOOL_LOG_FORMAT'],
    values: ['text', 'json'],
    description: 'Format of log lines on stderr (default: same as --error-format)',
  },
  'log-level': {
    kind: 'text',
    helpGroup: 'Output',
    isRare: true,
    env: ['ACK_RAM_TOOL_LOG_LEVEL'],
    values: ['debug', 'info', 'warn', 'error'],
    // The Go tool's library knows the others too; nothing here is worse than an error.
    synonyms: {warning: 'warn', dpanic: 'error', panic: 'error', fatal: 'error'},
    ignoreCase: true,
    default: 'info',
    description: 'Log level',
  },
  'no-cache': {
    kind: 'boolean',
    helpGroup: 'Credentials',
    isRare: true,
    env: ['ACK_RAM_TOOL_NO_CACHE'],
    description: 'Do not read or write the credential cache',
  },
  'profile-file': {
    kind: 'text',
    helpGroup: 'Credentials',
    isRare: true,
    inExecEntry: 'always',
    isPath: true,
    env: ['ACK_RAM_TOOL_PROFILE_FILE'],
    placeholder: 'path',
    description: 'Path to the credential file (default: ~/.aliyun/config.json or ~/.alibabacloud/credentials)',
  },
  'profile-name': {
    kind: 'text',
    helpGroup: 'Credentials',
    inExecEntry: 'always',
    // The second name is a misspelling that the Go tool once shipped and still supports.
    env: ['ACK_RAM_TOOL_PROFILE_NAME', 'ACK_RAM_TOOL_PROFIL_ENAME'],
    placeholder: 'name',
    description: 'Profile in the credential file',
  },
  'ram-endpoint': {
    kind: 'text',
    helpGroup: 'Network',
    isRare: true,
    env: ['ACK_RAM_TOOL_RAM_ENDPOINT', 'RAM_ENDPOINT'],
    placeholder: 'host',
    description: 'RAM endpoint: a host or an https URL (default: ram.aliyuncs.com)',
  },
  'region-id': {
    kind: 'text',
    helpGroup: 'Cluster',
    inExecEntry: 'always',
    env: ['ACK_RAM_TOOL_REGION_ID'],
    placeholder: 'region',
    default: 'cn-hangzhou',
    description: 'Region ID; if not set, requests go to the global endpoints',
  },
  'sts-endpoint': {
    kind: 'text',
    helpGroup: 'Network',
    isRare: true,
    inExecEntry: 'always',
    env: ['ACK_RAM_TOOL_STS_ENDPOINT', 'ALIBABA_CLOUD_STS_ENDPOINT'],
    placeholder: 'host',
    description: 'STS endpoint: a host or an https URL (default: by region)',
  },
  timeout: {
    kind: 'text',
    helpGroup: 'Network',
    isRare: true,
    env: ['ACK_RAM_TOOL_TIMEOUT'],
    placeholder: 'duration',
    default: '20s',
    description: 'Time limit for network calls',
  },
  'vpc-endpoint': {
    kind: 'boolean',
    helpGroup: 'Network',
    isRare: true,
    inExecEntry: 'always',
    // The second name is the SDKs': it counts where a region is known.
    env: ['ACK_RAM_TOOL_VPC_ENDPOINT', 'ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED'],
    description: 'Use the VPC endpoints of the region in --region-id',
  },
  verbose: {
    kind: 'boolean',
    helpGroup: 'Output',
    char: 'v',
    env: ['ACK_RAM_TOOL_VERBOSE'],
    description: 'Verbose output, same as --log-level debug',
  },
} as const satisfies OptionDefinitions

/** The options of commands that can assume roles first. */
export const ROLE_OPTIONS = {
  'role-arn': {
    kind: 'text',
    helpGroup: 'Credentials',
    inExecEntry: 'always',
    env: ['ACK_RAM_TOOL_ROLE_ARN'],
    placeholder: 'arn',
    isList: true,
    description: 'ARN of a RAM role to assume; repeat it to chain roles',
  },
  'role-duration': {
    kind: 'text',
    helpGroup: 'Credentials',
    isRare: true,
    inExecEntry: 'always',
    env: ['ACK_RAM_TOOL_ROLE_DURATION'],
    placeholder: 'duration',
    description: 'Session duration for the last --role-arn, 15m to 12h (default: 1h)',
  },
  'role-external-id': {
    kind: 'text',
    helpGroup: 'Credentials',
    isRare: true,
    inExecEntry: 'always',
    isConfidential: true,
    env: ['ACK_RAM_TOOL_ROLE_EXTERNAL_ID'],
    placeholder: 'id',
    description: 'External ID for the last --role-arn',
  },
  'role-policy': {
    kind: 'text',
    helpGroup: 'Credentials',
    isRare: true,
    inExecEntry: 'always',
    isPath: 'after @',
    refusesEmpty: true,
    env: ['ACK_RAM_TOOL_ROLE_POLICY'],
    placeholder: 'json',
    description: 'Session policy for the last --role-arn: JSON, or @ and the path of a file',
  },
  'role-session-name': {
    kind: 'text',
    helpGroup: 'Credentials',
    isRare: true,
    inExecEntry: 'always',
    env: ['ACK_RAM_TOOL_ROLE_SESSION_NAME', 'ALIBABA_CLOUD_ROLE_SESSION_NAME', 'ALICLOUD_ROLE_SESSION_NAME'],
    placeholder: 'name',
    default: 'ack-ram-tool',
    description: 'Session name for roles given by flag or environment variable',
  },
} as const satisfies OptionDefinitions

export type GlobalOptionName = keyof typeof GLOBAL_OPTIONS
