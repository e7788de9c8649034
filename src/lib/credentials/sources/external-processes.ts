import type {Environment} from '../../base/runtime.ts'

/** The variable that forbids credentials from external processes and URIs, as in Alibaba Cloud's SDKs. */
export const DISABLE_EXTERNAL_PROCESS = 'ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS'

/** Whether credentials from external processes and URIs are forbidden. */
export const externalProcessesAreDisabled = (env: Environment): boolean =>
  ['1', 'true'].includes((env[DISABLE_EXTERNAL_PROCESS] ?? '').toLowerCase())
