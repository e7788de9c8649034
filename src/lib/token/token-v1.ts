import type {Credentials} from '../credentials/credentials.ts'
import {percentEncode, joinSorted} from '../signing/percent-encode.ts'
import {base64} from '../signing/hash.ts'
import {signRpc} from '../signing/rpc.ts'
import {formatTimestamp} from '../signing/timestamp.ts'
import {GET_CALLER_IDENTITY, STS_VERSION} from '../transport/sts-api.ts'

/** How every version 1 token begins. */
export const V1_PREFIX = 'k8s-ack-v1.'

/** Whether authenticators accept a version 1 token with this STS host; they call their own STS in any case. */
export const isAcceptedStsHost = (host: string): boolean => /^sts(\.[a-z1-9-]+)?\.aliyuncs\.com(\.cn)?$/.test(host)

export interface TokenV1Request {
  readonly clusterId: string
  readonly credentials: Credentials
  readonly signedAt: Date
  /** 32 hex digits, new for each token. */
  readonly nonce: string
  /** `sts[.region].aliyuncs.com`: authenticators accept no other host. */
  readonly stsHost: string
}

/**
 * A version 1 token: the base64 of a pre-signed GetCallerIdentity URL, for authenticators from before mid-2024.
 */
export const tokenV1 = ({clusterId, credentials, signedAt, nonce, stsHost}: TokenV1Request): string => {
  const parameters = new Map([
    ['AccessKeyId', credentials.accessKeyId],
    ['Action', GET_CALLER_IDENTITY],
    ['ClusterId', clusterId],
    ['Format', 'json'],
    ['SignatureMethod', 'HMAC-SHA1'],
    ['SignatureNonce', nonce],
    ['SignatureVersion', '1.0'],
    ['Timestamp', formatTimestamp(signedAt)],
    ['Version', STS_VERSION],
  ])
  if (credentials.securityToken) parameters.set('SecurityToken', credentials.securityToken.reveal())
  parameters.set('Signature', signRpc('GET', parameters, credentials.accessKeySecret))
  const query = joinSorted(parameters, '&', (name, value) => `${name}=${formEncode(value)}`)
  return V1_PREFIX + base64(`https://${stsHost}/?${query}`)
}

/** Go's `url.QueryEscape`: percent-encoding, but a space is `+`. */
const formEncode = (text: string): string => percentEncode(text).replaceAll('%20', '+')
