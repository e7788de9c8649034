import type {Credentials} from '../credentials/credentials.ts'
import {percentEncode, sortedEntries} from '../signing/percent-encode.ts'
import {signRpc} from '../signing/rpc.ts'
import {formatTimestamp} from '../signing/timestamp.ts'

const PREFIX = 'k8s-ack-v1.'

/** The hosts that authenticators of this version accept in a token; they ask their own STS whatever it says. */
const ACCEPTED_HOST = /^sts(\.[a-z1-9-]+)?\.aliyuncs\.com(\.cn)?$/

export const isAcceptedStsHost = (host: string): boolean => ACCEPTED_HOST.test(host)

export interface TokenV1Request {
  readonly clusterId: string
  readonly credentials: Credentials
  readonly signedAt: Date
  /** 32 hex digits, new for each token. */
  readonly nonce: string
  /** Authenticators that read this version demand an `sts[.-region].aliyuncs.com`. */
  readonly stsHost: string
}

/**
 * A token of version 1: the pre-signed URL of a GetCallerIdentity request in base64, for authenticators from before
 * the summer of 2024.
 */
export const tokenV1 = ({clusterId, credentials, signedAt, nonce, stsHost}: TokenV1Request): string => {
  const parameters = new Map([
    ['AccessKeyId', credentials.accessKeyId],
    ['Action', 'GetCallerIdentity'],
    ['ClusterId', clusterId],
    ['Format', 'json'],
    ['SignatureMethod', 'HMAC-SHA1'],
    ['SignatureNonce', nonce],
    ['SignatureVersion', '1.0'],
    ['Timestamp', formatTimestamp(signedAt)],
    ['Version', '2015-04-01'],
  ])
  if (credentials.securityToken) parameters.set('SecurityToken', credentials.securityToken.reveal())
  parameters.set('Signature', signRpc('GET', parameters, credentials.accessKeySecret))
  const query = sortedEntries(parameters)
    .map(([name, value]) => `${name}=${formEncode(value)}`)
    .join('&')
  return PREFIX + Buffer.from(`https://${stsHost}/?${query}`).toString('base64')
}

/** Go's `url.QueryEscape`: as percent-encoding, but a space is `+`. */
const formEncode = (text: string): string => percentEncode(text).replaceAll('%20', '+')
