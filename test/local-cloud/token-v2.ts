import {AuthenticatorError} from './authenticator-error.ts'
import type {IdentityRequest} from './identity-request.ts'

// The only names that the open-source authenticator passes on to STS, in any case.
const ALLOWED = new Set([
  'ackclusterid',
  'authorization',
  'x-acs-action',
  'x-acs-content-sha256',
  'x-acs-content-sm3',
  'x-acs-date',
  'x-acs-security-token',
  'x-acs-signature-nonce',
  'x-acs-version',
])

/**
 * Reads the payload of a v2 token, a signed GetCallerIdentity request as JSON.
 *
 * @returns the request for STS, cut down to what the open-source authenticator passes on
 * @throws AuthenticatorError if it is no such JSON, is for another cluster or asks for another action
 */
export const readTokenV2 = (payload: string, clusterId: string): IdentityRequest => {
  const {query, headers} = parsePayload(payload)
  if (query['ACKClusterId'] !== clusterId) {
    throw new AuthenticatorError(`unexpected clusterid ${query['ACKClusterId'] ?? ''} in token`)
  }
  const passedOn = new Map(allowed(headers).map(([name, value]) => [name.toLowerCase(), value]))
  if (passedOn.get('x-acs-action') !== 'GetCallerIdentity') throw new AuthenticatorError('unexpected action in token')
  return {
    method: 'POST',
    query: new URLSearchParams(allowed(query)).toString(),
    headers: {
      ...Object.fromEntries(passedOn),
      'user-agent': `ack-ram-authenticator/v2 ${headers['user-agent'] ?? ''}`.trim(),
    },
  }
}

type Texts = Readonly<Record<string, string>>

const allowed = (texts: Texts): [name: string, value: string][] =>
  Object.entries(texts).filter(([name, value]) => ALLOWED.has(name.toLowerCase()) && value !== '')

const parsePayload = (payload: string): {query: Texts; headers: Texts} => {
  const {query = {}, headers = {}} = parseObject(payload)
  if (!isTexts(query) || !isTexts(headers)) throw new AuthenticatorError('query and headers of the token are not texts')
  return {query, headers}
}

const parseObject = (payload: string): Readonly<Record<string, unknown>> => {
  let parsed: unknown
  try {
    parsed = JSON.parse(payload)
  } catch {
    throw new AuthenticatorError('token is not JSON') // without the parser's message, which quotes the token
  }
  if (!isObject(parsed)) throw new AuthenticatorError('token is not a JSON object')
  return parsed
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isTexts = (value: unknown): value is Texts =>
  isObject(value) && Object.values(value).every((text) => typeof text === 'string')
