/** The groups of options in help, man pages and docs/options.md, in their order there. */
export const HELP_GROUPS = [
  'Cluster',
  'Accounts',
  'Service account and role',
  'Credentials',
  'Kind of credential',
  'Kubeconfig',
  'Changes',
  'Preview and undo',
  'Waiting',
  'Network',
  'Output',
] as const

export type HelpGroup = (typeof HELP_GROUPS)[number]
