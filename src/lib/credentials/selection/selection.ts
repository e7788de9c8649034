import type {OptionValue} from '../../options/read-option.ts'
import type {Profile} from '../../profile-files/profile.ts'
import type {CredentialSource} from '../credentials.ts'

/** A source, and what led to it, as far as a command line can say the same. */
export interface Selection {
  readonly source: CredentialSource
  /** The profile that was chosen, if it was one of a file. The file's path is absolute. */
  readonly profile?: Pick<Profile, 'file' | 'kind' | 'name'>
  /** The role that the environment names beside its AccessKey. It is assumed first. */
  readonly environmentRole?: OptionValue
  /** The role of the environment that the source itself opens, with an OIDC token. */
  readonly openedRole?: OptionValue
}
