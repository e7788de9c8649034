import {AckError} from '../../base/errors.ts'
import {describeProfile, optionalField, unixTimeField} from '../../profile-files/profile-fields.ts'
import type {Profile} from '../../profile-files/profile.ts'
import type {LockedProfile} from '../../profile-files/update-cli-config.ts'
import {parseReplyObject, replyError} from '../../transport/service-error.ts'
import type {CredentialSource} from '../credentials.ts'
import {headerToken, loginCall, sessionIn, type Session} from './login-call.ts'
import {loginHint, loginRequired, loginSource, saveSession} from './login-session.ts'
import type {SourceContext} from '../source-context.ts'
import type {SessionReply} from '../temporary-credentials.ts'
import type {Identity} from '../../cache/identity.ts'

const LOGIN_FLAGS = '--mode CloudSSO'

/** The aliyun CLI says that a session ends that much earlier than it does, in seconds. */
const SAFETY_SECONDS = 5

/**
 * The source of a CloudSSO login of the aliyun CLI: its access token buys sessions for one access configuration of
 * one account. It cannot be refreshed; when it is over, a person has to log in.
 *
 * @throws AckError `ProfileInvalid` when the profile lacks something; from `load` also `LoginRequired`, and what the
 *   service and the transport answer
 */
export const cloudSsoSource = (profile: Profile, context: SourceContext): CredentialSource => {
  const facts = (current: Profile): Identity => [
    ['signInUrl', whereToSignIn(signInUrl(current, context))],
    ['accountId', requiredOfLogin(current, 'cloud_sso_account_id', context)],
    ['accessConfiguration', requiredOfLogin(current, 'cloud_sso_access_config', context)],
  ]
  return loginSource(profile, {facts, renew: (locked, signal) => renew(locked, context, signal)}, context)
}

const renew = async (locked: LockedProfile, context: SourceContext, signal?: AbortSignal): Promise<Session> => {
  const session = await openSession(locked.profile, context, signal)
  const end = Math.floor(session.expiration.getTime() / 1000) - SAFETY_SECONDS
  await saveSession(locked, session, {sts_expiration: end}, context)
  return session
}

const openSession = async (profile: Profile, context: SourceContext, signal?: AbortSignal): Promise<Session> => {
  const call = loginCall(
    {action: 'CreateCloudCredential of CloudSSO', url: `${signInUrl(profile, context).origin}/cloud-credentials`},
    {
      contentType: 'application/json',
      bearer: accessToken(profile, context),
      body: JSON.stringify({
        AccountId: requiredOfLogin(profile, 'cloud_sso_account_id', context),
        AccessConfigurationId: requiredOfLogin(profile, 'cloud_sso_access_config', context),
      }),
    },
    context,
  )
  const reply = await context.transport(call, signal)
  const object = parseReplyObject(reply)
  if (reply.status !== 200 || !object) {
    const error = replyError(call, reply, loginHint(profile, LOGIN_FLAGS, context))
    throw reply.status === 401 ? new AckError('LoginRequired', error.message, error.nextStep) : error
  }
  return sessionIn((object['CloudCredential'] ?? {}) as SessionReply, call)
}

const accessToken = (profile: Profile, context: SourceContext): string => {
  const token = headerToken(profile, 'access_token')
  if (token === undefined) throw loginRequired(profile, 'holds no login', LOGIN_FLAGS, context)
  const end = unixTimeField(profile, 'cloud_sso_access_token_expire')
  if (end && end > context.runtime.now()) return token
  const when = end ? `ended at ${end.toISOString()}` : 'has ended'
  throw loginRequired(profile, `holds a login that ${when}`, LOGIN_FLAGS, context)
}

// Without user, query and fragment: none of them says who signs in, and any may hold a secret.
const whereToSignIn = ({origin, pathname}: URL): string => origin + pathname

const signInUrl = (profile: Profile, context: SourceContext): URL => {
  const text = requiredOfLogin(profile, 'cloud_sso_sign_in_url', context)
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && (url.protocol === 'https:' || url.protocol === 'http:')) return url
  throw incomplete(profile, 'has a cloud_sso_sign_in_url that is not an https address', context)
}

const requiredOfLogin = (profile: Profile, name: string, context: SourceContext): string => {
  const value = optionalField(profile, name)
  if (value !== undefined) return value
  throw incomplete(profile, `has no ${name}`, context)
}

const incomplete = (profile: Profile, complaint: string, context: SourceContext): AckError =>
  new AckError('ProfileInvalid', `${describeProfile(profile)} ${complaint}`, loginHint(profile, LOGIN_FLAGS, context))
