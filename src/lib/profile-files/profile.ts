import {AckError} from '../base/errors.ts'
import {printable} from '../base/printable.ts'
import type {OptionValue} from '../options/read-option.ts'

/**
 * One profile: a profile of the aliyun CLI's config.json, a section of an INI
 * file, or what a process_command has printed.
 */
export interface Profile {
  readonly name: string
  /** The path of its file; of a printed one, whose process_command has printed it. */
  readonly file: string
  /** What it is written in, which says how it is corrected. */
  readonly writtenIn: 'config.json' | 'ini' | 'output'
  /** The kind of credentials: its `mode` or `type`. */
  readonly kind: string
  /** The text of a field by its name in the file; empty if it is absent. */
  readonly field: (name: string) => string
}

/** The profiles of one file. */
export interface ProfileFile {
  readonly path: string
  readonly profiles: readonly Profile[]
  /** The name of the current profile, if the file has that field. */
  readonly current: string | undefined
  /** The lines that say nothing, in their order; absent where the format allows none. */
  readonly unread?: readonly UnreadLine[]
}

/** A line of an INI file that is neither section, key nor comment, or that is in no section. */
export interface UnreadLine {
  /** From 1. */
  readonly line: number
  /** What is wrong with it; follows the path. */
  readonly complaint: string
  /** The section that it is in; undefined before the first one. */
  readonly profile: Profile | undefined
}

/** The profile that is chosen where nobody names one. */
export const DEFAULT_NAME = 'default'

/**
 * Chooses the profile of a file: the requested one, else the file's current one, else `default`, else the only one.
 * Names are compared exactly; the first of equal names wins.
 *
 * @returns undefined if there are several profiles and none of these rules applies
 * @throws AckError `ProfileNotFound`
 */
export const chooseProfile = (file: ProfileFile, request: OptionValue | undefined): Profile | undefined => {
  const wanted = request ?? (file.current === undefined ? undefined : {value: file.current, from: `its "current"`})
  if (wanted) return namedProfile(file, wanted)
  const [first, ...others] = file.profiles
  const standard = file.profiles.find(({name}) => name === DEFAULT_NAME)
  if (standard) return standard
  if (first && others.length === 0) return first
  if (first) return undefined
  throw new AckError(
    'ProfileNotFound',
    `${file.path} has no profiles`,
    'run `aliyun configure`, or name another file with --profile-file',
  )
}

const namedProfile = (file: ProfileFile, {value, from}: OptionValue): Profile => {
  const profile = file.profiles.find(({name}) => name === value)
  if (profile) return profile
  const names = file.profiles.map(({name}) => name)
  throw new AckError(
    'ProfileNotFound',
    `${file.path} has no profile ${JSON.stringify(value)} (from ${from})`,
    names.length > 0 ? `choose one of: ${listed(names)}` : 'the file has no profiles: run `aliyun configure`',
  )
}

/**
 * Refuses unread lines that may have been meant for the chosen profile: those in it, and those before the first section
 * where nobody has named one.
 *
 * @param isNamed - whether the profile was asked for, by a person or by its name `default`
 * @returns a warning about the others; undefined if there are none
 * @throws AckError `CredentialFileInvalid`
 */
export const refuseUnread = (
  {path, unread = []}: ProfileFile,
  chosen: Profile,
  isNamed: boolean,
): string | undefined => {
  const decisive = unread.find(({profile}) => profile === chosen || (profile === undefined && !isNamed))
  if (decisive) throw unreadLine(path, decisive)
  const [first, ...others] = unread
  if (!first) return undefined
  const more = others.length > 0 ? ` and ${others.length} more` : ''
  return `${path} ${first.complaint} (line ${first.line}${more}): it is ignored`
}

/** The error for an unread line that cannot be ignored. */
export const unreadLine = (path: string, {line, complaint}: Omit<UnreadLine, 'profile'>): AckError =>
  invalidFile(path, `${complaint} (line ${line})`)

/** The error for a file with several profiles, if the user has not chosen one. */
export const ambiguousProfile = (path: string, names: readonly string[]): AckError =>
  new AckError(
    'ProfileAmbiguous',
    `${path} has several profiles; choose one: ${listed(names)}`,
    'pass --profile-name <name>, or set ACK_RAM_TOOL_PROFILE_NAME',
  )

/** Names in one line: whoever wrote the file has chosen them. */
const listed = (names: readonly string[]): string => names.map(printable).join(', ')

/** The error for a file of the other format: of one that is named, its name says which is expected. */
export const otherFormat = (path: string, readAs: 'INI' | 'JSON'): AckError => {
  const [holds, ends] = readAs === 'INI' ? ['JSON', 'does not end'] : ['INI', 'ends']
  const byName = path.endsWith('.json') === (readAs === 'JSON') ? `, since its name ${ends} in .json` : ''
  const remedy = `name it with --profile-file, by a name that ${readAs === 'INI' ? 'ends' : 'does not end'} in .json`
  return new AckError('CredentialFileInvalid', `${path} is read as ${readAs}${byName}, and holds ${holds}`, remedy)
}

/**
 * The error for an invalid file. `complaint` says what is wrong and where, and never quotes the content.
 *
 * @param remedy - what to do about it
 */
export const invalidFile = (path: string, complaint: string, remedy = 'correct the file'): AckError =>
  new AckError('CredentialFileInvalid', `${path} ${complaint}`, `${remedy}, or name another one with --profile-file`)
