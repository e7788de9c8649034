import type {Credentials} from '../credentials/credentials.ts'
import {base64} from '../signing/hash.ts'
import {EMPTY_BODY_SHA256, signAcs3} from '../signing/acs3.ts'
import {joinSorted, type Parameters} from '../signing/percent-encode.ts'
import {formatTimestamp} from '../signing/timestamp.ts'
import {GET_CALLER_IDENTITY, STS_VERSION} from '../transport/sts-api.ts'

/** How every version 2 token begins. */
export const V2_PREFIX = 'k8s-ack-v2.'
const METHOD = 'POST'
const PATH = '/'

export interface TokenV2Request {
  readonly clusterId: string
  readonly credentials: Credentials
  readonly signedAt: Date
  readonly userAgent: string
  /** More query keys to sign; the open-source authenticator accepts none. */
  readonly extraQuery: Parameters
}

/**
 * A version 2 token: the base64 of a signed GetCallerIdentity request, which the authenticator sends to its own STS. It
 * has no nonce, so it can be used many times while STS accepts its date (15 minutes).
 */
export const tokenV2 = ({clusterId, credentials, signedAt, userAgent, extraQuery}: TokenV2Request): string => {
  const query = new Map([['ACKClusterId', clusterId]])
  for (const [name, value] of extraQuery) query.set(name, value)
  const signedHeaders = new Map([
    ['x-acs-action', GET_CALLER_IDENTITY],
    ['x-acs-content-sha256', EMPTY_BODY_SHA256],
    ['x-acs-date', formatTimestamp(signedAt)],
    ['x-acs-version', STS_VERSION],
  ])
  if (credentials.securityToken) signedHeaders.set('x-acs-security-token', credentials.securityToken.reveal())
  const request = {method: METHOD, path: PATH, query, signedHeaders, bodySha256: EMPTY_BODY_SHA256} as const
  const authorization = signAcs3(request, credentials)
  // What follows is sent besides what is signed.
  const headers = signedHeaders.set('Authorization', authorization).set('user-agent', userAgent)
  const payload = `{"clusterId":${JSON.stringify(clusterId)},"method":"${METHOD}","path":"${PATH}","query":${jsonObject(query)},"headers":${jsonObject(headers)}}`
  return V2_PREFIX + base64(payload)
}

// An object would sort numeric keys first and lose the key __proto__.
const jsonObject = (entries: Parameters): string =>
  `{${joinSorted(entries, ',', (name, value) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)}}`
