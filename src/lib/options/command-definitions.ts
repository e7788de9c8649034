import {ROLE_OPTIONS, type OptionDefinitions} from './definitions.ts'
import {CERTIFICATE_OPTIONS, FLEET_OPTIONS, OUTPUT_OPTIONS, TOKEN_OPTIONS} from './exec-definitions.ts'
import {GET_KUBECONFIG_OPTIONS, UPDATE_OPTIONS} from './kubeconfig-definitions.ts'

/** The options of `auth whoami`. */
export const WHOAMI_OPTIONS = {...ROLE_OPTIONS, ...OUTPUT_OPTIONS} as const satisfies OptionDefinitions

/** The options of `list-clusters`. */
export const LIST_OPTIONS = {...WHOAMI_OPTIONS, ...FLEET_OPTIONS} as const satisfies OptionDefinitions

/**
 * The options that each command adds to the global ones, by the command's words: those of kubectl's way, which are read at
 * every start. {@link WORDS_ELSEWHERE} has the others.
 */
export const COMMAND_OPTIONS = {
  'credential-plugin get-credential': CERTIFICATE_OPTIONS,
  'credential-plugin get-kubeconfig': GET_KUBECONFIG_OPTIONS,
  'credential-plugin get-token': TOKEN_OPTIONS,
  'credential-plugin update-kubeconfig': UPDATE_OPTIONS,
  'get-kubeconfig': GET_KUBECONFIG_OPTIONS,
  'list-clusters': LIST_OPTIONS,
  'update-kubeconfig': UPDATE_OPTIONS,
} as const satisfies Readonly<Record<string, OptionDefinitions>>

/** Words of the commands whose options are in all-commands.ts, which is loaded when one of them is on the command line. */
export const WORDS_ELSEWHERE: readonly string[] = [
  'auth',
  'cache',
  'completion',
  'config',
  'doctor',
  'export-credentials',
  'inspect-token',
  'logout',
  'rbac',
  'rrsa',
  'utils',
  'version',
]
