import {AckError} from '../../base/errors.ts'
import {describeProfile} from '../../profile-files/profile-fields.ts'
import type {Profile} from '../../profile-files/profile.ts'
import type {CredentialSource} from '../credentials.ts'
import type {SourceContext} from '../source-context.ts'
import {loginHint, loginSource} from './login-session.ts'
import {OAUTH_SITES} from './oauth-sites.ts'

/**
 * The source of an OAuth login of the aliyun CLI: its access token is exchanged for a session, and refreshed with the
 * refresh token when it has ended. Every refresh spends the refresh token and gives a new one, which is saved before
 * anything else is done.
 *
 * @param sites - where to call, by `oauth_site_type`
 * @throws AckError `ProfileInvalid` for an unknown site; from `load` also `LoginRequired`, and what the service and the
 *   transport answer
 */
export const oauthSource = (profile: Profile, context: SourceContext, sites = OAUTH_SITES): CredentialSource => {
  const name = profile.field('oauth_site_type').toUpperCase()
  const site = Object.hasOwn(sites, name) ? sites[name] : undefined
  const loginFlags = `--mode OAuth --oauth-site-type ${site ? name : `<${Object.keys(sites).join('|')}>`}`
  if (!site) {
    throw new AckError(
      'ProfileInvalid',
      `${describeProfile(profile)} has an unknown oauth_site_type: it must be one of ${Object.keys(sites).join(', ')}`,
      loginHint(profile, loginFlags, context),
    )
  }
  return loginSource(
    profile,
    {
      facts: (current) => [['site', current.field('oauth_site_type').toUpperCase()]],
      tokenFields: ['oauth_access_token', 'oauth_refresh_token'],
      renew: async (locked, signal) => {
        const {openOAuthSession} = await import('./oauth-session.ts')
        return openOAuthSession(locked, {profile: locked.profile, site, loginFlags, context}, signal)
      },
    },
    context,
  )
}
