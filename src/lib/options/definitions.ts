/**
 * Every option of the tool, once, here and in command-definitions.ts: name, short form, environment variables, accepted
 * values, default, help text. The flags of the commands, their help and completion, the reading of the environment and
 * the exec entries of kubeconfigs are all made from them.
 */

interface CommonDefinition {
  readonly char?: string
  /** Environment variables that give the option when no flag does, the first non-empty one wins. */
  readonly env: readonly string[]
  readonly description: string
  /**
   * Whether a kubeconfig's exec entry has to name the option when the user does, since it decides whose credentials are
   * used: always, or where kubectl is to get a certificate.
   */
  readonly inExecEntry?: 'always' | 'certificate'
}

export interface BooleanDefinition extends CommonDefinition {
  readonly kind: 'boolean'
}

export interface TextDefinition extends CommonDefinition {
  readonly kind: 'text'
  /** What stands for the value in help texts. */
  readonly placeholder?: string
  /** The accepted values, in lower case; any text when absent. */
  readonly values?: readonly string[]
  /** Whether plugins may accept other values. */
  readonly isOpen?: true
  /** Whether the accepted values may be written in upper case too. */
  readonly ignoreCase?: true
  /** Whether the value is a path, or names one behind an @. */
  readonly isPath?: true | 'after @'
  /** Whether the flag may be given several times; the values are read in their order, joined by commas. */
  readonly isList?: true
  readonly default?: string
}

export type OptionDefinition = BooleanDefinition | TextDefinition
export type OptionDefinitions = Readonly<Record<string, OptionDefinition>>

/** The options of every command that uses credentials. */
export const GLOBAL_OPTIONS = {
  'assume-yes': {
    kind: 'boolean',
    char: 'y',
    env: ['ACK_RAM_TOOL_ASSUME_YES'],
    description: 'Automatic yes to prompts; assume "yes" as answer to all prompts and run non-interactively',
  },
  'credential-type': {
    kind: 'text',
    inExecEntry: 'always',
    env: ['ACK_RAM_TOOL_CREDENTIAL_TYPE'],
    values: ['auto', 'imds', 'ecs-role'],
    isOpen: true,
    default: 'auto',
    description:
      'Where credentials come from: auto searches environment and files; imds (or ecs-role) asks the ECS instance metadata; plugins may know others',
  },
  'credential-cache-dir': {
    kind: 'text',
    inExecEntry: 'always',
    isPath: true,
    env: ['ACK_RAM_TOOL_CREDENTIAL_CACHE_DIR'],
    placeholder: 'path',
    description: 'Directory to cache credential (default: ~/.kube/cache/ack-ram-tool/credential-plugin)',
  },
  'cs-endpoint': {
    kind: 'text',
    inExecEntry: 'certificate',
    env: ['ACK_RAM_TOOL_CS_ENDPOINT', 'CS_ENDPOINT'],
    placeholder: 'host',
    description: 'Endpoint of the Container Service API, a host or an https URL (default: by region)',
  },
  'error-format': {
    kind: 'text',
    env: ['ACK_RAM_TOOL_ERROR_FORMAT'],
    values: ['text', 'json'],
    default: 'text',
    description: 'How a failure is written to stderr: text for people, or one JSON object on the last line',
  },
  'ignore-aliyun-cli-credentials': {
    kind: 'boolean',
    inExecEntry: 'always',
    env: ['ACK_RAM_TOOL_IGNORE_ALIYUN_CLI_CREDENTIALS'],
    description: "Don't try to parse credentials from config.json of aliyun cli",
  },
  'ignore-env-credentials': {
    kind: 'boolean',
    inExecEntry: 'always',
    env: ['ACK_RAM_TOOL_IGNORE_ENV_CREDENTIALS'],
    description: "Don't try to parse credentials from environment variables",
  },
  'log-format': {
    kind: 'text',
    env: ['ACK_RAM_TOOL_LOG_FORMAT'],
    values: ['text', 'json'],
    description: 'How log lines are written to stderr (default: as --error-format)',
  },
  'log-level': {
    kind: 'text',
    env: ['ACK_RAM_TOOL_LOG_LEVEL'],
    values: ['debug', 'info', 'warn', 'error'],
    ignoreCase: true,
    default: 'info',
    description: 'Log level: info, debug, error, or warn',
  },
  'no-cache': {
    kind: 'boolean',
    env: ['ACK_RAM_TOOL_NO_CACHE'],
    description: 'Neither read nor write cached credentials',
  },
  'profile-file': {
    kind: 'text',
    inExecEntry: 'always',
    isPath: true,
    env: ['ACK_RAM_TOOL_PROFILE_FILE'],
    placeholder: 'path',
    description: 'Path to credential file (default: ~/.aliyun/config.json or ~/.alibabacloud/credentials)',
  },
  'profile-name': {
    kind: 'text',
    inExecEntry: 'always',
    // The second name is a misspelling that the Go tool shipped and still honours.
    env: ['ACK_RAM_TOOL_PROFILE_NAME', 'ACK_RAM_TOOL_PROFIL_ENAME'],
    placeholder: 'name',
    description: 'Using this named profile of the credential file',
  },
  'region-id': {
    kind: 'text',
    inExecEntry: 'always',
    env: ['ACK_RAM_TOOL_REGION_ID'],
    placeholder: 'region',
    default: 'cn-hangzhou',
    description: 'The region to use; as long as none is given, requests go to the global endpoints',
  },
  'sts-endpoint': {
    kind: 'text',
    inExecEntry: 'always',
    env: ['ACK_RAM_TOOL_STS_ENDPOINT', 'ALIBABA_CLOUD_STS_ENDPOINT'],
    placeholder: 'host',
    description: 'Endpoint of STS, a host or an https URL (default: by region)',
  },
  timeout: {
    kind: 'text',
    env: ['ACK_RAM_TOOL_TIMEOUT'],
    placeholder: 'duration',
    default: '20s',
    description: 'How long all network calls together may take',
  },
  'vpc-endpoint': {
    kind: 'boolean',
    inExecEntry: 'always',
    env: ['ACK_RAM_TOOL_VPC_ENDPOINT'],
    description: 'Call the services at their addresses inside a VPC, of the region that --region-id gives',
  },
  verbose: {
    kind: 'boolean',
    char: 'v',
    env: ['ACK_RAM_TOOL_VERBOSE'],
    description: 'Make the operation more talkative, the same as --log-level debug',
  },
} as const satisfies OptionDefinitions

