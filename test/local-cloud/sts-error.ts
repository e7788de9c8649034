const ERRORS = {
  'AuthenticationFail.NoPermission': [403, 'This operation is forbidden by permission system.'],
  'AuthenticationFail.OIDCToken.AudienceNotMatch': [400, 'The audience of the JsonWebToken does not match.'],
  'AuthenticationFail.OIDCToken.IssuerNotMatch': [400, 'The issuer of the JsonWebToken does not match.'],
  'AuthenticationFail.OIDCToken.Expired': [400, 'This JsonWebToken is expired.'],
  'AuthenticationFail.OIDCToken.Invalid': [400, 'This JsonWebToken is invalid.'],
  'EntityNotExist.OIDCProvider': [404, 'The specified OIDC Provider not exists .'],
  'EntityNotExist.Role': [404, 'The specified Role not exists .'],
  IncompleteSignature: [400, 'The request signature does not conform to Aliyun standards.'],
  'InvalidAccessKeyId.Inactive': [403, 'Specified access key is disabled.'],
  'InvalidAccessKeyId.NotFound': [404, 'Specified access key is not found.'],
  'InvalidAction.NotFound': [404, 'Specified api is not found, please check your url and method.'],
  'InvalidParameter.DurationSeconds': [400, 'The Min/Max value of DurationSeconds is 15min/1hr.'],
  'InvalidParameter.OIDCToken': [400, 'The parameter OIDCToken must be in the form body.'],
  'InvalidParameter.PolicyGrammar': [400, 'The parameter Policy has not passed grammar check.'],
  'InvalidParameter.PolicySize': [400, 'The size of Policy must be smaller than 2048 bytes.'],
  'InvalidParameter.RoleArn': [400, 'The parameter RoleArn is wrongly formed.'],
  'InvalidParameter.RoleSessionName': [400, 'The parameter RoleSessionName is wrongly formed.'],
  'InvalidSecurityToken.Expired': [400, 'Specified SecurityToken is expired.'],
  'InvalidSecurityToken.Malformed': [400, 'Specified SecurityToken is malformed.'],
  'InvalidSecurityToken.MismatchWithAccessKey': [400, 'Specified SecurityToken mismatch with the AccessKey.'],
  'InvalidTimeStamp.Expired': [400, 'Specified time stamp or date value is expired.'],
  'InvalidTimeStamp.Format': [400, 'Specified time stamp or date value is not well formatted.'],
  MissingParameter: [400, 'A parameter that is mandatory for processing this request is not supplied.'],
  MissingSecurityToken: [400, 'SecurityToken is mandatory for this access key.'],
  NoPermission: [403, 'You are not authorized to do this action. You should be authorized by RAM.'],
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
