import {CLUSTER_ID, OUTPUT_OPTIONS} from './exec-definitions.ts'
import {ROLE_OPTIONS, type OptionDefinitions} from './definitions.ts'
import {DRY_RUN, OUTPUT, PRIVATE_ADDRESS} from './rrsa-definitions.ts'

/** What changes something takes its clusters from the command line alone: a variable may be a forgotten one. */
const NAMED_CLUSTERS = {
  'cluster-id': {
    ...CLUSTER_ID['cluster-id'],
    env: [],
    isList: true,
    takesNames: true,
    description: 'Cluster ID, or name if it is unique; repeat it for several clusters, or pass the word all',
  },
} as const satisfies OptionDefinitions

const USERS = {
  'user-id': {
    kind: 'text',
    helpGroup: 'Accounts',
    char: 'u',
    env: [],
    isList: true,
    placeholder: 'id',
    description: 'ID of a RAM user or a RAM role; may be repeated',
  },
} as const satisfies OptionDefinitions

export const RBAC_SCAN_OPTIONS = {
  ...ROLE_OPTIONS,
  ...USERS,
  ...PRIVATE_ADDRESS,
  'all-users': {
    kind: 'boolean',
    helpGroup: 'Accounts',
    char: 'A',
    env: [],
    description: 'List all accounts, not only those that are not in this Alibaba Cloud account any more',
  },
  'cluster-id': {...NAMED_CLUSTERS['cluster-id'], env: CLUSTER_ID['cluster-id'].env},
  output: {
    ...OUTPUT_OPTIONS.output,
    values: ['table', 'wide', 'json', 'yaml', 'csv'],
    default: 'table',
  },
} as const satisfies OptionDefinitions

export const RBAC_CLEANUP_OPTIONS = {
  ...ROLE_OPTIONS,
  ...NAMED_CLUSTERS,
  ...USERS,
  ...OUTPUT,
  ...DRY_RUN,
  ...PRIVATE_ADDRESS,
  'backup-dir': {
    kind: 'text',
    helpGroup: 'Preview and undo',
    env: [],
    isPath: true,
    refusesEmpty: true,
    placeholder: 'path',
    description: 'Directory in which the folder with the backup is made (default: the current one)',
  },
  deleted: {
    kind: 'boolean',
    helpGroup: 'Accounts',
    env: [],
    description: 'Instead of --user-id: all accounts that the Container Service knows as deleted',
  },
  force: {
    kind: 'boolean',
    helpGroup: 'Preview and undo',
    env: [],
    description:
      'Also if an account was active in the last seven days, or nobody can say; --assume-yes does not cover it',
  },
  max: {
    kind: 'text',
    helpGroup: 'Accounts',
    env: [],
    placeholder: 'number',
    description: 'With --deleted: do nothing if there are more accounts (default: 10, and no more than half of all)',
  },
} as const satisfies OptionDefinitions

export const RBAC_RESTORE_OPTIONS = {
  ...ROLE_OPTIONS,
  ...OUTPUT,
  ...DRY_RUN,
  ...PRIVATE_ADDRESS,
  'cluster-id': {
    ...NAMED_CLUSTERS['cluster-id'],
    refusesEmpty: true,
    description: 'Restore the bindings of this cluster alone; may be repeated (default: all of the backup)',
  },
  'without-user-id': {
    kind: 'text',
    helpGroup: 'Accounts',
    env: [],
    isList: true,
    refusesEmpty: true,
    placeholder: 'id',
    description: 'Give nothing back to this account, only to others in its bindings; may be repeated',
  },
} as const satisfies OptionDefinitions
