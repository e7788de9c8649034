import {describeProfile} from '../profile-files/profile-fields.ts'
import type {Profile} from '../profile-files/profile.ts'
import type {Origin} from './credentials.ts'

/** A profile as the place where credentials stand. */
export const profileOrigin = (profile: Profile): Origin => ({
  description: describeProfile(profile),
  identity: [
    ['kind', profile.kind],
    ['file', profile.file],
    ['profile', profile.name],
  ],
})
