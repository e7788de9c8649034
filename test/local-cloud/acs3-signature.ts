import {createHash, createHmac} from 'node:crypto'

import {canonicalQuery, percentEncode} from './canonical-query.ts'
import {valuesOf, type ReceivedRequest} from './received-request.ts'
import {findRepetition, incomplete, mismatch, type SignatureFault} from './signature-fault.ts'

const ALGORITHM = 'ACS3-HMAC-SHA256'
const AUTHORIZATION = /^ACS3-HMAC-SHA256 Credential=([^,\s]+),SignedHeaders=([^,\s]+),Signature=([0-9a-f]{64})$/
const MUST_BE_SIGNED = ['x-acs-action', 'x-acs-content-sha256', 'x-acs-date', 'x-acs-version']

/** The three parts of an ACS3-HMAC-SHA256 Authorization header. */
export type Acs3Authorization = {
  readonly accessKeyId: string
  readonly signedHeaders: readonly string[]
  /** 64 lowercase hex digits. */
  readonly signature: string
}

/** The parts of the request's Authorization header; undefined if it has none, several, or one of another form. */
export const parseAcs3Authorization = (request: ReceivedRequest): Acs3Authorization | undefined => {
  const [value = '', ...more] = valuesOf(request.headers, 'authorization')
  const [, accessKeyId, signedHeaders, signature] = AUTHORIZATION.exec(value) ?? []
  if (more.length > 0 || !accessKeyId || !signedHeaders || !signature) return undefined
  return {accessKeyId, signedHeaders: signedHeaders.split(';'), signature}
}

/**
 * Verifies a V3 request signature, for any method, path, query, headers and body.
 *
 * Stricter than it has to be where the real service's answer is not documented: every `x-acs-*` header received must be
 * signed, names must be sorted, and nothing may be sent twice.
 *
 * @returns undefined if the signature is right, else the fault
 * @see https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature
 */
export const findAcs3Fault = (request: ReceivedRequest, accessKeySecret: string): SignatureFault | undefined => {
  const authorization = parseAcs3Authorization(request)
  if (!authorization) return incomplete('Authorization is missing or malformed')
  const {signedHeaders, signature} = authorization
  return (
    findRepetition([...request.query, ...request.form], 'parameter') ??
    findUnsignedHeader(request, signedHeaders) ??
    findHeaderListFault(request, signedHeaders) ??
    findMismatch(request, {signedHeaders, signature, accessKeySecret})
  )
}

const findUnsignedHeader = (request: ReceivedRequest, signed: readonly string[]): SignatureFault | undefined => {
  const received = request.headers.map(([name]) => name).filter((name) => name.startsWith('x-acs-'))
  const unsigned = [...MUST_BE_SIGNED, ...received].find((name) => !signed.includes(name))
  return unsigned === undefined ? undefined : incomplete(`header ${unsigned} is not signed`)
}

const findHeaderListFault = (request: ReceivedRequest, signed: readonly string[]): SignatureFault | undefined => {
  const sorted = [...new Set(signed.map((name) => name.toLowerCase()))].toSorted()
  if (sorted.join(';') !== signed.join(';')) return incomplete('SignedHeaders is not sorted, in lower case and unique')
  return findRepetition(
    request.headers.filter(([name]) => signed.includes(name)),
    'header',
  )
}

type Expectation = {signedHeaders: readonly string[]; signature: string; accessKeySecret: string}

const findMismatch = (request: ReceivedRequest, expected: Expectation): SignatureFault | undefined => {
  const canonicalRequest = canonicalise(request, expected.signedHeaders)
  const stringToSign = `${ALGORITHM}\n${sha256(canonicalRequest)}`
  const signature = createHmac('sha256', expected.accessKeySecret).update(stringToSign).digest('hex')
  const isBodyIntact = valuesOf(request.headers, 'x-acs-content-sha256')[0] === sha256(request.body)
  if (isBodyIntact && signature === expected.signature) return undefined
  return mismatch(`${stringToSign} server canonical request is:${canonicalRequest}`)
}

const canonicalise = (request: ReceivedRequest, signedHeaders: readonly string[]): string =>
  [
    request.method,
    canonicalPath(request.path),
    canonicalQuery(request.query),
    ...signedHeaders.map((name) => `${name}:${valuesOf(request.headers, name)[0]?.trim() ?? ''}`),
    '',
    signedHeaders.join(';'),
    sha256(request.body),
  ].join('\n')

const canonicalPath = (path: string): string =>
  path
    .split('/')
    .map((segment) => percentEncode(decodeSegment(segment)))
    .join('/')

const decodeSegment = (segment: string): string => {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment // not percent-encoded UTF-8: whatever was signed, it cannot match
  }
}

const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex')