/** The options of commands that can assume roles before they do their job. */
export const ROLE_OPTIONS = {
  'role-arn': {
    kind: 'text',
    inExecEntry: 'always',
    env: ['ACK_RAM_TOOL_ROLE_ARN'],
    placeholder: 'arn',
    isList: true,
    description: 'Assume an RAM Role ARN when send request or sign token; given several times, one after the other',
  },
  'role-duration': {
    kind: 'text',
    inExecEntry: 'always',
    env: ['ACK_RAM_TOOL_ROLE_DURATION'],
    placeholder: 'duration',
    description: 'How long the session of the last --role-arn lives, from 15m (default: what STS gives, 1h)',
  },
  'role-external-id': {
    kind: 'text',
    inExecEntry: 'always',
    env: ['ACK_RAM_TOOL_ROLE_EXTERNAL_ID'],
    placeholder: 'id',
    description: 'External id that the last --role-arn demands',
  },
  'role-policy': {
    kind: 'text',
    inExecEntry: 'always',
    isPath: 'after @',
    env: ['ACK_RAM_TOOL_ROLE_POLICY'],
    placeholder: 'json',
    description: 'RAM policy that narrows the session of the last --role-arn: JSON text, or @ and the path of a file',
  },
  'role-session-name': {
    kind: 'text',
    inExecEntry: 'always',
    env: ['ACK_RAM_TOOL_ROLE_SESSION_NAME', 'ALIBABA_CLOUD_ROLE_SESSION_NAME', 'ALICLOUD_ROLE_SESSION_NAME'],
    placeholder: 'name',
    default: 'ack-ram-tool',
    description: 'Session name of the roles that options and environment name',
  },
} as const satisfies OptionDefinitions

export type GlobalOptionName = keyof typeof GLOBAL_OPTIONS
