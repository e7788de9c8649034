import type {StsErrorCode} from './sts-error.ts'

/** A refusal by the authenticator; the message is the server's words and holds nothing secret. */
export class AuthenticatorError extends Error {
  override readonly name = 'AuthenticatorError'
  /** The code that STS answered with, if it was STS that refused. */
  readonly stsCode: StsErrorCode | undefined

  constructor(message: string, stsCode?: StsErrorCode) {
    super(message)
    this.stsCode = stsCode
  }
}
