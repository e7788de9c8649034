import {describeProfile} from '../profile-files/profile-fields.ts'
import type {Profile} from '../profile-files/profile.ts'
import type {Origin} from './credentials.ts'

/** A profile as the origin of credentials. */
export const profileOrigin = (profile: Profile): Origin => ({
  description: describeProfile(profile),
  identity: [
    ['kind', profile.kind],
    ['file', profile.file],
    ['profile', profile.name],
  ],
})
