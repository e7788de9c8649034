import {AckError} from '../../base/errors.ts'
import {describeProfile, optionalField} from '../../profile-files/profile-fields.ts'
import type {Profile} from '../../profile-files/profile.ts'
import type {SourceContext} from '../source-context.ts'
import {loginHint} from './login-session.ts'

/** The flags by which `aliyun configure` makes a new login. */
export const LOGIN_FLAGS = '--mode CloudSSO'

/** The fields of a CloudSSO profile: the sign-in URL, and the access configuration of an account. */
export interface CloudSsoFields {
  readonly signInUrl: URL
  readonly accountId: string
  readonly accessConfiguration: string
}

/**
 * Reads the fields of a CloudSSO profile.
 *
 * @throws AckError `ProfileInvalid` if one is missing or invalid
 */
export const cloudSsoFields = (profile: Profile, context: SourceContext): CloudSsoFields => ({
  signInUrl: signInUrl(profile, context),
  accountId: requiredOfLogin(profile, 'cloud_sso_account_id', context),
  accessConfiguration: requiredOfLogin(profile, 'cloud_sso_access_config', context),
})

const signInUrl = (profile: Profile, context: SourceContext): URL => {
  const text = requiredOfLogin(profile, 'cloud_sso_sign_in_url', context)
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && (url.protocol === 'https:' || url.protocol === 'http:')) return url
  throw incomplete(profile, 'has a cloud_sso_sign_in_url that is not an https URL', context)
}

const requiredOfLogin = (profile: Profile, name: string, context: SourceContext): string => {
  const value = optionalField(profile, name)
  if (value !== undefined) return value
  throw incomplete(profile, `has no ${name}`, context)
}

const incomplete = (profile: Profile, complaint: string, context: SourceContext): AckError =>
  new AckError('ProfileInvalid', `${describeProfile(profile)} ${complaint}`, loginHint(profile, LOGIN_FLAGS, context))
