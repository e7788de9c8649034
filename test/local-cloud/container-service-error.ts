const STATUSES = {
  AddonAlreadyInstalled: 409,
  ErrorClusterNotFound: 404,
  ErrorTaskNotFound: 404,
  ErrorUserActive: 400,
  InvalidParameter: 400,
  SignatureNonceUsed: 400,
  StatusForbidden: 403,
} as const

/** A refusal by Container Service, with the HTTP status that goes with its code; its gateway's others are StsErrors. */
export class ContainerServiceError extends Error {
  override readonly name = 'ContainerServiceError'
  readonly code: keyof typeof STATUSES
  readonly status: number

  constructor(code: keyof typeof STATUSES, message: string) {
    super(message)
    this.code = code
    this.status = STATUSES[code]
  }
}

/** InvalidParameter, naming the one that is wrong. */
export const invalidParameter = (name: string): ContainerServiceError =>
  new ContainerServiceError('InvalidParameter', `The specified parameter ${name} is not valid.`)
