import {COMMAND_OPTIONS} from './command-definitions.ts'
import type {OptionDefinitions} from './definitions.ts'
import {OUTPUT_OPTIONS} from './exec-definitions.ts'
import {GET_KUBECONFIG_OPTIONS, UPDATE_OPTIONS} from './kubeconfig-definitions.ts'
import * as rbac from './rbac-definitions.ts'
import * as rrsa from './rrsa-definitions.ts'
import * as proof from './rrsa-proof-definitions.ts'
import * as tool from './tool-definitions.ts'

/** The options that each command of this program adds to the global ones, by the command's words. */
export const ALL_COMMAND_OPTIONS = {
  ...COMMAND_OPTIONS,
  'auth whoami': tool.WHOAMI_OPTIONS,
  completion: tool.COMPLETION_OPTIONS,
  'config list': OUTPUT_OPTIONS,
  'config path': OUTPUT_OPTIONS,
  'credential-plugin cache clear': tool.CLEAR_OPTIONS,
  'credential-plugin cache list': OUTPUT_OPTIONS,
  'credential-plugin get-kubeconfig': GET_KUBECONFIG_OPTIONS,
  'credential-plugin inspect-token': tool.INSPECT_OPTIONS,
  'credential-plugin update-kubeconfig': UPDATE_OPTIONS,
  doctor: tool.DOCTOR_OPTIONS,
  'export-credentials': tool.EXPORT_OPTIONS,
  'get-kubeconfig': GET_KUBECONFIG_OPTIONS,
  'list-clusters': tool.LIST_OPTIONS,
  logout: tool.CLEAR_OPTIONS,
  'rbac cleanup-user-permissions': rbac.RBAC_CLEANUP_OPTIONS,
  'rbac restore-user-permissions': rbac.RBAC_RESTORE_OPTIONS,
  'rbac scan-user-permissions': rbac.RBAC_SCAN_OPTIONS,
  'rrsa associate-role': rrsa.RRSA_ASSOCIATE_OPTIONS,
  'rrsa assume-role': proof.RRSA_ASSUME_ROLE_OPTIONS,
  'rrsa demo': proof.RRSA_DEMO_OPTIONS,
  'rrsa disable': rrsa.RRSA_DISABLE_OPTIONS,
  'rrsa disassociate-role': rrsa.RRSA_DISASSOCIATE_OPTIONS,
  'rrsa enable': rrsa.RRSA_ENABLE_OPTIONS,
  'rrsa install-helper-addon': rrsa.RRSA_INSTALL_OPTIONS,
  'rrsa list-associations': proof.RRSA_LIST_OPTIONS,
  'rrsa setup-addon': rrsa.RRSA_SETUP_ADDON_OPTIONS,
  'rrsa status': rrsa.RRSA_STATUS_OPTIONS,
  'rrsa verify': proof.RRSA_VERIFY_OPTIONS,
  'update-kubeconfig': UPDATE_OPTIONS,
  'utils test-ecs-metadata': tool.METADATA_OPTIONS,
  version: OUTPUT_OPTIONS,
} as const satisfies Readonly<Record<string, OptionDefinitions>>

export type CommandName = keyof typeof ALL_COMMAND_OPTIONS
