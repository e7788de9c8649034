import {findAcs3Fault, parseAcs3Authorization} from './acs3-signature.ts'
import {valuesOf, type ReceivedRequest} from './received-request.ts'
import {findRpcFault, rpcParameters} from './rpc-signature.ts'
import type {SignatureFault} from './signature-fault.ts'
import {missingParameter, StsError} from './sts-error.ts'

/** An access key that the local STS knows, and whose it is. */
export type StsIdentity = {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  /** Given for temporary credentials only. */
  readonly securityToken?: string
  /** When the security token ends; without it, never. */
  readonly expiration?: Date
  /** `acs:ram::<account>:root`, `:user/<name>` or `:assumed-role/<role>/<session>`. */
  readonly arn: string
  readonly accountId: string
  /** The user's or role's own number; the account's by default. */
  readonly userId?: string
  /** `Active` by default. */
  readonly status?: 'Active' | 'Inactive'
}

/** One call of an action, and the world it is judged in. */
export type StsCall = {
  readonly request: ReceivedRequest
  readonly identities: readonly StsIdentity[]
  readonly now: Date
}

/** The two ways to sign a request for STS. */
export type SignatureStyle = 'ACS3' | 'RPC'

/** How a request is signed: it is RPC unless it has an Authorization or `x-acs-action` header. */
export const signatureStyle = ({headers}: ReceivedRequest): SignatureStyle =>
  headers.some(([name]) => name === 'authorization' || name === 'x-acs-action') ? 'ACS3' : 'RPC'

/** A parameter that V3 requests carry in a header (`x-acs-action`) and RPC requests among the rest (`Action`). */
export const commonParameter = (
  request: ReceivedRequest,
  names: Record<SignatureStyle, string>,
): string | undefined => {
  const style = signatureStyle(request)
  const pairs = style === 'ACS3' ? request.headers : rpcParameters(request)
  return valuesOf(pairs, names[style])[0] || undefined
}

const CLOCK_SKEW_MS = 15 * 60 * 1000
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/

/**
 * Finds out who signed a request, as STS does: timestamp, access key, security token, signature, in this order.
 *
 * @throws StsError with the code that STS gives for the first thing that is wrong
 */
export const authenticateCaller = ({request, identities, now}: StsCall): StsIdentity => {
  const claim = signatureStyle(request) === 'ACS3' ? acs3Claim(request) : rpcClaim(request)
  checkTimestamp(claim.signedAt, now)
  const identity = findIdentity(claim, identities)
  checkSecurityToken(identity, {securityToken: claim.securityToken, identities, now})
  const fault = claim.findFault(identity.accessKeySecret)
  if (fault) throw new StsError(fault.code, fault.serverWords)
  return identity
}

type Claim = {
  readonly accessKeyId: string
  readonly securityToken: string | undefined
  readonly signedAt: string
  readonly findFault: (accessKeySecret: string) => SignatureFault | undefined
}

const acs3Claim = (request: ReceivedRequest): Claim => {
  const authorization = parseAcs3Authorization(request)
  if (!authorization) throw new StsError('IncompleteSignature')
  const header = (name: string): string | undefined => valuesOf(request.headers, name)[0] || undefined
  if (!header('x-acs-content-sha256')) throw missingParameter('x-acs-content-sha256')
  return {
    accessKeyId: authorization.accessKeyId,
    securityToken: header('x-acs-security-token'),
    signedAt: header('x-acs-date') ?? missing('x-acs-date'),
    findFault: (secret) => findAcs3Fault(request, secret),
  }
}

const rpcClaim = (request: ReceivedRequest): Claim => {
  const parameter = (name: string): string | undefined => valuesOf(rpcParameters(request), name)[0] || undefined
  for (const name of ['Signature', 'SignatureMethod', 'SignatureNonce', 'SignatureVersion'])
    parameter(name) ?? missing(name)
  return {
    accessKeyId: parameter('AccessKeyId') ?? missing('AccessKeyId'),
    securityToken: parameter('SecurityToken'),
    signedAt: parameter('Timestamp') ?? missing('Timestamp'),
    findFault: (secret) => findRpcFault(request, secret),
  }
}

const missing = (name: string): never => {
  throw missingParameter(name)
}

/**
 * Checks that a request was made within 15 minutes of now.
 *
 * @throws StsError if it was not, or the time is not `YYYY-MM-DDTHH:MM:SSZ`
 */
export const checkTimestamp = (signedAt: string, now: Date): void => {
  const at = TIMESTAMP.test(signedAt) ? Date.parse(signedAt) : Number.NaN
  if (Number.isNaN(at)) throw new StsError('InvalidTimeStamp.Format')
  if (Math.abs(now.getTime() - at) > CLOCK_SKEW_MS) throw new StsError('InvalidTimeStamp.Expired')
}

const findIdentity = ({accessKeyId, securityToken}: Claim, identities: readonly StsIdentity[]): StsIdentity => {
  if (accessKeyId.startsWith('STS.') && !securityToken) throw new StsError('MissingSecurityToken')
  const identity = identities.find((candidate) => candidate.accessKeyId === accessKeyId)
  if (!identity) throw new StsError('InvalidAccessKeyId.NotFound')
  if (identity.status === 'Inactive') throw new StsError('InvalidAccessKeyId.Inactive')
  return identity
}

type TokenCheck = {securityToken: string | undefined; identities: readonly StsIdentity[]; now: Date}

const checkSecurityToken = (identity: StsIdentity, {securityToken, identities, now}: TokenCheck): void => {
  if (identity.securityToken && !securityToken) throw new StsError('MissingSecurityToken')
  if (securityToken !== identity.securityToken) {
    // A token is the service's own ciphertext: it can read those that it issued, to whomever, and no others.
    const isIssued = identities.some((candidate) => candidate.securityToken === securityToken)
    throw new StsError(isIssued ? 'InvalidSecurityToken.MismatchWithAccessKey' : 'InvalidSecurityToken.Malformed')
  }
  if (identity.expiration && identity.expiration <= now) throw new StsError('InvalidSecurityToken.Expired')
}
