import {CLUSTER} from './exec-definitions.ts'
import {KUBECONFIG_OPTIONS} from './kubeconfig-definitions.ts'
import {ROLE_OPTIONS, type OptionDefinitions} from './definitions.ts'

const CLUSTERS = {
  'cluster-id': {
    ...CLUSTER['cluster-id'],
    isList: true,
    description: 'Cluster ID, or name if it is unique; repeat it for several clusters',
  },
} as const satisfies OptionDefinitions

export const OUTPUT = {
  output: {
    kind: 'text',
    helpGroup: 'Output',
    char: 'o',
    env: [],
    placeholder: 'format',
    values: ['text', 'json', 'yaml'],
    default: 'text',
    description: 'Output format',
  },
} as const satisfies OptionDefinitions

export const DRY_RUN = {
  'dry-run': {
    kind: 'boolean',
    helpGroup: 'Preview and undo',
    env: [],
    description: 'Print what would be changed, and change nothing',
  },
} as const satisfies OptionDefinitions

const PLAN = {...OUTPUT, ...DRY_RUN} as const satisfies OptionDefinitions

export const WAIT_TIMEOUT = {
  'wait-timeout': {
    kind: 'text',
    helpGroup: 'Waiting',
    env: ['ACK_RAM_TOOL_WAIT_TIMEOUT'],
    placeholder: 'duration',
    default: '15m',
    description: 'How long to wait for what the service does in the background',
  },
} as const satisfies OptionDefinitions

const WAIT = {
  ...WAIT_TIMEOUT,
  'no-wait': {
    kind: 'boolean',
    helpGroup: 'Waiting',
    env: [],
    description: 'Do not wait for the task: print its ID',
  },
} as const satisfies OptionDefinitions

export const PRIVATE_ADDRESS = {
  'private-address': KUBECONFIG_OPTIONS['private-address'],
} as const satisfies OptionDefinitions

export const SERVICE_ACCOUNT = {
  namespace: {
    kind: 'text',
    helpGroup: 'Service account and role',
    char: 'n',
    env: [],
    placeholder: 'name',
    description: 'Namespace of the service account',
  },
  'service-account': {
    kind: 'text',
    helpGroup: 'Service account and role',
    char: 's',
    env: [],
    placeholder: 'name',
    description: 'Name of the service account',
  },
} as const satisfies OptionDefinitions

const SERVICE_ACCOUNTS = {
  namespace: {...SERVICE_ACCOUNT.namespace, description: 'Namespace of the service account; * stands for every one'},
  'service-account': {
    ...SERVICE_ACCOUNT['service-account'],
    description: 'Name of the service account; * stands for every one',
  },
} as const satisfies OptionDefinitions

export const ROLE_NAME = {
  'role-name': {
    kind: 'text',
    helpGroup: 'Service account and role',
    char: 'r',
    env: [],
    placeholder: 'name',
    description: 'Name of the RAM role',
  },
} as const satisfies OptionDefinitions

export const RRSA_STATUS_OPTIONS = {
  ...ROLE_OPTIONS,
  ...CLUSTER,
  ...OUTPUT,
  ...WAIT_TIMEOUT,
  'task-id': {
    kind: 'text',
    helpGroup: 'Waiting',
    env: [],
    placeholder: 'id',
    description: 'Wait first for the task of an earlier enable, disable or install-helper-addon',
  },
} as const satisfies OptionDefinitions

export const RRSA_ENABLE_OPTIONS = {
  ...ROLE_OPTIONS,
  ...CLUSTER,
  ...PLAN,
  ...WAIT,
} as const satisfies OptionDefinitions

export const RRSA_DISABLE_OPTIONS = {...RRSA_ENABLE_OPTIONS, ...PRIVATE_ADDRESS} as const satisfies OptionDefinitions

export const RRSA_INSTALL_OPTIONS = {
  ...RRSA_ENABLE_OPTIONS,
  'addon-version': {
    kind: 'text',
    helpGroup: 'Changes',
    env: [],
    placeholder: 'version',
    description: 'Version of the add-on (default: the newest)',
  },
  config: {
    kind: 'text',
    helpGroup: 'Changes',
    env: [],
    placeholder: 'json',
    description: 'Settings of the add-on, such as {"AutoInjectSTSEnvVars":true}',
  },
} as const satisfies OptionDefinitions

export const RRSA_ASSOCIATE_OPTIONS = {
  ...ROLE_OPTIONS,
  ...CLUSTERS,
  ...SERVICE_ACCOUNTS,
  ...ROLE_NAME,
  ...PLAN,
  ...PRIVATE_ADDRESS,
  'annotate-service-account': {
    kind: 'boolean',
    helpGroup: 'Changes',
    env: [],
    description: 'Also annotate the service account with the role; it is made if there is none',
  },
  'attach-custom-policy': {
    kind: 'text',
    helpGroup: 'Changes',
    env: [],
    placeholder: 'name',
    isList: true,
    description: 'Custom policy to attach to the role; may be repeated',
  },
  'attach-system-policy': {
    kind: 'text',
    helpGroup: 'Changes',
    env: [],
    placeholder: 'name',
    isList: true,
    description: 'System policy to attach to the role; may be repeated',
  },
  'create-role-if-not-exist': {
    kind: 'boolean',
    helpGroup: 'Changes',
    env: [],
    description: 'Create the role if there is none of that name',
  },
  'label-namespace': {
    kind: 'boolean',
    helpGroup: 'Changes',
    env: [],
    description: 'Also label the namespace, so that the webhook sees its pods; it is made if there is none',
  },
} as const satisfies OptionDefinitions

export const RRSA_DISASSOCIATE_OPTIONS = {
  ...ROLE_OPTIONS,
  ...CLUSTERS,
  ...SERVICE_ACCOUNTS,
  ...ROLE_NAME,
  ...PLAN,
  'delete-role': {
    kind: 'boolean',
    helpGroup: 'Changes',
    env: [],
    description: 'Also delete the role with its attachments, if this program created it and nothing else is trusted',
  },
} as const satisfies OptionDefinitions

export const RRSA_SETUP_ADDON_OPTIONS = {
  ...ROLE_OPTIONS,
  ...CLUSTER,
  ...PLAN,
  'addon-name': {
    kind: 'text',
    helpGroup: 'Service account and role',
    char: 'a',
    env: [],
    placeholder: 'name',
    description: 'Name of the add-on: ack-erdma-controller or kritis-validation-hook',
  },
  'update-policy': {
    kind: 'boolean',
    helpGroup: 'Changes',
    env: [],
    description: 'Give a policy of that name with another content a new version',
  },
} as const satisfies OptionDefinitions
