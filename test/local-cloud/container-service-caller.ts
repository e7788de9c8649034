import {parseAcs3Authorization} from './acs3-signature.ts'
import {ContainerServiceError} from './container-service-error.ts'
import {valuesOf, type ReceivedRequest} from './received-request.ts'
import {authenticateCaller, type StsCall, type StsIdentity} from './sts-caller.ts'
import {missingParameter, StsError} from './sts-error.ts'

const VERSION = '2015-12-15'

/**
 * Checks that a request names the action that its method and path stand for, in headers, as ROA style demands.
 *
 * @throws StsError if it names none, or another action or version
 */
export const checkAction = ({headers}: ReceivedRequest, action: string | undefined): void => {
  for (const name of ['x-acs-action', 'x-acs-version']) {
    if (!valuesOf(headers, name)[0]) throw missingParameter(name)
  }
  const isServed = valuesOf(headers, 'x-acs-version')[0] === VERSION && valuesOf(headers, 'x-acs-action')[0] === action
  if (!isServed) throw new StsError('InvalidAction.NotFound')
}

/**
 * Finds out who signed a request with ACS3-HMAC-SHA256. Besides what STS checks, `host` must be signed, and a nonce, that
 * nobody has used.
 *
 * @param nonces - those of all requests before; this one's is added if all else is right
 * @throws StsError or ContainerServiceError for the first thing that is wrong
 */
export const authenticateOnce = (call: StsCall, nonces: Set<string>): StsIdentity => {
  const nonce = valuesOf(call.request.headers, 'x-acs-signature-nonce')[0]
  if (!nonce) throw missingParameter('x-acs-signature-nonce')
  if (parseAcs3Authorization(call.request)?.signedHeaders.includes('host') === false) {
    throw new StsError('IncompleteSignature')
  }
  const caller = authenticateCaller(call)
  if (nonces.has(nonce)) {
    throw new ContainerServiceError('SignatureNonceUsed', 'Specified signature nonce was used already.')
  }
  nonces.add(nonce)
  return caller
}
