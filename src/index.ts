/** What plugins and other programs may import from `ack-ram-tool`: see docs/plugins.md. */
export {AckCommand} from './lib/cli/ack-command.ts'
export type {Invocation} from './lib/use-cases/invocation.ts'
export type {Credentials, CredentialSource} from './lib/credentials/credentials.ts'
export {sdkCredential, sdkCredentialsProvider} from './lib/credentials/sdk-provider.ts'
export {AckError, EXIT, type ErrorCode} from './lib/base/errors.ts'
export type {Log} from './lib/base/log/log.ts'
export {
  CONTRACT_VERSION,
  type CredentialIssuedHook,
  type CredentialOffer,
  type CredentialRequest,
  type CredentialSourceHook,
  type IssuedCredential,
  type Limits,
  type OfferedCredentials,
} from './lib/plugins/contract.ts'
export {Secret} from './lib/base/secret.ts'
