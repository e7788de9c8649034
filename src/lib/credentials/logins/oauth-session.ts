import {AckError} from '../../base/errors.ts'
import type {ProfileChanges} from '../../profile-files/editable-profile.ts'
import {describeProfile, unixTimeField} from '../../profile-files/profile-fields.ts'
import type {LockedProfile} from '../../profile-files/update-cli-config.ts'
import {headerToken, loginHint, saveSession} from './login-session.ts'
import type {Session} from './stored-session.ts'
import {exchangeToken, REFRESHED_FIELDS, refreshTokens} from './oauth-calls.ts'
import type {OAuthLogin} from './oauth-sites.ts'

/** An access token that expires within this time is refreshed, in milliseconds: clocks differ, and calls take time. */
const MARGIN_MS = 60_000

/**
 * Opens a session with the login's access token, which is refreshed when it has expired, and saves it in the profile.
 *
 * @throws AckError `LoginRequired`, `CredentialFileUnwritable`, `CredentialFileInvalid`, and what the service and the
 *   transport answer
 */
export const openOAuthSession = async (
  locked: LockedProfile,
  login: OAuthLogin,
  signal?: AbortSignal,
): Promise<Session> => {
  const {profile, context} = login
  const token = headerToken(profile, 'oauth_access_token')
  const end = unixTimeField(profile, 'oauth_access_token_expire')
  const isUsable = token !== undefined && end && end.getTime() > context.runtime.now().getTime() + MARGIN_MS
  const grant = isUsable ? {accessToken: token, unsaved: {}} : await refreshAndSave(locked, login)
  const session = await exchangeToken(grant.accessToken, login, signal)
  const changes = {...grant.unsaved, sts_expiration: Math.floor(session.expiration.getTime() / 1000)}
  await saveSession(locked, session, changes, context)
  return session
}

interface Grant {
  readonly accessToken: string
  /** Changes that could not be saved in the file. */
  readonly unsaved: ProfileChanges
}

const refreshAndSave = async (locked: LockedProfile, login: OAuthLogin): Promise<Grant> => {
  const {profile, loginFlags, context} = login
  try {
    await locked.tryToSave(REFRESHED_FIELDS)
  } catch (error) {
    if (!(error instanceof AckError) || error.code !== 'CredentialFileUnwritable') throw error
    throw new AckError(
      'CredentialFileUnwritable',
      `cannot refresh the login of ${describeProfile(profile)}: ${error.message}`,
      `make ${profile.file} and its directory writable for this user, or ${loginHint(profile, loginFlags, context)}`,
    )
  }
  const changes = await refreshTokens(login)
  const accessToken = changes['oauth_access_token']
  try {
    await locked.save(changes)
    return {accessToken, unsaved: {}}
  } catch (error) {
    if (!(error instanceof AckError)) throw error
    const hint = loginHint(profile, loginFlags, context)
    context.log.error(
      `could not save the new refresh token of ${describeProfile(profile)}: ${error.message}. The old one is no longer valid: ${hint}`,
    )
    return {accessToken, unsaved: changes}
  }
}
