import {AckError, type ErrorCode, type FailedCall} from '../base/errors.ts'
import {parseJsonObject, textIn, type JsonObject} from '../base/json-object.ts'
import {serviceText} from '../base/foreign-line.ts'
import {printable} from '../base/printable.ts'
import type {SourceContext} from '../credentials/source-context.ts'
import {percentEncode} from '../signing/percent-encode.ts'
import {failedCall} from '../transport/failed-call.ts'
import type {ClientTls, HttpCall, HttpMethod, HttpReply} from '../transport/http.ts'
import {userAgent} from '../transport/user-agent.ts'

/** Lists of a large cluster have many megabytes, even page by page. */
const MAX_REPLY_BYTES = 16 * 1024 * 1024

/** A cluster's API server, and the certificate of a client. */
export interface ApiServer {
  /** For messages. */
  readonly clusterId: string
  /** An https URL as `isApiServerUrl` takes it; it may have a path, below which the API is. */
  readonly server: string
  readonly tls: ClientTls
  readonly context: Pick<SourceContext, 'runtime' | 'transport'>
}

/** A request of the API server. */
export interface ApiCall {
  readonly method: HttpMethod
  /** From {@link apiPath}. */
  readonly path: string
  readonly query?: ReadonlyMap<string, string>
  readonly body?: JsonObject
  /** `application/json` if absent. */
  readonly contentType?: string
  /** As in the transport: set for what must not be done twice. */
  readonly once?: boolean
}

/** A refusal by the API server, as its `Status` object says it. */
export class ApiServerError extends AckError {
  /** The HTTP status. */
  readonly status: number
  /** Such as `NotFound`, `AlreadyExists`, `Forbidden`, `Expired`. */
  readonly reason: string

  constructor(status: number, reason: string, message: string, nextStep: string, call?: FailedCall) {
    super(codeOf(status), message, nextStep, call ? {call} : {})
    this.status = status
    this.reason = reason
  }
}

const codeOf = (status: number): ErrorCode => {
  if (status >= 500 || status === 429) return 'ServiceFailed'
  return status === 409 ? 'PreconditionFailed' : 'ServiceRefused'
}

/**
 * Whether Kubernetes takes a text for a step of a path, such as the name of an object. A URL takes `..` for the folder
 * above, also where it is encoded.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#path-segment-names
 */
export const isPathStep = (text: string): boolean => text !== '' && !/^\.{1,2}$|[/%]/.test(text)

/**
 * A path of the API server; each step is percent-encoded.
 *
 * @throws AckError `InvalidOption` for a step that would lead elsewhere
 */
export const apiPath = (...steps: readonly string[]): string => {
  const wrong = steps.find((step) => !isPathStep(step))
  if (wrong === undefined) return steps.map((step) => `/${percentEncode(step)}`).join('')
  throw new AckError(
    'InvalidOption',
    `Kubernetes has no object of this name: ${JSON.stringify(printable(wrong))}`,
    'check the names',
  )
}

/**
 * Calls the API server.
 *
 * @returns the JSON object of the response
 * @throws ApiServerError for a refusal; AckError `ServiceFailed` for a response that is not JSON, and what the transport
 *   throws
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/
 */
export const callApiServer = async (call: ApiCall, api: ApiServer, signal?: AbortSignal): Promise<JsonObject> => {
  const request = httpCall(call, api)
  const reply = await api.context.transport(request, signal)
  const object = parseJsonObject(reply.body)
  if (reply.status >= 400) throw refusal(request, reply, object, api)
  if (object) return object
  throw new AckError(
    'ServiceFailed',
    `the API server of cluster ${api.clusterId} gave no JSON for ${request.action}`,
    'check whether a proxy answers in its place',
    {call: failedCall(request, reply)},
  )
}

/** The URL of a path of the API server: below the server's own path where it has one, as kubectl calls it. */
export const urlBelow = (server: string, path: string): string => `${server.replace(/\/+$/, '')}${path}`

const httpCall = ({method, path, query, body, contentType, once}: ApiCall, api: ApiServer): HttpCall => {
  const search = query && query.size > 0 ? `?${new URLSearchParams([...query]).toString()}` : ''
  return {
    action: `${method} ${path}`,
    service: 'Kubernetes API server',
    method,
    url: `${urlBelow(api.server, path)}${search}`,
    headers: {
      accept: 'application/json',
      'user-agent': userAgent(api.context.runtime),
      ...(body ? {'content-type': contentType ?? 'application/json'} : {}),
    },
    ...(body ? {body: JSON.stringify(body)} : {}),
    ...(once ? {once} : {}),
    tls: api.tls,
    maxReplyBytes: MAX_REPLY_BYTES,
  }
}

const refusal = (
  call: HttpCall,
  reply: HttpReply,
  object: JsonObject | undefined,
  {clusterId}: ApiServer,
): ApiServerError => {
  const {status} = reply
  const text = (name: string): string => serviceText(textIn(object, name))
  const reason = text('reason')
  const details = [`HTTP ${status}`, reason, text('message')].filter(Boolean).join(', ')
  return new ApiServerError(
    status,
    reason,
    `the API server of cluster ${clusterId} refused ${call.action}: ${details}`,
    nextStepFor(status),
    {...failedCall(call, reply), code: reason || undefined},
  )
}

const nextStepFor = (status: number): string => {
  if (status === 401) return "get a new certificate: run the command again; if it persists, check this machine's clock"
  if (status === 403) return 'grant the caller the RBAC permission in the cluster, such as the role cluster-admin'
  if (status === 409) return 'something else has changed it meanwhile: run the command again'
  return status >= 500 || status === 429 ? 'try again later' : 'check the names'
}
