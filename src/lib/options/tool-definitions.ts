import {ROLE_OPTIONS, type OptionDefinitions} from './definitions.ts'

/** The options of commands that kubectl has nothing to do with, and what several commands share. */

/** The cluster, for every command that is about one. */
export const CLUSTER_ID = {
  'cluster-id': {
    kind: 'text',
    char: 'c',
    env: ['ACK_RAM_TOOL_CLUSTER_ID'],
    placeholder: 'id',
    description: 'Cluster ID',
  },
} as const satisfies OptionDefinitions

/** One definition for every command that prints a table or the same as data: a flag means the same everywhere. */
export const OUTPUT_OPTIONS = {
  output: {
    kind: 'text',
    char: 'o',
    env: ['ACK_RAM_TOOL_OUTPUT'],
    values: ['table', 'json', 'yaml'],
    default: 'table',
    description: 'Output format',
  },
} as const satisfies OptionDefinitions

/** The options of `export-credentials`. */
export const EXPORT_OPTIONS = {
  ...ROLE_OPTIONS,
  format: {
    kind: 'text',
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
  'cluster-id': {...CLUSTER_ID['cluster-id'], env: []},
  identity: {
    kind: 'text',
    env: [],
    placeholder: 'name',
    description: 'Whose entries: an ID of cache list, a profile, a role ARN or an AccessKey ID',
  },
} as const satisfies OptionDefinitions

/** The options of `utils test-ecs-metadata`. */
export const METADATA_OPTIONS = {
  'no-loop': {
    kind: 'boolean',
    env: [],
    description: 'Test once, and exit with a code that says whether it went well',
  },
} as const satisfies OptionDefinitions

/** The options of `completion`. */
export const COMPLETION_OPTIONS = {
  'no-descriptions': {
    kind: 'boolean',
    env: [],
    description: 'Leave out the descriptions of commands and flags (fish; the other scripts have few)',
  },
} as const satisfies OptionDefinitions
