import {AckError} from '../../base/errors.ts'
import {parseReplyObject, type HttpCall, type HttpReply} from '../../transport/http.ts'
import {unusableReply} from '../../transport/failed-call.ts'
import {replyError} from '../../transport/service-error.ts'
import {userAgent} from '../../transport/user-agent.ts'
import type {SourceContext} from '../source-context.ts'
import type {Session} from './stored-session.ts'
import {readSession, type SessionReply} from '../temporary-credentials.ts'

/** A call of a login service, which is not retried. */
export const loginCall = (
  call: Pick<HttpCall, 'service' | 'action' | 'url'>,
  {contentType, bearer, body = ''}: {contentType: string; bearer?: string; body?: string},
  {runtime}: SourceContext,
): HttpCall => ({
  ...call,
  method: 'POST',
  headers: {
    accept: 'application/json',
    'content-type': contentType,
    'user-agent': userAgent(runtime),
    ...(bearer === undefined ? {} : {authorization: `Bearer ${bearer}`}),
  },
  body,
  attempts: 1,
})

/** Error codes that mean an expired login. */
const LOGIN_IS_OVER: ReadonlySet<unknown> = new Set(['invalid_grant', 'invalid_token', 'expired_token'])

/**
 * The error for a reply of a login service that is no success. Only where the login is over does it help to log in again.
 *
 * @param hint - how a person logs in
 */
export const loginRefusal = (call: HttpCall, reply: HttpReply, hint: string): AckError => {
  const isOver = reply.status === 401 || LOGIN_IS_OVER.has(parseReplyObject(reply)?.['error'])
  if (!isOver) return replyError(call, reply)
  const {message, call: failed} = replyError(call, reply)
  return new AckError('LoginRequired', message, hint, failed ? {call: failed} : {})
}

/**
 * Reads the session in a reply, by STS's field names.
 *
 * @throws AckError `ServiceFailed`; the message never quotes the reply
 */
export const sessionIn = (fields: SessionReply, call: HttpCall, reply: HttpReply): Session => {
  const session = readSession(fields)
  if (!('fault' in session)) return session as Session
  throw unusableReply(call, reply, session.fault, 'try again')
}
