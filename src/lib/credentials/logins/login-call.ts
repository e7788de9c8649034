import {AckError} from '../../base/errors.ts'
import type {HttpCall} from '../../transport/http.ts'
import {userAgent} from '../../transport/user-agent.ts'
import type {SourceContext} from '../source-context.ts'
import type {Session} from './login-session.ts'
import {readSession, type SessionReply} from '../temporary-credentials.ts'

/** A call of a login service, which is not retried. */
export const loginCall = (
  call: Pick<HttpCall, 'action' | 'url'>,
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

/**
 * Reads the session in a reply, by STS's field names.
 *
 * @throws AckError `ServiceFailed`; the message never quotes the reply
 */
export const sessionIn = (reply: SessionReply, {action, url}: HttpCall): Session => {
  const session = readSession(reply)
  if (!('fault' in session)) return session as Session
  throw new AckError(
    'ServiceFailed',
    `the response to ${action} from ${new URL(url).host} ${session.fault}`,
    'try again',
  )
}
