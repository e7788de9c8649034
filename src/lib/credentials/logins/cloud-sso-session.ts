import {rephrased} from '../../base/errors.ts'
import {unixTimeField} from '../../profile-files/profile-fields.ts'
import type {Profile} from '../../profile-files/profile.ts'
import type {LockedProfile} from '../../profile-files/update-cli-config.ts'
import {parseReplyObject} from '../../transport/http.ts'
import type {SourceContext} from '../source-context.ts'
import type {SessionReply} from '../temporary-credentials.ts'
import {cloudSsoFields, LOGIN_FLAGS} from './cloud-sso-fields.ts'
import {loginCall, loginRefusal, sessionIn} from './login-call.ts'
import {headerToken, loginHint, loginRequired, saveSession} from './login-session.ts'
import type {Session} from './stored-session.ts'

/** The aliyun CLI writes an expiration that is this much earlier than the real one, in seconds. */
const SAFETY_SECONDS = 5

/**
 * Opens a session of CloudSSO with the access token of the login, and saves it in the profile.
 *
 * @throws AckError `LoginRequired`, and what the service and the transport answer
 */
export const openCloudSsoSession = async (
  locked: LockedProfile,
  context: SourceContext,
  signal?: AbortSignal,
): Promise<Session> => {
  const session = await callCloudSso(locked.profile, context, signal)
  const end = Math.floor(session.expiration.getTime() / 1000) - SAFETY_SECONDS
  await saveSession(locked, session, {sts_expiration: end}, context)
  return session
}

const callCloudSso = async (profile: Profile, context: SourceContext, signal?: AbortSignal): Promise<Session> => {
  const {signInUrl, accountId, accessConfiguration} = cloudSsoFields(profile, context)
  const call = loginCall(
    {service: 'CloudSSO', action: 'CreateCloudCredential of CloudSSO', url: `${signInUrl.origin}/cloud-credentials`},
    {
      contentType: 'application/json',
      bearer: accessToken(profile, context),
      body: JSON.stringify({AccountId: accountId, AccessConfigurationId: accessConfiguration}),
    },
    context,
  )
  const reply = await context.transport(call, signal)
  const object = parseReplyObject(reply)
  if (reply.status !== 200 || !object) {
    const error = loginRefusal(call, reply, loginHint(profile, LOGIN_FLAGS, context))
    if (error.code !== 'ServiceRefused') throw error
    const assigned = `the access configuration ${accessConfiguration} of account ${accountId}`
    throw rephrased(error, error.message, `check that ${assigned} is still assigned to you in CloudSSO`)
  }
  return sessionIn((object['CloudCredential'] ?? {}) as SessionReply, call, reply)
}

const accessToken = (profile: Profile, context: SourceContext): string => {
  const token = headerToken(profile, 'access_token')
  if (token === undefined) throw loginRequired(profile, 'has no login', LOGIN_FLAGS, context)
  const end = unixTimeField(profile, 'cloud_sso_access_token_expire')
  if (end && end > context.runtime.now()) return token
  const why = end ? `has a login that expired at ${end.toISOString()}` : 'has a login that has expired'
  throw loginRequired(profile, why, LOGIN_FLAGS, context)
}
