import {AckError} from '../base/errors.ts'
import {printable} from '../base/printable.ts'
import {posixWord} from '../base/shell-words.ts'
import {parseEndpoint, type Endpoint} from '../options/endpoint.ts'
import type {Environment} from '../base/runtime.ts'
import type {Profile} from './profile.ts'

/** A profile's name in messages. */
export const describeProfile = ({name, file}: Profile): string => `profile ${JSON.stringify(name)} of ${file}`

/**
 * A required field.
 *
 * @param names - its possible names; the first non-empty field wins
 * @throws AckError `ProfileInvalid`
 */
export const requiredField = (profile: Profile, ...names: readonly [string, ...string[]]): string => {
  const value = optionalField(profile, ...names)
  if (value !== undefined) return value
  throw invalidProfile(profile, `has no ${names.join(' or ')}`)
}

/** An optional field; undefined if it is absent or empty. */
export const optionalField = (profile: Profile, ...names: readonly [string, ...string[]]): string | undefined =>
  names.map((name) => profile.field(name)).find((text) => text !== '')

/**
 * The AccessKey pair of a profile.
 *
 * @throws AckError `ProfileInvalid` if a field is missing
 */
export const accessKeyFields = (profile: Profile): {accessKeyId: string; accessKeySecret: string} => ({
  accessKeyId: requiredField(profile, 'access_key_id'),
  accessKeySecret: requiredField(profile, 'access_key_secret'),
})

/**
 * A time in Unix seconds; undefined if the field is 0 or absent.
 *
 * @throws AckError `ProfileInvalid`
 */
export const unixTimeField = (profile: Profile, name: string): Date | undefined => {
  const seconds = numberField(profile, name)
  if (!seconds) return undefined
  const time = new Date(seconds * 1000)
  if (!Number.isNaN(time.getTime())) return time
  throw invalidProfile(profile, `has a ${name} that is not a time in seconds`)
}

/**
 * A whole number that is not negative; undefined if it is absent.
 *
 * @throws AckError `ProfileInvalid`
 */
export const numberField = (profile: Profile, name: string): number | undefined => {
  const text = optionalField(profile, name)
  if (text === undefined) return undefined
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= 0) return value
  throw invalidProfile(profile, `has a ${name} that is not a whole number`)
}

/**
 * An endpoint; undefined if it is absent.
 *
 * @throws AckError `InvalidOption`
 */
export const endpointField = (profile: Profile, name: string, env: Environment): Endpoint | undefined => {
  const value = optionalField(profile, name)
  const scheme = env['ALIBABA_CLOUD_STS_HTTP_SCHEME'] === 'http' ? 'http' : 'https'
  return value === undefined
    ? undefined
    : parseEndpoint({value, from: `${name} of ${describeProfile(profile)}`}, scheme)
}

/** The error for an invalid profile. `complaint` follows the profile's name. */
export const invalidProfile = (profile: Profile, complaint: string): AckError =>
  new AckError('ProfileInvalid', `${describeProfile(profile)} ${complaint}`, correction(profile))

const correction = ({name, writtenIn}: Profile): string => {
  if (writtenIn === 'output') return CORRECT_THE_PROGRAM
  return writtenIn === 'ini' ? 'correct the file' : `${configureCommand(name)}, or correct the file`
}

/** The next step where a process_command has printed something wrong. */
export const CORRECT_THE_PROGRAM = 'correct the program'

/**
 * The advice to set a profile up anew.
 *
 * @param flags - of `aliyun configure`
 */
export const configureCommand = (name: string, flags = ''): string => {
  // A name that would not stay on its line is no word that anybody can copy.
  const word = printable(name) === name ? posixWord(name) : '<name>'
  return `run \`aliyun configure ${flags && `${flags} `}--profile ${word}\``
}
