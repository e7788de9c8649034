import {describeEndpoint, type Endpoint} from '../options/endpoint.ts'
import type {Runtime} from '../base/runtime.ts'
import type {Secret} from '../base/secret.ts'
import {EMPTY_BODY_SHA256, signAcs3, type SigningKey} from '../signing/acs3.ts'
import {sha256Hex} from '../signing/hash.ts'
import {canonicalQuery, type Parameters} from '../signing/percent-encode.ts'
import {formatTimestamp} from '../signing/timestamp.ts'
import type {HttpCall, HttpMethod} from './http.ts'
import type {Service} from './services.ts'
import {userAgent} from './user-agent.ts'

/** An action of an Alibaba Cloud API. */
export interface ApiRequest {
  readonly action: string
  readonly service: Service
  /** The API's version, such as `2015-04-01`. */
  readonly version: string
  readonly endpoint: Endpoint
  readonly method: HttpMethod
  /** Percent-encoded. */
  readonly path: string
  /** No secrets: it becomes part of the URL. */
  readonly query: Parameters
  readonly body?: RequestBody | undefined
  /** As in {@link HttpCall}. */
  readonly once?: boolean | undefined
}

/** The body of a request: a document as JSON, or the parameters of a form. */
export type RequestBody = {readonly json: unknown} | {readonly form: Parameters}

/** The credentials that sign. A security token is sent in a header. */
export interface ApiCaller extends SigningKey {
  readonly securityToken?: Secret
}

/**
 * Signs an API request with ACS3-HMAC-SHA256. It is signed again for every attempt, since the service accepts no nonce
 * twice.
 *
 * @see https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature
 */
export const signedCall = (request: ApiRequest, caller: ApiCaller, runtime: Runtime): HttpCall => {
  const {action, service, version, endpoint, method, path, query, once} = request
  const body = request.body && writtenBody(request.body)
  const bodySha256 = body ? sha256Hex(body.text) : EMPTY_BODY_SHA256
  const signedHeaders = new Map([
    ['host', endpoint.host],
    ['x-acs-action', action],
    ['x-acs-content-sha256', bodySha256],
    ['x-acs-date', formatTimestamp(runtime.now())],
    ['x-acs-signature-nonce', runtime.nonce()],
    ['x-acs-version', version],
  ])
  if (body) signedHeaders.set('content-type', body.contentType)
  if (caller.securityToken) signedHeaders.set('x-acs-security-token', caller.securityToken.reveal())
  const authorization = signAcs3({method, path, query, signedHeaders, bodySha256}, caller)
  const headers = {...Object.fromEntries(signedHeaders), ...apiHeaders(runtime), authorization}
  const search = query.size > 0 ? `?${canonicalQuery(query)}` : ''
  const url = `${describeEndpoint(endpoint)}${path}${search}`
  return {
    action,
    service,
    method,
    url,
    headers,
    ...(body ? {body: body.text} : {}),
    ...(once ? {once} : {}),
    renew: (at) => signedCall(request, caller, {...runtime, now: () => at}),
  }
}

const writtenBody = (body: RequestBody): {readonly text: string; readonly contentType: string} =>
  'json' in body
    ? {text: JSON.stringify(body.json), contentType: 'application/json; charset=utf-8'}
    : {text: canonicalQuery(body.form), contentType: 'application/x-www-form-urlencoded'}

/** Headers of every API request, signed or not. */
export const apiHeaders = (runtime: Runtime): Record<string, string> => ({
  accept: 'application/json',
  'accept-encoding': 'identity',
  'user-agent': userAgent(runtime),
})
