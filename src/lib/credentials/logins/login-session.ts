import {askedSource} from '../sources/static-source.ts'
import {AckError} from '../../base/errors.ts'
import {stripHttpWhitespace} from '../../base/http-whitespace.ts'
import {cliConfigPath} from '../../profile-files/credential-files.ts'
import type {ProfileChanges} from '../../profile-files/editable-profile.ts'
import {configureCommand, describeProfile, optionalField} from '../../profile-files/profile-fields.ts'
import type {Profile} from '../../profile-files/profile.ts'
import type {LockedProfile} from '../../profile-files/update-cli-config.ts'
import {Secret} from '../../base/secret.ts'
import {TOKEN_LIFETIME_MS} from '../token-lifetime.ts'
import type {CredentialSource} from '../credentials.ts'
import {CHECK_CLOCK} from '../expired.ts'
import type {SourceContext} from '../source-context.ts'
import type {Identity} from '../../cache/identity.ts'
import {profileOrigin} from '../profile-origin.ts'
import {storedSession, type Login, type Session} from './stored-session.ts'

/**
 * The source of a profile that stores its own session, so that no cache is needed: the stored session while it is valid
 * for the lifetime of a token, else a new one; if that fails, the stored one until it expires. A session that this program
 * has stored counts only for the login that it was opened for.
 */
export const loginSource = (profile: Profile, login: Login, context: SourceContext): CredentialSource => {
  const {runtime, clock, log} = context
  const {description, identity} = profileOrigin(profile)
  const ownFacts = login.facts(profile)
  const lasts = ({expiration}: Session, ms: number): boolean => expiration.getTime() > clock.now().getTime() + ms
  const renewOnce = async (signal?: AbortSignal): Promise<Session> => {
    const {withCliConfigLock} = await import('../../profile-files/update-cli-config.ts')
    const {timeoutMs: waitMs} = context.options
    return withCliConfigLock(profile.file, profile.name, {runtime, log, waitMs, signal}, async (locked) => {
      refuseIfChanged(profile, locked.profile, ownFacts, login.facts)
      const stored = storedSession(locked.profile, login)
      if (stored && lasts(stored, TOKEN_LIFETIME_MS)) return stored
      const {rememberingLogin} = await import('./remembering-login.ts')
      return login.renew(rememberingLogin(locked, login), signal)
    })
  }
  return askedSource(
    {description, identity: [...identity, ...ownFacts], ifExpired: CHECK_CLOCK},
    async (signal) => {
      const stored = storedSession(profile, login)
      if (stored && lasts(stored, TOKEN_LIFETIME_MS)) return stored
      try {
        return await renewOnce(signal)
      } catch (error) {
        if (!(error instanceof AckError) || error.code === 'Cancelled' || !stored || !lasts(stored, 0)) throw error
        const why = [error.message, error.nextStep].filter((text) => text !== '').join(': ')
        log.warn(`${why}. Using the old session, valid until ${stored.expiration.toISOString()}`)
        return stored
      }
    },
    () => {
      const stored = storedSession(profile, login)
      return stored && lasts(stored, TOKEN_LIFETIME_MS) ? stored : undefined
    },
  )
}

/** Saves a new session. A failure is only a warning, since the credentials are valid all the same. */
export const saveSession = async (
  locked: LockedProfile,
  {accessKeyId, accessKeySecret, securityToken}: Session,
  changes: ProfileChanges,
  {log}: SourceContext,
): Promise<void> => {
  try {
    await locked.save({
      access_key_id: accessKeyId,
      access_key_secret: accessKeySecret.reveal(),
      sts_token: securityToken?.reveal() ?? '',
      ...changes,
    })
  } catch (error) {
    if (!(error instanceof AckError)) throw error
    log.warn(`could not save the new session; the next run will request another: ${error.message}`)
  }
}

/** The error that a person has to log in, with the command. The command is never run here: nobody may be there. */
export const loginRequired = (profile: Profile, why: string, flags: string, context: SourceContext): AckError =>
  new AckError('LoginRequired', `${describeProfile(profile)} ${why}`, loginHint(profile, flags, context))

/**
 * The next step by which a person logs in.
 *
 * @param flags - of `aliyun configure`, such as `--mode CloudSSO`
 */
export const loginHint = ({name, file}: Profile, flags: string, {runtime}: SourceContext): string => {
  const ownFile = cliConfigPath(runtime)
  const run = configureCommand(name, flags)
  return file === ownFile ? run : `${run}, which writes ${ownFile ?? 'its own file'}, and copy the profile to ${file}`
}

/** A token for a header; undefined if it is absent or has characters that a header does not allow. */
export const headerToken = (profile: Profile, name: string): string | undefined =>
  headerText(optionalField(profile, name))

/** The same for a field of an answer. */
export const headerText = (value: unknown): string | undefined => {
  const text = typeof value === 'string' ? stripHttpWhitespace(value) : ''
  if (!/^[\u0021-\u007E]+$/.test(text)) return undefined
  // Makes it known to `scrub`.
  return new Secret(text).reveal()
}

// Before it was locked, the user may have changed the profile to another account.
const refuseIfChanged = (profile: Profile, now: Profile, facts: Identity, factsOf: Login['facts']): void => {
  if (now.kind === profile.kind && JSON.stringify(factsOf(now)) === JSON.stringify(facts)) return
  throw new AckError('ProfileInvalid', `${describeProfile(profile)} has just changed`, 'run the command again')
}
