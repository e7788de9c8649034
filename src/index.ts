/** What plugins and other programs may import from `ack-ram-tool`. */
export {AckCommand, type Invocation} from './lib/cli/ack-command.ts'
export type {Credentials, CredentialSource} from './lib/credentials/credentials.ts'
export {sdkCredential, sdkCredentialsProvider} from './lib/credentials/sdk-provider.ts'
export {AckError, EXIT, type ErrorCode} from './lib/errors.ts'
export type {Log} from './lib/log/log.ts'
export {Secret} from './lib/secret.ts'
