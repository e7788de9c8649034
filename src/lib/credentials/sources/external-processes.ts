import type {Environment} from '../../base/runtime.ts'

/** The variable by which a user forbids to ask programs and URIs for credentials, as in Alibaba Cloud's SDKs. */
export const DISABLE_EXTERNAL_PROCESS = 'ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS'

/** Whether the user has forbidden to ask programs and URIs for credentials. */
export const externalProcessesAreDisabled = (env: Environment): boolean =>
  ['1', 'true'].includes((env[DISABLE_EXTERNAL_PROCESS] ?? '').toLowerCase())
