import type {OptionDefinitions} from './definitions.ts'
import {CERTIFICATE_OPTIONS, TOKEN_OPTIONS} from './exec-definitions.ts'

/**
 * The options that the commands of the exec lane add to the global ones, by the command's words: they are set up at every
 * start. {@link WORDS_ELSEWHERE} has the others.
 */
export const COMMAND_OPTIONS = {
  'credential-plugin get-credential': CERTIFICATE_OPTIONS,
  'credential-plugin get-token': TOKEN_OPTIONS,
} as const satisfies Readonly<Record<string, OptionDefinitions>>

/** Words of the commands whose options are in all-commands.ts, which is loaded when one of them is on the command line. */
export const WORDS_ELSEWHERE: readonly string[] = [
  'auth',
  'cache',
  'completion',
  'config',
  'doctor',
  'export-credentials',
  'get-kubeconfig',
  'inspect-token',
  'list-clusters',
  'logout',
  'rbac',
  'rrsa',
  'update-kubeconfig',
  'utils',
  'version',
]
