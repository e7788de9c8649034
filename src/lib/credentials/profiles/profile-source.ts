import {AckError} from '../../base/errors.ts'
import {chooseStsEndpoint, type Endpoint} from '../../options/endpoint.ts'
import {checkedRegion} from '../../options/global-options.ts'
import type {OptionValue} from '../../options/read-option.ts'
import {MIN_ROLE_DURATION_SECONDS} from '../../options/role-options.ts'
import {
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

/** Where a profile stands, and what it may refer to. */
export interface ProfileScope {
  readonly context: SourceContext
  /** The file whose profiles it may name as its source; absent for a profile that a process has printed. */
  readonly file: ProfileFile | undefined
  /** The profiles that led here, outermost first. */
  readonly trail: readonly Profile[]
}

/**
 * Makes the source that a profile of one kind describes.
 *
 * @throws AckError `ProfileInvalid` when the profile lacks something
 */
export type SourceMaker = (profile: Profile, scope: ProfileScope) => CredentialSource | Promise<CredentialSource>

/** The kinds of profile that a file format knows, in the format's own words. */
export interface ProfileKinds {
  /** The field that holds the kind. */
  readonly field: 'mode' | 'type'
  readonly makers: Readonly<Record<string, SourceMaker>>
  /** Kinds that exist and cannot sign a token: what to do instead. */
  readonly refused: Readonly<Record<string, string>>
}

/**
 * The source that a profile describes, or that a plugin offers for a kind which is not known here.
 *
 * @throws AckError `ProfileInvalid`, `ProfileNotSupported`; what plugins do wrong
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
  const advice = Object.hasOwn(refused, kind) ? refused[kind] : undefined
  const offered = advice === undefined ? await askForProfile(profile, scope.context) : undefined
  if (offered) return offered
  throw new AckError(
    'ProfileNotSupported',
    `${describeProfile(profile)} has ${field} ${JSON.stringify(kind)}, which ${advice ? 'cannot sign a token' : 'is not known'}`,
    advice ??
      `choose a profile whose ${field} is one of: ${Object.keys(makers).join(', ')}; or install a plugin that supports it`,
  )
}

const askForProfile = ({name, file, kind, field}: Profile, {askPlugins, options}: SourceContext) =>
  askPlugins?.({kind, profile: {name, file, field}, regionId: options.regionId})

/** A field as an option, so that a check of its value can name it. */
export const fieldOption = (profile: Profile, name: string): OptionValue => ({
  value: requiredField(profile, name),
  from: `${name} of ${describeProfile(profile)}`,
})

/** The STS endpoint of a profile: the user's own choice, the profile's endpoint, its region, the user's region. */
export const profileStsEndpoint = (profile: Profile, {options, runtime}: SourceContext): Endpoint => {
  const region = optionalField(profile, 'sts_region')
  const from = `sts_region of ${describeProfile(profile)}`
  return chooseStsEndpoint(options, {
    endpoint: endpointField(profile, 'sts_endpoint', runtime.env),
    region: checkedRegion(region === undefined ? undefined : {value: region, from}),
  })
}

/** How long a role's session shall live; STS's own default for an absent value and for one that it would not take. */
export const sessionSeconds = (profile: Profile, name: string): number | undefined => {
  const seconds = numberField(profile, name)
  return seconds !== undefined && seconds >= MIN_ROLE_DURATION_SECONDS ? seconds : undefined
}
