import {CLUSTER_ID, FLEET_OPTIONS, OUTPUT_OPTIONS, TOKEN_OPTIONS} from './exec-definitions.ts'
import {UPDATE_OPTIONS} from './kubeconfig-definitions.ts'
import {GLOBAL_OPTIONS, ROLE_OPTIONS, type OptionDefinition, type OptionDefinitions} from './definitions.ts'

/** The options of `auth whoami`. */
export const WHOAMI_OPTIONS = {...ROLE_OPTIONS, ...OUTPUT_OPTIONS} as const satisfies OptionDefinitions

/** The options of `list-clusters`. */
export const LIST_OPTIONS = {...WHOAMI_OPTIONS, ...FLEET_OPTIONS} as const satisfies OptionDefinitions

/** The options of `credential-plugin inspect-token`. */
export const INSPECT_OPTIONS = {
  ...ROLE_OPTIONS,
  ...CLUSTER_ID,
  ...OUTPUT_OPTIONS,
  'from-exec': {
    kind: 'boolean',
    helpGroup: 'Kind of credential',
    env: [],
    description: "Inspect the token that get-token makes with this command line's flags",
  },
  online: {
    kind: 'boolean',
    helpGroup: 'Network',
    env: [],
    description: 'Send the token to STS, as the server does, and show who it says that you are',
  },
  'token-version': TOKEN_OPTIONS['token-version'],
} as const satisfies OptionDefinitions

/** The options of `doctor`. */
export const DOCTOR_OPTIONS = {
  ...ROLE_OPTIONS,
  ...CLUSTER_ID,
  ...OUTPUT_OPTIONS,
  context: {
    kind: 'text',
    helpGroup: 'Cluster',
    env: [],
    refusesEmpty: true,
    placeholder: 'name',
    description: 'The context of the kubeconfig whose cluster to go on to',
  },
  kubeconfig: {...UPDATE_OPTIONS.kubeconfig, helpGroup: 'Cluster'},
  offline: {
    kind: 'boolean',
    helpGroup: 'Network',
    env: [],
    description: 'Send nothing: look only at this machine',
  },
} as const satisfies OptionDefinitions

/** The options of `export-credentials`. */
export const EXPORT_OPTIONS = {
  ...ROLE_OPTIONS,
  format: {
    kind: 'text',
    helpGroup: 'Output',
    char: 'f',
    env: [],
    values: [
      'aliyun-cli-config-json',
      'aliyuncli-json',
      'aliyun-cli-uri-json',
      'aliyuncli-uri',
      'ecs-metadata-json',
      'ecs',
      'credential-file-ini',
      'ini',
      'environment-variables',
      'env',
      'fish',
      'powershell',
      'dotenv',
    ],
    description: 'Format (default: aliyun-cli-config-json; before a command: environment-variables)',
  },
} as const satisfies OptionDefinitions

/** The options of `credential-plugin cache clear`: what a single run removes has no environment variable. */
export const CLEAR_OPTIONS = {
  'cluster-id': {...CLUSTER_ID['cluster-id'], env: [], refusesEmpty: true},
  identity: {
    kind: 'text',
    helpGroup: 'Accounts',
    env: [],
    refusesEmpty: true,
    placeholder: 'name',
    description: 'Whose entries: an ID of cache list, a profile, a role ARN or an AccessKey ID',
  },
  'profile-name': {
    ...GLOBAL_OPTIONS['profile-name'],
    helpGroup: 'Accounts',
    env: [],
    refusesEmpty: true,
    description: 'Entries of this profile alone',
  },
} as const satisfies OptionDefinitions

/** Its global options: none that chooses credentials in some other way, since more would be removed than it seems to say. */
export const CLEAR_GLOBAL_OPTIONS: OptionDefinitions = Object.fromEntries(
  Object.entries<OptionDefinition>(GLOBAL_OPTIONS).filter(
    ([name, {inExecEntry}]) => inExecEntry === undefined || name === 'credential-cache-dir',
  ),
)

/** The options of `utils test-ecs-metadata`. */
export const METADATA_OPTIONS = {
  'no-loop': {
    kind: 'boolean',
    helpGroup: 'Waiting',
    env: [],
    description: 'Test once, and exit with a code that says whether it went well',
  },
} as const satisfies OptionDefinitions

/** The options of `completion`. */
export const COMPLETION_OPTIONS = {
  'no-descriptions': {
    kind: 'boolean',
    helpGroup: 'Output',
    env: [],
    description: 'Leave out the descriptions of commands and flags (fish; the other scripts have few)',
  },
} as const satisfies OptionDefinitions
