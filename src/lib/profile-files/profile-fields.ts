import {AckError} from '../base/errors.ts'
import {parseEndpoint, type Endpoint} from '../options/endpoint.ts'
import type {Environment} from '../base/runtime.ts'
import type {Profile} from './profile.ts'

/** A profile as a message names it. */
export const describeProfile = ({name, file}: Profile): string => `profile ${JSON.stringify(name)} of ${file}`

/**
 * A field that the profile's kind cannot do without.
 *
 * @param names - the names it may have, the first that is not empty counts
 * @throws AckError `ProfileInvalid`
 */
export const requiredField = (profile: Profile, ...names: readonly [string, ...string[]]): string => {
  const value = optionalField(profile, ...names)
  if (value !== undefined) return value
  throw invalidProfile(profile, `has no ${names.join(' or ')}`)
}

/** A field that may be absent or empty. */
export const optionalField = (profile: Profile, ...names: readonly [string, ...string[]]): string | undefined =>
  names.map((name) => profile.field(name)).find((text) => text !== '')

/** @throws AckError `ProfileInvalid` when a required field is missing */
export const accessKeyFields = (profile: Profile): {accessKeyId: string; accessKeySecret: string} => ({
  accessKeyId: requiredField(profile, 'access_key_id'),
  accessKeySecret: requiredField(profile, 'access_key_secret'),
})

/**
 * A point in time in Unix seconds; 0 and an absent field mean that it is not known.
 *
 * @throws AckError `ProfileInvalid`
 */
export const unixTimeField = (profile: Profile, name: string): Date | undefined => {
  const seconds = numberField(profile, name)
  return seconds ? new Date(seconds * 1000) : undefined
}

/**
 * A whole number that is not negative; undefined when it is absent.
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
 * An endpoint, where the profile names one.
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

export const invalidProfile = (profile: Profile, complaint: string): AckError =>
  new AckError('ProfileInvalid', `${describeProfile(profile)} ${complaint}`, configureHint(profile))

const configureHint = ({name, file}: Profile): string =>
  file.endsWith('.json')
    ? `run \`aliyun configure --profile ${shellWord(name)}\`, or correct the file`
    : 'correct the file'

/** Text as one word of a shell's command line. */
export const shellWord = (text: string): string =>
  /^[\w.@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
