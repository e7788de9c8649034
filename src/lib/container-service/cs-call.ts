import type {Credentials} from '../credentials/credentials.ts'
import type {SourceContext} from '../credentials/source-context.ts'
import {AckError} from '../base/errors.ts'
import {isJsonObject, tryParseJson, type JsonObject} from '../base/json-object.ts'
import {chooseCsEndpoint} from '../options/endpoint.ts'
import type {Parameters} from '../signing/percent-encode.ts'
import {type HttpCall, type HttpMethod, type HttpReply, parseReplyObject} from '../transport/http.ts'
import {adviceByState, parseRpcError, serviceError, type Advice, type RpcError} from '../transport/service-error.ts'
import {signedCall} from '../transport/signed-call.ts'

const CS_VERSION = '2015-12-15'

/** A request of the Container Service API. */
export interface CsRequest {
  /** Also the name of the RAM permission, after `cs:`. */
  readonly action: string
  /** Percent-encoded. */
  readonly path: string
  readonly query?: Parameters
  /** `GET` if absent. */
  readonly method?: HttpMethod
  /** A document that is sent as JSON. */
  readonly body?: unknown
  /** As in {@link HttpCall}: set for what must not be done twice. */
  readonly once?: boolean
  /** The resource, for messages: `cluster c1`. */
  readonly subject: string
}

/**
 * Calls the Container Service API (ROA style), signed with ACS3-HMAC-SHA256.
 *
 * @returns the JSON object of the response
 * @throws AckError `ServiceRefused`, naming the missing RAM permission; `PreconditionFailed` for a conflict, and for what is
 *   not there, other than a cluster; `ServiceFailed`, `InvalidOption`, and what the transport throws
 */
export const callContainerService = async (
  request: CsRequest,
  caller: Credentials,
  context: SourceContext,
  signal?: AbortSignal,
): Promise<JsonObject> => {
  const {call, reply} = await send(request, caller, context, signal)
  const object = parseReplyObject(reply)
  if (!object) throw refusal(call, reply, request.subject)
  return object
}

/** The same for an action whose response is a list. Throws as {@link callContainerService} does. */
export const listFromContainerService = async (
  request: CsRequest,
  caller: Credentials,
  context: SourceContext,
  signal?: AbortSignal,
): Promise<readonly unknown[]> => {
  const {call, reply} = await send(request, caller, context, signal)
  const list = tryParseJson(reply.body)
  if (!Array.isArray(list)) throw refusal(call, reply, request.subject)
  return list as readonly unknown[]
}

/** The same for an action whose response has no content. Throws as {@link callContainerService} does. */
export const tellContainerService = async (
  request: CsRequest,
  caller: Credentials,
  context: SourceContext,
  signal?: AbortSignal,
): Promise<void> => {
  await send(request, caller, context, signal)
}

const send = async (
  {action, path, query = new Map(), method = 'GET', body, once, subject}: CsRequest,
  caller: Credentials,
  {runtime, transport, options}: SourceContext,
  signal?: AbortSignal,
): Promise<{readonly call: HttpCall; readonly reply: HttpReply}> => {
  const endpoint = chooseCsEndpoint(options)
  const request = {action, service: 'CS' as const, version: CS_VERSION, endpoint, method, path, query, once}
  const call = signedCall(body === undefined ? request : {...request, body: {json: body}}, caller, runtime)
  const reply = await transport(call, signal)
  if (reply.status >= 400) throw refusal(call, reply, subject)
  return {call, reply}
}

/** The error for an invalid response. `complaint` says what is wrong with it. */
export const unusableAnswer = (action: string, complaint: string): AckError =>
  new AckError(
    'ServiceFailed',
    `invalid response to ${action} from the Container Service: ${complaint}`,
    'try again; if it persists, check --cs-endpoint',
  )

const refusal = (call: HttpCall, reply: HttpReply, subject: string): AckError => {
  const error = parseRpcError(parseReplyObject(reply) ?? {})
  return serviceError(call, reply, error, adviceFor(reply.status, error, call.action, subject))
}

/**
 * How many there are in all, by what the Container Service says of the pages of a list; infinite where it does not.
 *
 * @param page - the field of the answer that says it
 */
export const totalCount = (page: unknown): number => {
  const total = isJsonObject(page) ? page['total_count'] : undefined
  return typeof total === 'number' ? total : Number.POSITIVE_INFINITY
}

/** Whether the Container Service says by its code that there is no such cluster. */
export const isClusterNotFound = (code: string): boolean => /ClusterNotFound/i.test(code)

/** Error codes about the signature, not about permissions. */
const ABOUT_SIGNING = /^(Invalid|Missing|Signature|Incomplete|Throttling)/

const adviceFor = (status: number, {code = '', missingAction}: RpcError, action: string, subject: string): Advice => {
  if (isClusterNotFound(code)) return {nextStep: 'check the cluster ID, and --region-id if you use it'}
  if (status === 409 && /ClusterState/i.test(code))
    return {isPrecondition: true, nextStep: 'wait until the cluster is running, then run the command again'}
  if (!/Forbid|NoPermission|Unauthori[sz]ed/i.test(code) && (status !== 403 || ABOUT_SIGNING.test(code)))
    return adviceByState(status, code, subject) ?? {}
  const permission = missingAction ?? `cs:${action}`
  return {permission, nextStep: `grant the caller the RAM permission ${permission} on ${subject}`}
}
