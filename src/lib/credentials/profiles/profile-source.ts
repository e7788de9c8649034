import {AckError} from '../../base/errors.ts'
import {chooseStsEndpoint, type Endpoint} from '../../options/endpoint.ts'
import {checkedRegion} from '../../options/region.ts'
import type {OptionValue} from '../../options/read-option.ts'
import {MIN_ROLE_DURATION_SECONDS} from '../../options/role-options.ts'
import {
  CORRECT_THE_PROGRAM,
  describeProfile,
  endpointField,
  invalidProfile,
  numberField,
  optionalField,
  requiredField,
} from '../../profile-files/profile-fields.ts'
import type {Profile, ProfileFile} from '../../profile-files/profile.ts'
import type {CredentialSource} from '../credentials.ts'
import type {SourceContext} from '../source-context.ts'

/** The context of a profile. */
export interface ProfileScope {
  readonly context: SourceContext
  /** The file with the profiles that may be its source; absent for a profile printed by a process. */
  readonly file: ProfileFile | undefined
  /** The profiles that refer to it, outermost first. */
  readonly trail: readonly Profile[]
}

/**
 * Makes the source of a profile of one kind.
 *
 * @throws AckError `ProfileInvalid` for a missing or invalid field
 */
export type SourceMaker = (profile: Profile, scope: ProfileScope) => CredentialSource | Promise<CredentialSource>

/** The kinds of profile in a file format. */
export interface ProfileKinds {
  /** The field that holds the kind. */
  readonly field: 'mode' | 'type'
  readonly makers: Readonly<Record<string, SourceMaker>>
  /** Kinds that exist but cannot sign a token, with what to do instead. */
  readonly refused: Readonly<Record<string, (profile: Profile) => string>>
}

/**
 * The source of a profile, or one that a plugin offers for an unknown kind.
 *
 * @throws AckError `ProfileInvalid`, `ProfileNotSupported`; `PluginFailed`
 */
export const profileSource = async (
  profile: Profile,
  scope: ProfileScope,
  {field, makers, refused}: ProfileKinds,
): Promise<CredentialSource> => {
  const {kind} = profile
  const make = Object.hasOwn(makers, kind) ? makers[kind] : undefined
  if (make) return make(profile, scope)
  if (kind === '') throw invalidProfile(profile, `has no ${field}`)
  const advice = Object.hasOwn(refused, kind) ? refused[kind]?.(profile) : undefined
  const offered = advice === undefined ? await askForProfile(profile, scope.context) : undefined
  if (offered) return offered
  throw new AckError(
    'ProfileNotSupported',
    `${describeProfile(profile)} has ${field} ${JSON.stringify(kind)}, which ${advice ? 'cannot sign a token' : 'is not supported'}`,
    profile.writtenIn === 'output'
      ? `${CORRECT_THE_PROGRAM}: it has to print a profile of another ${field}`
      : (advice ??
          `choose a profile whose ${field} is one of: ${Object.keys(makers).join(', ')}; or install a plugin that supports it`),
  )
}

const askForProfile = ({name, file, kind, field}: Profile, {askPlugins, options}: SourceContext) =>
  askPlugins?.({kind, profile: {name, file, field}, regionId: options.regionId})

/** A field as an option value, so that the error of a check can name it. */
export const fieldOption = (profile: Profile, name: string): OptionValue => ({
  value: requiredField(profile, name),
  from: `${name} of ${describeProfile(profile)}`,
})

/** The STS endpoint of a profile: the user's, else the profile's, else that of the profile's region or the user's. */
export const profileStsEndpoint = (profile: Profile, {options, runtime}: SourceContext): Endpoint => {
  const region = optionalField(profile, 'sts_region')
  const from = `sts_region of ${describeProfile(profile)}`
  return chooseStsEndpoint(options, {
    endpoint: endpointField(profile, 'sts_endpoint', runtime.env),
    region: checkedRegion(region === undefined ? undefined : {value: region, from}),
  })
}

/** The session duration for a role, in seconds; undefined (STS's default) if it is absent or too short for STS. */
export const sessionSeconds = (profile: Profile, name: string): number | undefined => {
  const seconds = numberField(profile, name)
  return seconds !== undefined && seconds >= MIN_ROLE_DURATION_SECONDS ? seconds : undefined
}
