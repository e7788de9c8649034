import {AuthenticatorError} from './authenticator-error.ts'
import {sendIdentityRequest} from './identity-request.ts'
import {readTokenV1} from './token-v1.ts'
import {readTokenV2} from './token-v2.ts'

const MAX_TOKEN_BYTES = 4096

const FORMATS = {
  v1: {prefix: 'k8s-ack-v1.', read: readTokenV1},
  v2: {prefix: 'k8s-ack-v2.', read: readTokenV2},
} as const

export type AuthenticatorOptions = {
  /** The server's own cluster id; a token must name it in exactly this case. */
  readonly clusterId: string
  /** The server's own STS. */
  readonly sts: {readonly endpoint: string}
  /** The one format that it takes; `v2` by default. */
  readonly tokenVersion?: keyof typeof FORMATS
}

export type AuthenticatedIdentity = {
  readonly arn: string
  /** The ARN of the role, when `arn` is one of its sessions; else the same. */
  readonly canonicalArn: string
  readonly accountId: string
}

/**
 * Finds out whose bearer token this is, in the steps and with the words of the open-source ack-ram-authenticator.
 *
 * @throws AuthenticatorError saying which step refused it
 * @see https://github.com/AliyunContainerService/ack-ram-authenticator
 */
export const authenticate = async (token: string, options: AuthenticatorOptions): Promise<AuthenticatedIdentity> => {
  const {clusterId, sts, tokenVersion = 'v2'} = options
  const {prefix, read} = FORMATS[tokenVersion]
  if (Buffer.byteLength(token) > MAX_TOKEN_BYTES) throw new AuthenticatorError('token is too large')
  if (!token.startsWith(prefix)) throw new AuthenticatorError('token is missing expected prefix')
  const signed = read(decodeBase64(token.slice(prefix.length)), clusterId)
  const {Arn, AccountId} = await sendIdentityRequest(signed, sts.endpoint)
  return {arn: Arn, canonicalArn: canonicaliseArn(Arn), accountId: AccountId}
}

const decodeBase64 = (encoded: string): string => {
  const bytes = Buffer.from(encoded, 'base64')
  // Buffer skips what it does not know: only standard, padded base64 comes out again as it went in.
  if (bytes.toString('base64') !== encoded) throw new AuthenticatorError('illegal base64 data')
  return bytes.toString('utf8')
}

const canonicaliseArn = (arn: string): string => {
  const [partition, service, , account, resource = ''] = arn.split(':')
  const [kind = '', ...path] = resource.split('/')
  if (partition !== 'acs' || service !== 'ram') throw new AuthenticatorError(`arn ${arn} is not one of RAM`)
  if (['role', 'root', 'user'].includes(kind)) return arn
  if (kind !== 'assumed-role' || path.length < 2) throw new AuthenticatorError(`unrecognized resource ${resource}`)
  return `acs:ram::${account}:role/${path.slice(0, -1).join('/')}`
}
