import {AckError} from '../base/errors.ts'

/** One profile of a credential file: a profile of the aliyun CLI's config.json, or a section of an INI file. */
export interface Profile {
  readonly name: string
  /** The file it stands in. */
  readonly file: string
  /** What kind of credentials it describes, in the file's own word: `mode` or `type`. */
  readonly kind: string
  /** The text of a field by the file's own name; empty when it is absent. */
  readonly field: (name: string) => string
}

/** The profiles of one file, and the one that the file itself names. */
export interface ProfileFile {
  readonly path: string
  readonly profiles: readonly Profile[]
  /** undefined when the file names none; then a profile called `default` is meant. */
  readonly current: string | undefined
}

/** Which profile the user wants, and by which flag or variable they said so. */
export interface ProfileRequest {
  readonly value: string
  readonly from: string
}

const DEFAULT_NAME = 'default'

/**
 * Picks the profile of a file: the requested one, else the one that the file names as current, else `default`,
 * else the only one. Names are compared exactly; the first of equal names wins.
 *
 * @returns undefined when there are several, and none of these rules chooses one
 * @throws AckError `ProfileNotFound`
 */
export const chooseProfile = (file: ProfileFile, request: ProfileRequest | undefined): Profile | undefined => {
  const wanted = request ?? (file.current === undefined ? undefined : {value: file.current, from: `its "current"`})
  if (wanted) return namedProfile(file, wanted)
  const [first, ...others] = file.profiles
  const standard = file.profiles.find(({name}) => name === DEFAULT_NAME)
  if (standard) return standard
  if (first && others.length === 0) return first
  if (first) return undefined
  throw new AckError(
    'ProfileNotFound',
    `${file.path} holds no profile`,
    'run `aliyun configure`, or name another file with --profile-file',
  )
}

const namedProfile = (file: ProfileFile, {value, from}: ProfileRequest): Profile => {
  const profile = file.profiles.find(({name}) => name === value)
  if (profile) return profile
  const names = file.profiles.map(({name}) => name)
  throw new AckError(
    'ProfileNotFound',
    `${file.path} has no profile ${JSON.stringify(value)}, which ${from} names`,
    names.length > 0
      ? `choose one of: ${names.join(', ')}`
      : 'the file holds no profile at all: run `aliyun configure`',
  )
}

/** The error for a file of several profiles when nobody says which one is meant. */
export const ambiguousProfile = (path: string, names: readonly string[]): AckError =>
  new AckError(
    'ProfileAmbiguous',
    `${path} has several profiles; choose one: ${names.join(', ')}`,
    'pass --profile-name <name>, or set ACK_RAM_TOOL_PROFILE_NAME',
  )

/** The file cannot be understood. `complaint` says what is wrong and where, and quotes nothing of the content. */
export const invalidFile = (path: string, complaint: string): AckError =>
  new AckError(
    'CredentialFileInvalid',
    `${path} ${complaint}`,
    'correct the file, or name another one with --profile-file',
  )
