import {createHmac} from 'node:crypto'

import {canonicalQuery, percentEncode} from './canonical-query.ts'
import {valuesOf, type Pair, type ReceivedRequest} from './received-request.ts'
import {findRepetition, incomplete, mismatch, type SignatureFault} from './signature-fault.ts'

/**
 * The parameters of an RPC request: the service reads, and the signature covers, query and form alike.
 */
export const rpcParameters = ({query, form}: ReceivedRequest): Pair[] => [...query, ...form]

/**
 * Verifies an RPC signature (HMAC-SHA1, SignatureVersion 1.0) of a GET or POST request.
 *
 * @returns undefined if the signature is right, else the fault
 * @see https://www.alibabacloud.com/help/en/sdk/product-overview/rpc-mechanism
 */
export const findRpcFault = (request: ReceivedRequest, accessKeySecret: string): SignatureFault | undefined => {
  const parameters = rpcParameters(request)
  return (
    findRepetition(parameters, 'parameter') ??
    findOtherScheme(parameters) ??
    findMismatch(parameters, {method: request.method, accessKeySecret})
  )
}

const findOtherScheme = (parameters: readonly Pair[]): SignatureFault | undefined => {
  if (valuesOf(parameters, 'SignatureMethod')[0] !== 'HMAC-SHA1') return incomplete('SignatureMethod is not HMAC-SHA1')
  if (valuesOf(parameters, 'SignatureVersion')[0] !== '1.0') return incomplete('SignatureVersion is not 1.0')
  return undefined
}

type Expectation = {method: string; accessKeySecret: string}

const findMismatch = (parameters: readonly Pair[], expected: Expectation): SignatureFault | undefined => {
  const signed = canonicalQuery(parameters.filter(([name]) => name !== 'Signature'))
  const stringToSign = `${expected.method}&${percentEncode('/')}&${percentEncode(signed)}`
  const signature = createHmac('sha1', `${expected.accessKeySecret}&`).update(stringToSign).digest('base64')
  return valuesOf(parameters, 'Signature')[0] === signature ? undefined : mismatch(stringToSign)
}
