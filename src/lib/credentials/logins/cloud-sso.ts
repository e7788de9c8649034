import type {Identity} from '../../cache/identity.ts'
import type {Profile} from '../../profile-files/profile.ts'
import type {CredentialSource} from '../credentials.ts'
import type {SourceContext} from '../source-context.ts'
import {cloudSsoFields} from './cloud-sso-fields.ts'
import {loginSource} from './login-session.ts'

/**
 * The source of a CloudSSO login of the aliyun CLI: its access token buys sessions for one access configuration of
 * one account. It cannot be refreshed; when it has expired, a person has to log in.
 *
 * @throws AckError `ProfileInvalid` when the profile lacks something; from `load` also `LoginRequired`, and what the
 *   service and the transport answer
 */
export const cloudSsoSource = (profile: Profile, context: SourceContext): CredentialSource => {
  const facts = (current: Profile): Identity => {
    const {signInUrl, accountId, accessConfiguration} = cloudSsoFields(current, context)
    return [
      // Without user, query and fragment: none of them says who signs in, and any may hold a secret.
      ['signInUrl', signInUrl.origin + signInUrl.pathname],
      ['accountId', accountId],
      ['accessConfiguration', accessConfiguration],
    ]
  }
  return loginSource(
    profile,
    {
      facts,
      tokenFields: ['access_token'],
      renew: async (locked, signal) => {
        const {openCloudSsoSession} = await import('./cloud-sso-session.ts')
        return openCloudSsoSession(locked, context, signal)
      },
    },
    context,
  )
}
