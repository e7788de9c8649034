import {AckError} from '../../base/errors.ts'
import {optionalField} from '../../profile-files/profile-fields.ts'
import type {Profile} from '../../profile-files/profile.ts'
import {Secret} from '../../base/secret.ts'
import type {HttpCall} from '../../transport/http.ts'
import {userAgent} from '../../transport/user-agent.ts'
import type {Credentials} from '../credentials.ts'
import type {SourceContext} from '../source-context.ts'
import {readSession, type SessionReply} from '../temporary-credentials.ts'

/** How long a call of a login service may take, in milliseconds. */
const CALL_TIMEOUT_MS = 10_000

/** Credentials that come with an end. */
export type Session = Credentials & {readonly expiration: Date}

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

/** A token on its way into a header; undefined when there is none that a header can carry. */
export const headerToken = (profile: Profile, name: string): string | undefined => {
  const text = optionalField(profile, name) ?? ''
  if (!/^[\u0021-\u007E]+$/.test(text)) return undefined
  // Known to the scrubber from here on.
  return new Secret(text).reveal()
}

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
