import type {Environment} from '../../base/runtime.ts'
import type {Credentials} from '../credentials.ts'
import {CONFIG_FILE_VARIABLE} from '../../profile-files/credential-files.ts'
import {CREDENTIALS_URI} from '../sources/credentials-uri.ts'
import {ECS_METADATA} from '../sources/ecs-metadata.ts'
import {
  ACCESS_KEY_ID,
  ACCESS_KEY_SECRET,
  OIDC_PROVIDER_ARN,
  OIDC_TOKEN_FILE,
  ROLE_ARN,
  SECURITY_TOKEN,
} from './environment.ts'
import {PROFILE_VARIABLES} from '../../options/global-options.ts'
import {FILE_VARIABLE} from './search-order.ts'

/** Variables that hand credentials to other programs, by the program that reads them. */
export interface VariableGroup {
  /** As the Go tool heads its groups. */
  readonly title: string
  readonly variables: readonly (readonly [name: string, value: string])[]
}

/** The aliyun CLI of the log service has names of its own. */
const LOG_CLI = {id: 'ALIYUN_LOG_CLI_ACCESSID', secret: 'ALIYUN_LOG_CLI_ACCESSKEY', token: 'ALIYUN_LOG_CLI_STS_TOKEN'}

/**
 * The variables by which the aliyun CLI, Terraform and the SDKs take credentials, each name once.
 *
 * The result holds secrets in plain text: it is for a program's environment, or for the user who asked to see them.
 */
export const variablesOf = ({accessKeyId, accessKeySecret, securityToken}: Credentials): readonly VariableGroup[] => {
  const secret = accessKeySecret.reveal()
  const token = securityToken?.reveal()
  const withToken = (...names: readonly string[]): readonly (readonly [string, string])[] =>
    token === undefined ? [] : names.map((name) => [name, token] as const)
  return [
    {
      title: 'for aliyun cli:',
      variables: [
        ['ALIBABACLOUD_ACCESS_KEY_ID', accessKeyId],
        ['ALIBABACLOUD_ACCESS_KEY_SECRET', secret],
        ...withToken('ALIBABACLOUD_SECURITY_TOKEN'),
        ['ALIBABACLOUD_IGNORE_PROFILE', 'TRUE'],
      ],
    },
    {
      title: 'for terraform:',
      variables: [
        ['ALICLOUD_ACCESS_KEY', accessKeyId],
        ['ALICLOUD_SECRET_KEY', secret],
        ...withToken('ALICLOUD_SECURITY_TOKEN'),
      ],
    },
    {
      title: 'for other tools:',
      variables: [
        ['ALIBABA_CLOUD_ACCESS_KEY_ID', accessKeyId],
        [LOG_CLI.id, accessKeyId],
        ['ALIBABA_CLOUD_ACCESS_KEY_SECRET', secret],
        [LOG_CLI.secret, secret],
        ...withToken('ALIBABA_CLOUD_SECURITY_TOKEN', 'ALICLOUD_ACCESS_KEY_STS_TOKEN', LOG_CLI.token),
      ],
    },
  ]
}

/** Every variable by which this program or another one would choose credentials. */
const CREDENTIAL_VARIABLES: readonly string[] = [
  ...ACCESS_KEY_ID,
  ...ACCESS_KEY_SECRET,
  ...SECURITY_TOKEN,
  ...Object.values(LOG_CLI),
  ...ROLE_ARN,
  ...OIDC_PROVIDER_ARN,
  ...OIDC_TOKEN_FILE,
  'ALIBABA_CLOUD_ROLE_SESSION_NAME',
  'ALICLOUD_ROLE_SESSION_NAME',
  'ALIBABA_CLOUD_EXTERNAL_ID',
  'ALICLOUD_ASSUME_ROLE_ARN',
  'ALICLOUD_ASSUME_ROLE_SESSION_NAME',
  'ALICLOUD_ASSUME_ROLE_EXTERNAL_ID',
  'ALICLOUD_ASSUME_ROLE_POLICY',
  'ALIBABA_CLOUD_BEARER_TOKEN',
  CREDENTIALS_URI,
  'ALICLOUD_CREDENTIALS_URI',
  ECS_METADATA,
  'ALICLOUD_ECS_ROLE_NAME',
  FILE_VARIABLE,
  CONFIG_FILE_VARIABLE,
  'ALICLOUD_SHARED_CREDENTIALS_FILE',
  'ALIBABACLOUD_PROFILE_PATH',
  ...PROFILE_VARIABLES,
  'ACK_RAM_TOOL_CREDENTIAL_TYPE',
  'ACK_RAM_TOOL_PROFILE_FILE',
  'ACK_RAM_TOOL_PROFILE_NAME',
  'ACK_RAM_TOOL_PROFIL_ENAME',
  'ACK_RAM_TOOL_IGNORE_ENV_CREDENTIALS',
  'ACK_RAM_TOOL_ROLE_ARN',
  'ACK_RAM_TOOL_ROLE_DURATION',
  'ACK_RAM_TOOL_ROLE_EXTERNAL_ID',
  'ACK_RAM_TOOL_ROLE_POLICY',
  'ACK_RAM_TOOL_ROLE_SESSION_NAME',
]

/** Whether a variable may decide whose credentials are used. */
export const choosesCredentials = (variable: string): boolean => CREDENTIAL_VARIABLES.includes(variable)

/** The credential variables of other tools that are set, by name: their values may be secret. */
export const setCredentialVariables = (env: Environment): readonly string[] =>
  [...new Set(CREDENTIAL_VARIABLES)].filter((name) => !name.startsWith('ACK_RAM_TOOL_') && env[name])

/**
 * The variables of an environment that name other credentials than these: a program that finds them beside ours could use
 * a mixture, or another identity.
 */
export const staleVariables = (env: Environment, groups: readonly VariableGroup[]): readonly string[] => {
  const ours = new Set(groups.flatMap(({variables}) => variables.map(([name]) => name)))
  return [...new Set(CREDENTIAL_VARIABLES)].filter((name) => env[name] !== undefined && !ours.has(name))
}
