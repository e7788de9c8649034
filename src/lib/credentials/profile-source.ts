import {AckError} from '../errors.ts'
import type {Profile} from '../profile/profile.ts'
import type {CredentialSource} from './credentials.ts'
import {staticSource} from './static-source.ts'

/** Makes the source that a profile of one kind describes; throws when a required field is missing. */
type SourceMaker = (profile: Profile) => CredentialSource

/** Modes of the aliyun CLI's config.json. A new mode is one more line. */
const CLI_MODES: Readonly<Record<string, SourceMaker>> = {
  AK: (profile) => staticSource(describe(profile), accessKey(profile)),
  StsToken: (profile) =>
    staticSource(describe(profile), {
      ...accessKey(profile),
      securityToken: required(profile, 'sts_token'),
      expiration: unixTime(profile, 'sts_expiration'),
    }),
}

/** Types of the INI file's sections. */
const INI_TYPES: Readonly<Record<string, SourceMaker>> = {
  access_key: (profile) => staticSource(describe(profile), accessKey(profile)),
  sts: (profile) =>
    staticSource(describe(profile), {
      ...accessKey(profile),
      // Alibaba Cloud's SDKs write the second name, this tool's Go original reads the first.
      securityToken: required(profile, 'sts_token', 'security_token'),
    }),
}

/** The source of a profile of the aliyun CLI's config.json. */
export const cliProfileSource = (profile: Profile): CredentialSource => sourceOf(profile, 'mode', CLI_MODES)

/** The source of a section of an INI credential file. */
export const iniProfileSource = (profile: Profile): CredentialSource => sourceOf(profile, 'type', INI_TYPES)

const sourceOf = (
  profile: Profile,
  kindField: string,
  makers: Readonly<Record<string, SourceMaker>>,
): CredentialSource => {
  const make = Object.hasOwn(makers, profile.kind) ? makers[profile.kind] : undefined
  if (make) return make(profile)
  if (profile.kind === '') {
    throw new AckError('ProfileInvalid', `${describe(profile)} has no ${kindField}`, configureHint(profile))
  }
  throw new AckError(
    'ProfileNotSupported',
    `${describe(profile)} has ${kindField} ${JSON.stringify(profile.kind)}, which this version cannot use`,
    `choose a profile whose ${kindField} is one of: ${Object.keys(makers).join(', ')}`,
  )
}

const describe = ({name, file}: Profile): string => `profile ${JSON.stringify(name)} of ${file}`

const accessKey = (profile: Profile): {accessKeyId: string; accessKeySecret: string} => ({
  accessKeyId: required(profile, 'access_key_id'),
  accessKeySecret: required(profile, 'access_key_secret'),
})

const required = (profile: Profile, ...names: readonly [string, ...string[]]): string => {
  const value = names.map((name) => profile.field(name)).find((text) => text !== '')
  if (value !== undefined) return value
  throw new AckError('ProfileInvalid', `${describe(profile)} has no ${names.join(' or ')}`, configureHint(profile))
}

const configureHint = ({name, file}: Profile): string =>
  file.endsWith('.json')
    ? `run \`aliyun configure --profile ${shellWord(name)}\`, or correct the file`
    : 'correct the file'

const shellWord = (text: string): string => (/^[\w.@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`)

const unixTime = (profile: Profile, name: string): Date | undefined => {
  const text = profile.field(name)
  if (text === '' || text === '0') return undefined
  const seconds = Number(text)
  if (Number.isSafeInteger(seconds) && seconds > 0) return new Date(seconds * 1000)
  throw new AckError(
    'ProfileInvalid',
    `${describe(profile)} has a ${name} that is not a time in Unix seconds`,
    configureHint(profile),
  )
}
