import {ALL_COMMAND_OPTIONS} from '../options/all-commands.ts'

/** Commands that people may have meant; those of plugins are found by their own names only. */
export const KNOWN_COMMANDS: readonly string[] = [
  ...Object.keys(ALL_COMMAND_OPTIONS),
  'auth',
  'autocomplete',
  'credential-plugin',
  'credential-plugin cache',
  'help',
  'plugins',
  'plugins inspect',
  'plugins install',
  'plugins link',
  'plugins uninstall',
  'plugins update',
]
