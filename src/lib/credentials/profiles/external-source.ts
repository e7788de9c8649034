import {AckError} from '../../base/errors.ts'
import {describeProfile, invalidProfile, optionalField, requiredField} from '../../profile-files/profile-fields.ts'
import type {Profile} from '../../profile-files/profile.ts'
import {sha256Hex} from '../../signing/hash.ts'
import type {Credentials, CredentialSource} from '../credentials.ts'
import {profileSource, type ProfileKinds, type ProfileScope} from './profile-source.ts'
import {parseTime} from '../temporary-credentials.ts'
import {profileOrigin} from '../profile-origin.ts'

/** How many processes may follow one another: one whose output asks for another, and so on. */
const MAX_PROCESSES = 3

/** Modes that a printed profile cannot have: it has no file to name other profiles of, or to keep a login in. */
const FILE_MODES = new Set(['ChainableRamRoleArn', 'CloudSSO', 'OAuth'])

/**
 * The credentials of an external process: it prints a profile, and that is resolved by its own mode. The command may
 * hold a secret, so it is neither shown nor kept.
 *
 * @param kinds - the kinds of profile that the output may be
 * @throws AckError `ProfileInvalid`
 */
export const externalSource = (profile: Profile, scope: ProfileScope, kinds: ProfileKinds): CredentialSource => {
  const command = requiredField(profile, 'process_command')
  if (command.trim() === '') throw invalidProfile(profile, 'has a process_command that is blank')
  const {context} = scope
  return {
    description: `external process of ${describeProfile(profile)}`,
    identity: [...profileOrigin(profile).identity, ['commandSha256', sha256Hex(command)]],
    namesCaller: false,
    isCacheable: true,
    atHand: () => undefined,
    load: async (signal) => {
      const trail = [...scope.trail, profile]
      if (trail.length > MAX_PROCESSES)
        throw invalidProfile(profile, 'is the output of too many processes, each of which names the next')
      // It has 60 s of its own: the run's deadline is for the network, and a person may have to confirm something here.
      const {externalProfile} = await import('../sources/external-process.ts')
      const printed = await externalProfile({command, description: describeProfile(profile)}, context)
      if (FILE_MODES.has(printed.kind)) throw unusable(profile, `of mode ${printed.kind}, which only a file can hold`)
      const source = await profileSource(printed, {context, file: undefined, trail}, kinds)
      return endingAsPrinted(await source.load(signal), printed)
    },
  }
}

/** The output may say when its credentials end. */
const endingAsPrinted = (credentials: Credentials, printed: Profile): Credentials => {
  const text = optionalField(printed, 'expiration')
  if (text === undefined) return credentials
  const expiration = parseTime(text)
  if (!expiration) throw unusable(printed, 'with an expiration that is not a time')
  if (credentials.expiration && credentials.expiration < expiration) return credentials
  return {...credentials, expiration}
}

const unusable = (profile: Profile, complaint: string): AckError =>
  new AckError(
    'ProcessFailed',
    `the external process of ${describeProfile(profile)} prints a profile ${complaint}`,
    'correct the program',
  )
