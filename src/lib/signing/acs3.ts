import {stripHttpWhitespace} from '../base/http-whitespace.ts'
import type {Secret} from '../base/secret.ts'
import {hmacSha256Hex, sha256Hex} from './hash.ts'
import {canonicalQuery, joinSorted, type Parameters} from './percent-encode.ts'

const ALGORITHM = 'ACS3-HMAC-SHA256'

/** Lowercase hex SHA-256 of an empty body. */
export const EMPTY_BODY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

export interface Acs3Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly query: Parameters
  /** The headers to sign, names in lower case; among them `x-acs-content-sha256`, the hash of the body. */
  readonly signedHeaders: Parameters
  /** Lowercase hex SHA-256 of the body. */
  readonly bodySha256: string
}

export interface SigningKey {
  readonly accessKeyId: string
  readonly accessKeySecret: Secret
}

/**
 * Signs a request with ACS3-HMAC-SHA256, the "V3 request signature".
 *
 * @returns the value of the `Authorization` header
 * @see https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature
 */
export const signAcs3 = (request: Acs3Request, {accessKeyId, accessKeySecret}: SigningKey): string => {
  const {method, path, query, signedHeaders, bodySha256} = request
  const headers = joinSorted(signedHeaders, '', (name, value) => `${name}:${stripHttpWhitespace(value)}\n`)
  const headerNames = joinSorted(signedHeaders, ';', (name) => name)
  const canonicalRequest = `${method}\n${path}\n${canonicalQuery(query)}\n${headers}\n${headerNames}\n${bodySha256}`
  const stringToSign = `${ALGORITHM}\n${sha256Hex(canonicalRequest)}`
  const signature = hmacSha256Hex(accessKeySecret.reveal(), stringToSign)
  return `${ALGORITHM} Credential=${accessKeyId},SignedHeaders=${headerNames},Signature=${signature}`
}
