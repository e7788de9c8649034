/** The groups of options in help, man pages and docs/options.md, in their order there. */
export const HELP_GROUPS = [
  'Which cluster',
  'Which accounts',
  'Service account and role',
  'Whose credentials',
  'Kind of credential',
  'What is written',
  'What is changed',
  'Preview and undo',
  'Waiting',
  'Network',
  'Output',
] as const

export type HelpGroup = (typeof HELP_GROUPS)[number]
