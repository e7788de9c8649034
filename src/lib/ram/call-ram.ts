import {withinTimeout} from '../base/deadline.ts'
import {AckError} from '../base/errors.ts'
import type {JsonObject} from '../base/json-object.ts'
import type {Credentials} from '../credentials/credentials.ts'
import type {SourceContext} from '../credentials/source-context.ts'
import type {Endpoint} from '../options/endpoint.ts'
import type {Parameters} from '../signing/percent-encode.ts'
import {type HttpCall, type HttpReply, parseReplyObject} from '../transport/http.ts'
import type {Service} from '../transport/services.ts'
import {adviceByState, parseRpcError, serviceError} from '../transport/service-error.ts'
import {signedCall} from '../transport/signed-call.ts'
import {chooseRamEndpoint} from './ram-endpoints.ts'

/** An action of RAM, or of its sibling IMS. */
export interface RamRequest {
  /** Also the name of the RAM permission, after `ram:`. */
  readonly action: string
  /** Short parameters, which become part of the URL. */
  readonly query?: Parameters
  /** Documents and descriptions, which travel in the body. */
  readonly form?: Parameters
  /** Set for what changes something: it must not be done twice. */
  readonly once?: boolean
  /** The resource, for messages: `role r1`. */
  readonly subject: string
  /** RAM's own version and endpoint if absent. */
  readonly api?: RamApi
}

/** An API of RPC style: its name for messages, its version, and where it is. */
export interface RamApi {
  readonly name: Service
  readonly version: string
  readonly endpoint: Endpoint
}

/** Who calls, with what, and until when. */
export interface Calling {
  readonly caller: Credentials
  readonly context: SourceContext
  readonly signal?: AbortSignal | undefined
  /** Gives the caller's credentials again, others where those would expire; absent where there are no others. */
  readonly renewed?: ((ofRun?: AbortSignal) => Promise<Credentials>) | undefined
}

/**
 * Makes a call within --timeout, with credentials that last for it: waits and runs over many clusters, and a plan that a
 * person thinks about, take longer than a session may.
 *
 * @throws what getting the credentials and `call` throw
 */
export const within = async <T>(calling: Calling, call: (calling: Calling) => Promise<T>): Promise<T> => {
  const {context, signal: ofRun, renewed} = calling
  const caller = renewed ? await renewed(ofRun) : calling.caller
  return withinTimeout(context.options.timeoutMs, (signal) => call({...calling, caller, signal}), ofRun)
}

const RAM_VERSION = '2015-05-01'

/** RAM says that something is not there with a code of this beginning. */
export const NOT_FOUND = 'EntityNotExist'
/** … and that it is there already with this one. */
export const ALREADY_THERE = 'EntityAlreadyExists'

/**
 * Calls RAM (RPC style), signed with ACS3-HMAC-SHA256.
 *
 * @returns the JSON object of the response
 * @throws AckError `ServiceRefused`, naming the missing RAM permission; `PreconditionFailed` for a conflict, and for what is
 *   not there; `ServiceFailed`, and what the transport throws
 * @see https://www.alibabacloud.com/help/en/ram/developer-reference/api-ram-2015-05-01-overview
 */
export const callRam = async (request: RamRequest, calling: Calling): Promise<JsonObject> => {
  const answer = await askRam(request, [], calling)
  if (answer) return answer
  throw unusable(request.action, 'it is empty')
}

/**
 * The same, where some refusals are answers.
 *
 * @param expected - beginnings of error codes, such as {@link NOT_FOUND}
 * @returns undefined for such a refusal
 * @throws AckError as {@link callRam} does for all others
 */
export const askRam = async (
  {action, query = new Map(), form, once, subject, api}: RamRequest,
  expected: readonly string[],
  {caller, context, signal}: Calling,
): Promise<JsonObject | undefined> => {
  const {runtime, transport, options} = context
  const {version, endpoint} = api ?? {version: RAM_VERSION, endpoint: chooseRamEndpoint(options)}
  const request = {
    action,
    service: api?.name ?? 'RAM',
    version,
    endpoint,
    method: 'POST',
    path: '/',
    query,
    once,
  } as const
  const call = signedCall(form ? {...request, body: {form}} : request, caller, runtime)
  const reply = await transport(call, signal)
  const object = parseReplyObject(reply)
  if (reply.status < 400 && object) return object
  const code = parseRpcError(object ?? {}).code ?? ''
  if (reply.status >= 400 && expected.some((beginning) => code === beginning || code.startsWith(`${beginning}.`)))
    return undefined
  throw refusal(call, reply, subject)
}

/** The error for a response that cannot be used. `complaint` says what is wrong with it. */
export const unusable = (action: string, complaint: string): AckError =>
  new AckError('ServiceFailed', `invalid response to ${action} from RAM: ${complaint}`, 'check --ram-endpoint')

const refusal = (call: HttpCall, reply: HttpReply, subject: string): AckError => {
  const error = parseRpcError(parseReplyObject(reply) ?? {})
  const {code = '', missingAction} = error
  const isForbidden = /^(NoPermission|Forbidden)/.test(code)
  if (!isForbidden) {
    const advice = adviceByState(reply.status, code, subject)
    const nextStep = STEPS.find(([pattern]) => pattern.test(code))?.[1] ?? advice?.nextStep
    return serviceError(call, reply, error, {...advice, nextStep})
  }
  const permission = missingAction ?? `ram:${call.action}`
  const nextStep = `grant the caller the RAM permission ${permission} on ${subject}`
  return serviceError(call, reply, error, {permission, nextStep})
}

const STEPS: readonly (readonly [RegExp, string])[] = [
  [/^EntityNotExist\.Role/, 'check the name of the role'],
  [/^EntityNotExist\.Policy/, 'check the name of the policy, and whether it is a system or a custom policy'],
  [/^DeleteConflict\.Role/, 'a policy was attached to the role meanwhile: run the command again, which looks first'],
  [/^EntityAlreadyExists/, 'somebody else has made it meanwhile: run the command again, which looks first'],
  [/^LimitExceeded/, 'remove what is not needed any more, or have the quota raised in the RAM console'],
  [/^InvalidParameter\..*Length/, 'make the document shorter: use another role, or wildcards for service accounts'],
]
