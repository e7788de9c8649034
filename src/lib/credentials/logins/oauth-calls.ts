import type {JsonObject} from '../../base/json-object.ts'
import {unusableReply} from '../../transport/failed-call.ts'
import {type HttpCall, type HttpReply, parseReplyObject} from '../../transport/http.ts'
import {loginCall, loginRefusal, sessionIn} from './login-call.ts'
import {headerText, headerToken, loginHint, loginRequired} from './login-session.ts'
import type {Session} from './stored-session.ts'
import type {OAuthLogin} from './oauth-sites.ts'
import {isAbsent} from '../credentials.ts'

const SHORTEST_TIMEOUT_MS = 10_000

/** The fields of the profile that a refresh changes. */
export const REFRESHED_FIELDS = ['oauth_access_token', 'oauth_refresh_token', 'oauth_access_token_expire'] as const

/** The result of a refresh, by the fields of the profile. */
export type RefreshedTokens = Readonly<Record<(typeof REFRESHED_FIELDS)[number], string | number>> & {
  readonly oauth_access_token: string
}

/**
 * Exchanges the refresh token for a new access token and a new refresh token. The run's deadline does not apply, since
 * the new refresh token must not be lost: the call has as long as the whole run, and 10 s at least.
 *
 * @throws AckError `LoginRequired`, and what the service and the transport answer
 */
export const refreshTokens = async (login: OAuthLogin): Promise<RefreshedTokens> => {
  const {profile, site, loginFlags, context} = login
  const refreshToken = headerToken(profile, 'oauth_refresh_token')
  if (refreshToken === undefined) throw loginRequired(profile, 'has no login', loginFlags, context)
  const form = {grant_type: 'refresh_token', refresh_token: refreshToken, client_id: site.clientId}
  const call = loginCall(
    {service: 'OAuth', action: 'token refresh of OAuth', url: `${site.baseUrl}/v1/token`},
    {contentType: 'application/x-www-form-urlencoded', body: new URLSearchParams(form).toString()},
    context,
  )
  const timeoutMs = Math.max(context.options.timeoutMs, SHORTEST_TIMEOUT_MS)
  const {object, reply} = await callSite({...call, timeoutMs}, login)
  const {access_token: given, refresh_token: next, expires_in: lifetime} = object
  const access = headerText(given)
  if (access === undefined) throw unusableReply(call, reply, 'has no access token', 'try again')
  // Without rotation the old one stays valid.
  const refresh = isAbsent(next) ? refreshToken : headerText(next)
  if (refresh === undefined)
    throw unusableReply(call, reply, 'has no refresh token that a header can carry', 'try again')
  const now = Math.floor(context.runtime.now().getTime() / 1000)
  return {
    oauth_access_token: access,
    oauth_refresh_token: refresh,
    oauth_access_token_expire: now + (Number(lifetime) > 0 ? Math.floor(Number(lifetime)) : 0),
  }
}

/**
 * Opens a session with an access token.
 *
 * @throws AckError `LoginRequired`, and what the service and the transport answer
 */
export const exchangeToken = async (accessToken: string, login: OAuthLogin, signal?: AbortSignal): Promise<Session> => {
  const call = loginCall(
    {service: 'OAuth', action: 'token exchange of OAuth', url: `${login.site.baseUrl}/v1/exchange`},
    {contentType: 'application/json', bearer: accessToken},
    login.context,
  )
  const {object, reply} = await callSite(call, login, signal)
  const {accessKeyId, accessKeySecret, securityToken, expiration} = object
  return sessionIn(
    {AccessKeyId: accessKeyId, AccessKeySecret: accessKeySecret, SecurityToken: securityToken, Expiration: expiration},
    call,
    reply,
  )
}

const callSite = async (
  call: HttpCall,
  {profile, loginFlags, context}: OAuthLogin,
  signal?: AbortSignal,
): Promise<{readonly object: JsonObject; readonly reply: HttpReply}> => {
  const reply = await context.transport(call, signal)
  const object = parseReplyObject(reply)
  if (reply.status === 200 && object) return {object, reply}
  throw loginRefusal(call, reply, loginHint(profile, loginFlags, context))
}
