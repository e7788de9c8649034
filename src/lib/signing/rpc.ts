import type {Secret} from '../base/secret.ts'
import {canonicalQuery, percentEncode, type Parameters} from './percent-encode.ts'

/**
 * Signs the parameters of an RPC-style request with HMAC-SHA1, signature version 1.0.
 *
 * @param parameters - every parameter of query and form but `Signature`
 * @returns the value of the `Signature` parameter, base64
 * @see https://www.alibabacloud.com/help/en/sdk/product-overview/rpc-mechanism
 */
export const signRpc = (method: 'GET' | 'POST', parameters: Parameters, accessKeySecret: Secret): string => {
  const stringToSign = `${method}&%2F&${percentEncode(canonicalQuery(parameters))}`
  // Loaded here: all other runs do without it.
  const {createHmac} = process.getBuiltinModule('node:crypto')
  return createHmac('sha1', `${accessKeySecret.reveal()}&`).update(stringToSign).digest('base64')
}
