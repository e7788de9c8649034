import {askedSource} from '../sources/static-source.ts'
import {outsideDeadline} from '../../base/deadline.ts'
import {AckError} from '../../base/errors.ts'
import {
  CORRECT_THE_PROGRAM,
  describeProfile,
  invalidProfile,
  optionalField,
  requiredField,
} from '../../profile-files/profile-fields.ts'
import type {Profile} from '../../profile-files/profile.ts'
import {sha256Hex} from '../../signing/hash.ts'
import type {Credentials, CredentialSource} from '../credentials.ts'
import {profileSource, type ProfileKinds, type ProfileScope} from './profile-source.ts'
import {parseTime} from '../temporary-credentials.ts'
import {profileOrigin} from '../profile-origin.ts'

/** The limit of a chain of processes, where the output of one names the next. */
const MAX_PROCESSES = 3

/** Modes that a printed profile cannot have, since they need its file: for a source profile, or to store a login. */
const FILE_MODES = new Set(['ChainableRamRoleArn', 'CloudSSO', 'OAuth'])

/**
 * The credentials of an external process: it prints a profile, which is resolved by its own mode. The command may hold a
 * secret, so it is neither shown nor stored.
 *
 * @param kinds - the kinds of profile that the output may be
 * @throws AckError `ProfileInvalid`
 */
export const externalSource = (profile: Profile, scope: ProfileScope, kinds: ProfileKinds): CredentialSource => {
  const command = requiredField(profile, 'process_command')
  if (command.trim() === '') throw invalidProfile(profile, 'has an empty process_command')
  const {context} = scope
  return askedSource(
    {
      description: `the external process of ${describeProfile(profile)}`,
      identity: [...profileOrigin(profile).identity, ['commandSha256', sha256Hex(command)]],
      ifExpired: `${CORRECT_THE_PROGRAM}: it has to print credentials that are valid`,
    },
    async (signal) => {
      const trail = [...scope.trail, profile]
      if (trail.filter(isProcess).length > MAX_PROCESSES)
        throw invalidProfile(profile, `is the output of more than ${MAX_PROCESSES} chained processes`)
      // The run's deadline is for network calls, and the process may wait for a person.
      const {externalProfile, PROCESS_TIMEOUT_MS} = await import('../sources/external-process.ts')
      const timeoutMs = Math.max(PROCESS_TIMEOUT_MS, context.options.timeoutMs)
      const external = {command, description: describeProfile(profile), timeoutMs}
      const printed = await outsideDeadline(signal, () => externalProfile(external, context))
      if (FILE_MODES.has(printed.kind)) throw invalidOutput(profile, `with mode ${printed.kind}, which needs a file`)
      const source = await profileSource(printed, {context, file: undefined, trail}, kinds)
      return endingAsPrinted(await source.load(signal), printed, profile)
    },
  )
}

/** Others that lead here, by their source_profile, run nothing. */
const isProcess = ({kind}: Profile): boolean => kind.toLowerCase() === 'external'

/** Applies the expiration in the output of a profile's process, if there is one. */
const endingAsPrinted = (credentials: Credentials, printed: Profile, profile: Profile): Credentials => {
  const text = optionalField(printed, 'expiration')
  if (text === undefined) return credentials
  const expiration = parseTime(text)
  if (!expiration) throw invalidOutput(profile, 'with an invalid expiration')
  if (credentials.expiration && credentials.expiration < expiration) return credentials
  return {...credentials, expiration}
}

const invalidOutput = (profile: Profile, complaint: string): AckError =>
  new AckError(
    'ProcessFailed',
    `the external process of ${describeProfile(profile)} printed a profile ${complaint}`,
    CORRECT_THE_PROGRAM,
  )
