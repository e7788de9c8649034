import {AckError} from '../../base/errors.ts'
import type {HttpCall} from '../../transport/http.ts'
import {userAgent} from '../../transport/user-agent.ts'
import type {SourceContext} from '../source-context.ts'
import type {Session} from './login-session.ts'
import {readSession, type SessionReply} from '../temporary-credentials.ts'

/** How long a call of a login service may take, in milliseconds. */
const CALL_TIMEOUT_MS = 10_000

/** A call of a login service, which gets no second attempt. */
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
  timeoutMs: CALL_TIMEOUT_MS,
  attempts: 1,
})

/**
 * The session in a reply, under the names that STS gives its parts.
 *
 * @throws AckError `ServiceFailed`; it quotes nothing of the reply
 */
export const sessionIn = (reply: SessionReply, {action, url}: HttpCall): Session => {
  const session = readSession(reply)
  if (!('fault' in session)) return session as Session
  throw new AckError('ServiceFailed', `the answer to ${action} from ${new URL(url).host} ${session.fault}`, 'try again')
}
