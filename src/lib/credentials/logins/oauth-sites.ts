import type {Profile} from '../../profile-files/profile.ts'
import type {SourceContext} from '../source-context.ts'

/** Where a login comes from: the aliyun CLI's own OAuth client at one of Alibaba Cloud's sites. */
export interface OAuthSite {
  readonly clientId: string
  /** Scheme and host. */
  readonly baseUrl: string
}

/** By the word in the profile. */
export const OAUTH_SITES: Readonly<Record<string, OAuthSite>> = {
  CN: {clientId: '4038181954557748008', baseUrl: 'https://oauth.aliyun.com'},
  INTL: {clientId: '4103531455503354461', baseUrl: 'https://oauth.alibabacloud.com'},
}

/** A login in a profile, and what it takes to use it. */
export interface OAuthLogin {
  readonly profile: Profile
  readonly site: OAuthSite
  /** The flags by which `aliyun configure` makes a new one. */
  readonly loginFlags: string
  readonly context: SourceContext
}
