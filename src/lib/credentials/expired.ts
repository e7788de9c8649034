import {AckError} from '../base/errors.ts'
import type {CredentialSource} from './credentials.ts'

/** The error for credentials that have expired. */
export const expiredCredentials = ({description}: Pick<CredentialSource, 'description'>, end: Date): AckError =>
  new AckError(
    'CredentialsExpired',
    `the credentials of ${description} expired at ${end.toISOString()}`,
    "get new ones and store them in the same place; if they are new, check this machine's clock",
  )
