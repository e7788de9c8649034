import type {ProfileChanges} from '../../profile-files/editable-profile.ts'
import type {Profile} from '../../profile-files/profile.ts'
import type {LockedProfile} from '../../profile-files/update-cli-config.ts'
import {SESSION_OF, sessionMark, storedSession, type Login} from './stored-session.ts'

/**
 * A locked profile whose `save` also notes for which login its session was opened: a new session, or the one that is there
 * while only its login's tokens are renewed.
 */
export const rememberingLogin = (locked: LockedProfile, login: Login): LockedProfile => {
  let {profile} = locked
  return {
    profile,
    tryToSave: (fields) => locked.tryToSave([...fields, SESSION_OF]),
    save: async (changes) => {
      const next = withChanges(profile, changes)
      const isKnown = 'access_key_id' in changes || storedSession(profile, login) !== undefined
      const all = isKnown ? {...changes, [SESSION_OF]: sessionMark(next, login)} : changes
      await locked.save(all)
      profile = withChanges(profile, all)
    },
  }
}

const withChanges = (profile: Profile, changes: ProfileChanges): Profile => ({
  ...profile,
  field: (name) => (Object.hasOwn(changes, name) ? String(changes[name]) : profile.field(name)),
})
