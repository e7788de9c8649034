import {AckError} from '../base/errors.ts'
import {isJsonObject, type JsonObject} from '../base/json-object.ts'
import {serviceText} from '../base/foreign-line.ts'
import {failedCall} from './failed-call.ts'
import {parseReplyObject, type HttpCall, type HttpReply} from './http.ts'
import {describeReply, isWebPage, PORTAL_STEP} from './reply-kind.ts'

/** The details of a failure that a service may give. */
export interface RpcError {
  readonly code?: string
  readonly message?: string
  readonly requestId?: string
  /** The RAM action that the caller lacks. */
  readonly missingAction?: string
}

/** Codes whose messages quote the string to sign, with security tokens in it. */
const ECHOING_CODES = new Set(['SignatureDoesNotMatch', 'IncompleteSignature'])

type NextSteps = readonly (readonly [RegExp, string])[]

/** For a parameter that STS does not accept: its name means something else in other services. */
const STS_PARAMETERS: NextSteps = [
  [
    /^InvalidParameter\.DurationSeconds/,
    "shorten --role-duration (in a profile: expired_seconds), or raise the role's maximum session duration",
  ],
  [/^InvalidParameter\.Policy/, 'correct the session policy: --role-policy (in a profile: policy)'],
  [
    /^InvalidParameter\.RoleSessionName/,
    'correct the name of the session: 2 to 64 letters, digits and any of . @ - _ (--role-session-name)',
  ],
  [/^InvalidParameter\.RoleArn/, 'correct the role ARN: acs:ram::<account ID>:role/<name>'],
]

/** By the beginning of the code, and for codes with several meanings by the message behind it. */
const NEXT_STEPS: NextSteps = [
  [/^InvalidAccessKeyId\.NotFound/, 'check the AccessKey ID: it does not exist or was deleted'],
  [/^InvalidAccessKeyId\.Inactive/, 'enable the AccessKey, or use another one'],
  [
    /^(SignatureDoesNotMatch|IncompleteSignature)/,
    'check the AccessKey secret: it does not belong to the AccessKey ID',
  ],
  [/^InvalidTimeStamp\.Expired/, "set this machine's clock: it is more than 15 minutes off"],
  [/^InvalidSecurityToken\.Expired/, 'get new STS credentials: these have expired'],
  [/^(InvalidSecurityToken|MissingSecurityToken)/, 'check the security token: it must belong to the AccessKey ID'],
  [/^NoPermission/, "grant the caller sts:AssumeRole on the role, and name the caller in the role's trust policy"],
  [/^EntityNotExist\.Role/, 'check the role ARN: the role does not exist'],
  [/^AuthenticationFail\.OIDCToken\.Expired/, 'renew the OIDC token: it has expired'],
  [/^AuthenticationFail\.OIDCToken\.AudienceNotMatch/, 'get a token with the audience sts.aliyuncs.com'],
  [/^AuthenticationFail\.OIDCToken\.IssuerNotMatch/, "name the OIDC provider of the token's own cluster"],
  [
    /^AuthenticationFail\.OIDCToken\.IssuerConfigurationBroken/,
    "STS cannot read the issuer's discovery document or keys: see `ack-ram-tool rrsa verify`",
  ],
  [
    /^AuthenticationFail\.NoPermission .*No such OIDC Provider/is,
    'enable RRSA in the cluster, and make pods anew that are older: see `ack-ram-tool rrsa verify`',
  ],
  [
    /^AuthenticationFail\.NoPermission .*There is no permission/is,
    "name this service account in the role's trust policy: see `ack-ram-tool rrsa associate-role`, and `rrsa verify`",
  ],
  [
    /^AuthenticationFail\.NoPermission/,
    "check that RRSA is enabled (pods that are older have to be made anew), and that the role's trust policy names this service account: see `ack-ram-tool rrsa verify`",
  ],
  [/^AuthenticationFail\.OIDCToken/, "check the OIDC token, its issuer and audience, and the role's trust policy"],
  [/^(InvalidParameter|MissingParameter)/, 'correct what the message names'],
  [/^Throttling/, 'try again later'],
]

/**
 * The error for a reply that is a refusal or a failure. It names the action, HTTP status, code and request ID; never the
 * body, nor a message that may quote secrets.
 *
 * @param advice - what the caller knows better than the code suggests
 */
