import type {Identity} from '../../cache/identity.ts'
import {optionalField, unixTimeField} from '../../profile-files/profile-fields.ts'
import type {Profile} from '../../profile-files/profile.ts'
import type {LockedProfile} from '../../profile-files/update-cli-config.ts'
import {sha256Hex} from '../../signing/hash.ts'
import {credentialsOf, isFault, type Credentials} from '../credentials.ts'

/** Credentials with an expiration. */
export type Session = Credentials & {readonly expiration: Date}

/** A login of the aliyun CLI, stored in a profile of config.json together with its last session. */
export interface Login {
  /** The inputs that decide whose session it is, besides file and profile. */
  readonly facts: (profile: Profile) => Identity
  /** The fields with the tokens by which sessions are opened: they are the login of one person. */
  readonly tokenFields: readonly string[]
  /** Opens a new session and saves it, while the profile is locked. */
  readonly renew: (locked: LockedProfile, signal?: AbortSignal) => Promise<Session>
}

/**
 * The field of a profile that says for which login its session was opened. The aliyun CLI does not know it, and leaves it
 * out when it writes the file.
 */
export const SESSION_OF = 'ack_ram_tool_session_of'

/** The end of a token, in characters, tells it from every other one: kubectl would wait for the hash of a long one. */
const TOKEN_END = 32

/** The value of {@link SESSION_OF} for a profile with this session and this login. */
export const sessionMark = (profile: Profile, {facts, tokenFields}: Pick<Login, 'facts' | 'tokenFields'>): string =>
  sha256Hex(
    JSON.stringify([
      profile.kind,
      facts(profile),
      profile.field('access_key_id'),
      tokenFields.map((name) => profile.field(name).slice(-TOKEN_END)),
    ]),
  )

/**
 * The session in the profile; undefined if there is none that can be used, or it was opened for another login: whoever
 * changes the account need not remove the session. One that another program has stored is trusted, as that program does.
 */
export const storedSession = (profile: Profile, login: Login): Session | undefined => {
  const expiration = unixTimeField(profile, 'sts_expiration')
  const securityToken = optionalField(profile, 'sts_token')
  if (!expiration || !securityToken) return undefined
  const stored = credentialsOf({
    accessKeyId: optionalField(profile, 'access_key_id'),
    accessKeySecret: optionalField(profile, 'access_key_secret'),
    securityToken,
    expiration,
  })
  if (isFault(stored)) return undefined
  const mark = profile.field(SESSION_OF)
  return mark === '' || mark === sessionMark(profile, login) ? {...stored, expiration} : undefined
}
