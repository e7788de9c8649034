import {serviceText} from '../../base/foreign-line.ts'
import {describeEndpoint, type Endpoint} from '../../options/endpoint.ts'
import {isJsonObject} from '../../base/json-object.ts'
import type {Runtime} from '../../base/runtime.ts'
import {canonicalQuery, type Parameters} from '../../signing/percent-encode.ts'
import {formatTimestamp} from '../../signing/timestamp.ts'
import {unusableReply} from '../../transport/failed-call.ts'
import {type HttpCall, type HttpReply, parseReplyObject} from '../../transport/http.ts'
import {replyError} from '../../transport/service-error.ts'
import {apiHeaders, signedCall} from '../../transport/signed-call.ts'
import {STS_VERSION} from '../../transport/sts-api.ts'
import type {Credentials} from '../credentials.ts'
import type {SourceContext} from '../source-context.ts'
import {readSession, type SessionReply} from '../temporary-credentials.ts'

/**
 * Assumes a role by AssumeRole.
 *
 * @param parameters - of the action; no secrets, since they become part of the URL
 * @param caller - the credentials that sign
 * @throws AckError `ServiceRefused`, `ServiceFailed`, and what the transport throws
 */
export const callAssumeRole = async (
  endpoint: Endpoint,
  parameters: Parameters,
  caller: Credentials,
  {runtime, transport, log}: SourceContext,
  signal?: AbortSignal,
): Promise<Credentials> => {
  const request = {
    action: 'AssumeRole',
    service: 'STS',
    version: STS_VERSION,
    endpoint,
    method: 'POST',
    path: '/',
    query: parameters,
  } as const
  const call = signedCall(request, caller, runtime)
  return sessionOf(call, await transport(call, signal), log)
}

/**
 * Assumes a role by AssumeRoleWithOIDC, which is not signed: the OIDC token authenticates the call.
 *
 * @param parameters - of the action; no secrets, since they become part of the URL
 * @param form - the OIDC token, and parameters that may be long
 * @throws AckError `ServiceRefused`, `ServiceFailed`, and what the transport throws
 */
export const callAssumeRoleWithOidc = async (
  endpoint: Endpoint,
  parameters: Parameters,
  form: Parameters,
  {runtime, transport, log}: SourceContext,
  signal?: AbortSignal,
): Promise<Credentials> => {
  const call = unsignedCall(endpoint, parameters, form, runtime)
  return sessionOf(call, await transport(call, signal), log)
}

const unsignedCall = (endpoint: Endpoint, parameters: Parameters, form: Parameters, runtime: Runtime): HttpCall => {
  const query = new Map([
    ...parameters,
    ['Action', 'AssumeRoleWithOIDC'],
    ['Format', 'JSON'],
    ['SignatureNonce', runtime.nonce()],
    ['Timestamp', formatTimestamp(runtime.now())],
    ['Version', STS_VERSION],
  ])
  return {
    action: 'AssumeRoleWithOIDC',
    service: 'STS',
    method: 'POST',
    url: `${describeEndpoint(endpoint)}/?${canonicalQuery(query)}`,
    headers: {...apiHeaders(runtime), 'content-type': 'application/x-www-form-urlencoded'},
    body: canonicalQuery(form),
    renew: (at) => unsignedCall(endpoint, parameters, form, {...runtime, now: () => at}),
  }
}

const sessionOf = (call: HttpCall, reply: HttpReply, log: SourceContext['log']): Credentials => {
  const object = parseReplyObject(reply)
  if (reply.status >= 400 || !object) throw replyError(call, reply)
  const {Credentials: session, AssumedRoleUser: user} = object
  const credentials = readSession((session ?? {}) as SessionReply)
  if (!('fault' in credentials)) {
    const arn = isJsonObject(user) ? user['Arn'] : undefined
    log.debug(
      `credentials: session ${typeof arn === 'string' ? serviceText(arn) : 'of STS'}, AccessKey ID ${credentials.accessKeyId}, valid until ${credentials.expiration?.toISOString() ?? ''}`,
    )
    return credentials
  }
  throw unusableReply(call, reply, credentials.fault, 'check the endpoint')
}