export const serviceError = (
  call: HttpCall,
  reply: HttpReply,
  {code, message, requestId = reply.requestId, missingAction}: RpcError,
  {nextStep, permission, isPrecondition}: Advice = {},
): AckError => {
  const isStranger = code === undefined && isWebPage(reply)
  const isThrottled = reply.status === 429 || (code ?? '').startsWith('Throttling')
  const isFailure = isStranger || isThrottled || reply.status >= 500 || reply.status < 400
  const shown = message && !ECHOING_CODES.has(code ?? '') ? serviceText(message) : undefined
  const details = [describeReply(reply), code && serviceText(code), shown].filter(Boolean).join(', ')
  const {host} = new URL(call.url)
  const text = `${call.action} at ${host} ${isFailure ? 'failed' : 'was refused'}: ${details}`
  return new AckError(
    isFailure ? 'ServiceFailed' : isPrecondition ? 'PreconditionFailed' : 'ServiceRefused',
    requestId ? `${text} (RequestId ${serviceText(requestId)})` : text,
    isStranger && reply.status < 500
      ? PORTAL_STEP
      : (nextStep ?? permissionStep(missingAction) ?? nextStepFor(call, code, message) ?? generalStep(isFailure)),
    {
      call: {
        // The request ID is known already, also by other names.
        ...failedCall(call),
        status: reply.status,
        code: code && serviceText(code),
        requestId: requestId && serviceText(requestId),
        permission:
          permission ??
          missingAction ??
          (call.service === 'STS' && code?.startsWith('NoPermission') ? `sts:${call.action}` : undefined),
      },
    },
  )
}

const generalStep = (isFailure: boolean): string =>
  isFailure ? 'try again later' : 'check the credentials and their permissions'

/** What the caller knows of a refusal. */
export interface Advice {
  readonly nextStep?: string | undefined
  /** The one that is missing. */
  readonly permission?: string | undefined
  /** Whether it is not about who calls. */
  readonly isPrecondition?: boolean
}

/**
 * What is known of a refusal by its status: that something is not there, or that something else is in the way of a change.
 *
 * @param subject - the resource: `task T-1`
 */
export const adviceByState = (status: number, code: string, subject: string): Advice | undefined => {
  // Keys and actions that are not there are no resources.
  if (status === 404 && /^(?!Invalid).*Not(Found|Exist)/.test(code))
    return {isPrecondition: true, nextStep: `check its name or ID: there is no ${subject}, or not for this account`}
  if (status === 409 && !/^(Signature|Throttling)/.test(code))
    return {isPrecondition: true, nextStep: 'wait until nothing else changes or uses it, then run the command again'}
  return undefined
}

/** {@link serviceError} with the details that the reply itself gives. */
export const replyError = (call: HttpCall, reply: HttpReply, nextStep?: string): AckError =>
  serviceError(call, reply, parseRpcError(parseReplyObject(reply) ?? {}), {nextStep})

/** Code, message and request ID, under any of the names that Alibaba Cloud's services use. */
export const parseRpcError = (object: JsonObject): RpcError => {
  const first = (...names: readonly string[]): string | undefined =>
    names.map((name) => object[name]).find((value): value is string => typeof value === 'string' && value !== '')
  const code = first('Code', 'code', 'ErrorCode', 'error')
  const message = first('Message', 'message', 'ErrorMessage', 'error_description')
  const requestId = first('RequestId', 'requestId', 'request_id')
  const denied = object['accessDeniedDetail'] ?? object['AccessDeniedDetail']
  const missingAction = isJsonObject(denied) ? denied['AuthAction'] : undefined
  return {
    ...(code ? {code} : {}),
    ...(message ? {message} : {}),
    ...(requestId ? {requestId} : {}),
    ...(typeof missingAction === 'string' && missingAction ? {missingAction: serviceText(missingAction)} : {}),
  }
}

const permissionStep = (action: string | undefined): string | undefined =>
  action === undefined ? undefined : `grant the caller the RAM permission ${action}`

const nextStepFor = ({service}: HttpCall, code: string | undefined, message = ''): string | undefined => {
  if (code === undefined) return undefined
  const steps = service === 'STS' ? [...STS_PARAMETERS, ...NEXT_STEPS] : NEXT_STEPS
  return steps.find(([pattern]) => pattern.test(`${code} ${message}`))?.[1]
}
