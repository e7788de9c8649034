import {CLUSTER} from './exec-definitions.ts'
import {ROLE_OPTIONS, type OptionDefinitions} from './definitions.ts'
import {OUTPUT, PRIVATE_ADDRESS, ROLE_NAME, SERVICE_ACCOUNT, WAIT_TIMEOUT} from './rrsa-definitions.ts'

const IMS_ENDPOINT = {
  'ims-endpoint': {
    kind: 'text',
    helpGroup: 'Network',
    isRare: true,
    env: ['ACK_RAM_TOOL_IMS_ENDPOINT', 'IMS_ENDPOINT'],
    placeholder: 'host',
    description: 'Endpoint of IMS, which knows the OIDC providers (default: ims.aliyuncs.com)',
  },
} as const satisfies OptionDefinitions

export const RRSA_LIST_OPTIONS = {
  ...ROLE_OPTIONS,
  ...CLUSTER,
  ...OUTPUT,
  ...PRIVATE_ADDRESS,
} as const satisfies OptionDefinitions

export const RRSA_VERIFY_OPTIONS = {
  ...RRSA_LIST_OPTIONS,
  ...SERVICE_ACCOUNT,
  ...IMS_ENDPOINT,
  ...WAIT_TIMEOUT,
  'role-name': {...ROLE_NAME['role-name'], description: 'Name of the RAM role (default: the one of the annotation)'},
  wait: {
    kind: 'boolean',
    helpGroup: 'Waiting',
    env: [],
    description: 'Try again while changes of RAM spread, until --wait-timeout',
  },
} as const satisfies OptionDefinitions

export const RRSA_ASSUME_ROLE_OPTIONS = {
  'role-arn': {
    kind: 'text',
    helpGroup: 'Service account and role',
    char: 'r',
    env: ['ALIBABA_CLOUD_ROLE_ARN'],
    placeholder: 'arn',
    description: 'ARN of the RAM role to assume',
  },
  'oidc-provider-arn': {
    kind: 'text',
    helpGroup: 'Service account and role',
    char: 'p',
    env: ['ALIBABA_CLOUD_OIDC_PROVIDER_ARN'],
    placeholder: 'arn',
    description: 'ARN of the OIDC provider',
  },
  'oidc-token-file': {
    kind: 'text',
    helpGroup: 'Service account and role',
    char: 't',
    env: ['ALIBABA_CLOUD_OIDC_TOKEN_FILE'],
    placeholder: 'path',
    description: 'File with the OIDC token; - stands for stdin',
  },
  'role-duration': ROLE_OPTIONS['role-duration'],
  'role-policy': ROLE_OPTIONS['role-policy'],
  'role-session-name': ROLE_OPTIONS['role-session-name'],
  output: {
    kind: 'text',
    helpGroup: 'Output',
    char: 'o',
    env: [],
    placeholder: 'format',
    values: ['text', 'json', 'yaml', 'env'],
    default: 'text',
    description: 'Output format; env prints variables for a shell',
  },
} as const satisfies OptionDefinitions

export const RRSA_DEMO_OPTIONS = {
  interval: {
    kind: 'text',
    helpGroup: 'Waiting',
    env: [],
    placeholder: 'duration',
    default: '30s',
    description: 'Time between two lists',
  },
  'no-loop': {
    kind: 'boolean',
    helpGroup: 'Waiting',
    env: [],
    description: 'List once',
  },
  region: {
    kind: 'text',
    helpGroup: 'Cluster',
    env: [],
    placeholder: 'region',
    description: 'Region of the clusters (default: --region-id, else that of this ECS instance, by VPC endpoints)',
  },
} as const satisfies OptionDefinitions
