const ERRORS = {
  IncompleteSignature: [400, 'The request signature does not conform to Aliyun standards.'],
  'InvalidAccessKeyId.Inactive': [403, 'Specified access key is disabled.'],
  'InvalidAccessKeyId.NotFound': [404, 'Specified access key is not found.'],
  'InvalidAction.NotFound': [404, 'Specified api is not found, please check your url and method.'],
  'InvalidSecurityToken.Expired': [400, 'Specified SecurityToken is expired.'],
  'InvalidSecurityToken.Malformed': [400, 'Specified SecurityToken is malformed.'],
  'InvalidSecurityToken.MismatchWithAccessKey': [400, 'Specified SecurityToken mismatch with the AccessKey.'],
  'InvalidTimeStamp.Expired': [400, 'Specified time stamp or date value is expired.'],
  'InvalidTimeStamp.Format': [400, 'Specified time stamp or date value is not well formatted.'],
  MissingParameter: [400, 'A parameter that is mandatory for processing this request is not supplied.'],
  MissingSecurityToken: [400, 'SecurityToken is mandatory for this access key.'],
  SignatureDoesNotMatch: [400, 'Specified signature is not matched with our calculation.'],
} as const satisfies Record<string, readonly [status: number, message: string]>

export type StsErrorCode = keyof typeof ERRORS

/** A refusal by STS, with the HTTP status that goes with its code. */
export class StsError extends Error {
  override readonly name = 'StsError'
  readonly code: StsErrorCode
  readonly status: number

  constructor(code: StsErrorCode, message?: string) {
    super(message ?? ERRORS[code][1])
    this.code = code
    this.status = ERRORS[code][0]
  }
}

/** MissingParameter, naming the one that is missing. */
export const missingParameter = (name: string): StsError =>
  new StsError(
    'MissingParameter',
    `The input parameter "${name}" that is mandatory for processing this request is not supplied.`,
  )
