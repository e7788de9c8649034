import {AckError} from '../base/errors.ts'
import {parseJsonObject, type JsonObject} from '../base/json-object.ts'
import {printable} from '../base/printable.ts'
import {scrub} from '../base/secret.ts'
import type {HttpCall, HttpReply} from './http.ts'

/** What a service says of a failure, as far as it does. */
export interface RpcError {
  readonly code?: string
  readonly message?: string
  readonly requestId?: string
}

/** A longer text is a page, not a message. In characters. */
const MAX_MESSAGE = 300

/** Codes whose messages repeat what was signed: security tokens and more. */
const ECHOING_CODES = new Set(['SignatureDoesNotMatch', 'IncompleteSignature'])

const NEXT_STEPS: readonly (readonly [RegExp, string])[] = [
  [/^InvalidAccessKeyId\.NotFound/, 'check the AccessKey id: it does not exist, or was deleted'],
  [/^InvalidAccessKeyId\.Inactive/, 'enable the AccessKey, or use another one'],
  [
    /^(SignatureDoesNotMatch|IncompleteSignature)/,
    'check the AccessKey secret: it does not belong to the AccessKey id',
  ],
  [/^InvalidTimeStamp/, "set this machine's clock: it is more than 15 minutes off"],
  [/^InvalidSecurityToken\.Expired/, 'get new STS credentials: these have expired'],
  [/^(InvalidSecurityToken|MissingSecurityToken)/, 'check the security token: it must belong to the AccessKey id'],
  [
    /^NoPermission/,
    "allow it: the caller needs sts:AssumeRole on the role, and the role's trust policy must name the caller",
  ],
  [/^EntityNotExist\.Role/, 'check the ARN of the role: there is no such role'],
  [/^AuthenticationFail\.OIDCToken\.Expired/, 'renew the OIDC token: it has expired'],
  [
    /^AuthenticationFail\.(OIDCToken|NoPermission)/,
    "check the OIDC token, its issuer and audience, and the role's trust policy",
  ],
  [/^Throttling/, 'try again in a while'],
]

/**
 * The error for a reply that is a refusal or a failure. It says what was called, the HTTP status, code and request id;
 * never the body, nor a message of a kind that repeats secrets.
 *
 * @param nextStep - what to do, where the caller knows better than the code tells
 */
export const serviceError = (
  call: HttpCall,
  reply: HttpReply,
  {code, message, requestId}: RpcError,
  nextStep?: string,
): AckError => {
  const isFailure =
    reply.status >= 500 || reply.status < 400 || reply.status === 429 || code?.startsWith('Throttling') === true
  const words = message && !ECHOING_CODES.has(code ?? '') ? plain(message) : undefined
  const details = [`HTTP ${reply.status}`, code && plain(code), words].filter(Boolean).join(', ')
  const text = `${call.action} at ${new URL(call.url).host} ${isFailure ? 'failed' : 'was refused'}: ${details}`
  return new AckError(
    isFailure ? 'ServiceFailed' : 'ServiceRefused',
    requestId ? `${text} (RequestId ${plain(requestId)})` : text,
    nextStep ??
      nextStepFor(code) ??
      (isFailure ? 'try again in a while' : 'check the credentials and their permissions'),
  )
}

/** {@link serviceError} with what the reply itself says. */
export const replyError = (call: HttpCall, reply: HttpReply, nextStep?: string): AckError =>
  serviceError(call, reply, parseRpcError(parseReplyObject(reply) ?? {}), nextStep)

/** The reply as a JSON object; undefined for anything else. */
export const parseReplyObject = ({body}: HttpReply): JsonObject | undefined => parseJsonObject(body)

/** Code, message and request id, under any of the names that Alibaba Cloud's services give them. */
export const parseRpcError = (object: JsonObject): RpcError => {
  const first = (...names: readonly string[]): string | undefined =>
    names.map((name) => object[name]).find((value): value is string => typeof value === 'string' && value !== '')
  const code = first('Code', 'code', 'ErrorCode', 'error')
  const message = first('Message', 'message', 'ErrorMessage', 'error_description')
  const requestId = first('RequestId', 'requestId', 'request_id')
  return {...(code ? {code} : {}), ...(message ? {message} : {}), ...(requestId ? {requestId} : {})}
}

const nextStepFor = (code: string | undefined): string | undefined =>
  code === undefined ? undefined : NEXT_STEPS.find(([pattern]) => pattern.test(code))?.[1]

/** A service's own words on one line, shortened, without what could steer a terminal. */
const plain = (text: string): string => {
  const line = printable(scrub(text)).trim()
  return line.length > MAX_MESSAGE ? `${line.slice(0, MAX_MESSAGE)}…` : line
}
