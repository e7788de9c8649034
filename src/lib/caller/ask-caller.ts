import type {Credentials} from '../credentials/credentials.ts'
import type {SourceContext} from '../credentials/source-context.ts'
import type {Endpoint} from '../options/endpoint.ts'
import {unusableReply} from '../transport/failed-call.ts'
import {parseReplyObject, type HttpCall, type HttpReply} from '../transport/http.ts'
import {replyError} from '../transport/service-error.ts'
import {signedCall} from '../transport/signed-call.ts'
import {GET_CALLER_IDENTITY, STS_VERSION} from '../transport/sts-api.ts'
import {readCallerIdentity, type CallerIdentity} from './caller-identity.ts'

/**
 * Asks STS whose credentials these are.
 *
 * @throws AckError `ServiceRefused`, `ServiceFailed`, and what the transport throws
 */
export const askCaller = async (
  endpoint: Endpoint,
  caller: Credentials,
  {runtime, transport}: Pick<SourceContext, 'runtime' | 'transport'>,
  signal?: AbortSignal,
): Promise<CallerIdentity> => {
  const request = {
    action: GET_CALLER_IDENTITY,
    service: 'STS',
    version: STS_VERSION,
    endpoint,
    method: 'POST',
    path: '/',
    query: new Map(),
  } as const
  const call = signedCall(request, caller, runtime)
  return identityIn(call, await transport(call, signal))
}

/**
 * The identity in a reply to GetCallerIdentity.
 *
 * @throws AckError `ServiceRefused`, `ServiceFailed`
 */
export const identityIn = (call: HttpCall, reply: HttpReply): CallerIdentity => {
  const object = parseReplyObject(reply)
  if (reply.status >= 400 || !object) throw replyError(call, reply)
  const identity = readCallerIdentity(object)
  if (identity) return identity
  throw unusableReply(call, reply, 'names no account and ARN', 'check the endpoint')
}
