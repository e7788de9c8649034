import type {Profile} from '../../profile-files/profile.ts'
import type {SourceContext} from '../source-context.ts'

/** One of Alibaba Cloud's sites, with the OAuth client of the aliyun CLI. */
export interface OAuthSite {
  readonly clientId: string
  /** Scheme and host. */
  readonly baseUrl: string
}

/** By the profile's `oauth_site_type`. */
export const OAUTH_SITES: Readonly<Record<string, OAuthSite>> = {
  CN: {clientId: '4038181954557748008', baseUrl: 'https://oauth.aliyun.com'},
  INTL: {clientId: '4103531455503354461', baseUrl: 'https://oauth.alibabacloud.com'},
}

/** A login in a profile, with its dependencies. */
export interface OAuthLogin {
  readonly profile: Profile
  readonly site: OAuthSite
  /** The flags by which `aliyun configure` makes a new one. */
  readonly loginFlags: string
  readonly context: SourceContext
}
