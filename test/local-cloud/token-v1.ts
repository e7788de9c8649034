import {AuthenticatorError} from './authenticator-error.ts'
import type {IdentityRequest} from './identity-request.ts'
import {repeatedName, valuesOf, type Pair} from './received-request.ts'

// Not the URL class, which would repair what has to be refused: a port, dots in the path, blanks around it.
const PRE_SIGNED_URL = /^([a-z]+):\/\/([^/?#]*)([^?#]*)\?([^#]*)$/
const STS_HOST = /^sts(\.[a-z1-9-]+)?\.aliyuncs\.com(\.cn)?$/

const ALLOWED = new Set([
  'accesskeyid',
  'action',
  'clusterid',
  'durationseconds',
  'format',
  'rolearn',
  'rolesessionname',
  'securitytoken',
  'signature',
  'signaturemethod',
  'signaturenonce',
  'signatureversion',
  'timestamp',
  'version',
])

/**
 * Reads the payload of a v1 token, a pre-signed GetCallerIdentity URL, by the rules of the authenticators that took it
 * (before the summer of 2024).
 *
 * @returns the request for STS: the same query
 * @throws AuthenticatorError if the URL is not one for STS, is for another cluster or asks for another action
 */
export const readTokenV1 = (payload: string, clusterId: string): IdentityRequest => {
  const [, scheme, host = '', path, query = ''] = PRE_SIGNED_URL.exec(payload) ?? []
  if (scheme !== 'https') throw new AuthenticatorError('unexpected scheme in pre-signed URL')
  if (!STS_HOST.test(host)) throw new AuthenticatorError('unexpected hostname in pre-signed URL')
  if (path !== '/') throw new AuthenticatorError('unexpected path in pre-signed URL')
  checkParameters(
    [...new URLSearchParams(query)].map(([name, value]) => [name.toLowerCase(), value] as const),
    clusterId,
  )
  return {method: 'GET', query, headers: {'user-agent': 'ack-ram-authenticator/v1'}}
}

const checkParameters = (parameters: readonly Pair[], clusterId: string): void => {
  const unknown = parameters.find(([name]) => !ALLOWED.has(name))
  if (unknown) throw new AuthenticatorError(`non-whitelisted query parameter "${unknown[0]}"`)
  if (repeatedName(parameters) !== undefined) {
    throw new AuthenticatorError('query parameter with multiple values not supported')
  }
  if (valuesOf(parameters, 'action')[0] !== 'GetCallerIdentity') {
    throw new AuthenticatorError('unexpected action parameter in pre-signed URL')
  }
  const signedFor = valuesOf(parameters, 'clusterid')[0] ?? ''
  if (signedFor !== clusterId) throw new AuthenticatorError(`unexpected clusterid ${signedFor} in token`)
}
