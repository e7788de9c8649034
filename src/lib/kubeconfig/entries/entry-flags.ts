import {AckError} from '../../base/errors.ts'
import {absolutePath} from '../../base/files/absolute-path.ts'
import type {Runtime} from '../../base/runtime.ts'
import {namedRoles} from '../../credentials/selection/select-source.ts'
import type {Selection} from '../../credentials/selection/selection.ts'
import {
  GLOBAL_OPTIONS,
  ROLE_OPTIONS,
  type OptionDefinition,
  type OptionDefinitions,
  type TextDefinition,
} from '../../options/definitions.ts'
import type {GlobalOptions} from '../../options/global-options.ts'
import {readBoolean, readText, type Flags, type OptionInputs, type OptionValue} from '../../options/read-option.ts'
import {givenStsEndpoint} from '../../options/sts-endpoint.ts'
import type {Profile} from '../../profile-files/profile.ts'
import {expandHome} from '../../base/files/expand-home.ts'

/** The options that decide whose credentials are used. */
export const DECIDING: OptionDefinitions = Object.fromEntries(
  Object.entries<OptionDefinition>({...GLOBAL_OPTIONS, ...ROLE_OPTIONS}).filter(([, {inExecEntry}]) => inExecEntry),
)

/** What an entry says of the credentials. */
export interface EntryFlags {
  /** The flags that decide whose credentials are used, with absolute paths. */
  readonly flags: Flags
  /** Whether a person may have to be asked for the profile. */
  readonly mayAskProfile: boolean
}

interface Context {
  readonly inputs: OptionInputs
  readonly options: GlobalOptions
  readonly runtime: Pick<Runtime, 'homeDir'>
}

/**
 * What decided whose credentials a run has used, as the flags of another run: whatever it came from, a flag, a variable
 * or a file that says which profile is current.
 *
 * @param identity - the ID of the only identity that the entry is for, if it names one
 * @throws AckError `InvalidOption` for a file that only this run can read
 */
export const entryFlags = (selection: Selection, identity: string | undefined, context: Context): EntryFlags => {
  const {source, profile} = selection
  const roles = namedRoles(selection, context).map(({value}) => value)
  const given = givenFlags(context)
  if (profile) {
    refuseOwnOpenFile(profile.file, 'the file of the credentials')
    refuseHalfCharacters(profile)
  }
  return {
    flags: {
      ...given,
      'ignore-env-credentials': ignoresEnvironment(given, names(selection, context), roles),
      'profile-file': profile?.file,
      'profile-name': profile?.name,
      'role-arn': roles.length > 0 ? roles : undefined,
      'sts-endpoint': givenStsEndpoint(context.inputs)?.value,
      'vpc-endpoint': context.options.usesVpc,
      'expected-identity': identity,
    },
    mayAskProfile: context.options.credentialType !== 'imds' && !(profile && source.namesCaller),
  }
}

/** JSON can hold half of a surrogate pair, and a kubeconfig cannot. */
const refuseHalfCharacters = ({name, file}: Pick<Profile, 'name' | 'file'>): void => {
  if (name.isWellFormed()) return
  throw new AckError(
    'ProfileInvalid',
    `the name of profile ${JSON.stringify(name)} in ${file} has half of a character, which no kubeconfig can hold`,
    'rename the profile in that file',
  )
}

/**
 * The same where no credentials are looked for: what was typed, or set in our own variables.
 *
 * @throws AckError `InvalidOption` for a file that only this run can read
 */
export const givenEntryFlags = (identity: string | undefined, context: Context): EntryFlags => {
  const given = givenFlags(context)
  const {role, usesVpc, credentialType} = context.options
  const namesWhom = given['profile-file'] !== undefined || credentialType !== 'any'
  return {
    flags: {
      ...given,
      'ignore-env-credentials': ignoresEnvironment(given, namesWhom, role.arns),
      'role-arn': role.arns.length > 0 ? role.arns.map(({value}) => value) : undefined,
      'sts-endpoint': givenStsEndpoint(context.inputs)?.value,
      'vpc-endpoint': usesVpc,
      'expected-identity': identity,
    },
    mayAskProfile: credentialType !== 'imds' && given['profile-name'] === undefined,
  }
}

/** Else a role that the environment of kubectl names would be assumed on top of the credentials that the entry names. */
const ignoresEnvironment = (given: Flags, namesWhom: boolean, roles: readonly unknown[]): boolean =>
  given['ignore-env-credentials'] === true || (namesWhom && roles.length === 0)

/** Whether the entry names whose credentials are used, without the environment. */
const names = ({profile}: Selection, {options}: Pick<Context, 'options'>): boolean =>
  profile !== undefined || options.credentialType !== 'any'

/** For the last of the roles that options name: without one they have no effect, nor should they in the entry. */
const FOR_LAST_ROLE = new Set(['role-duration', 'role-external-id', 'role-policy'])

const givenFlags = ({inputs, options, runtime}: Context): Flags =>
  Object.fromEntries(
    Object.entries(DECIDING).map(([name, definition]) => {
      if (FOR_LAST_ROLE.has(name) && options.role.arns.length === 0) return [name, undefined]
      if (definition.kind === 'boolean') return [name, readBoolean(name, definition, inputs)]
      const given = readText(name, definition, inputs)
      const isGiven = given !== undefined && given.from !== 'default'
      return [name, isGiven ? withAbsolutePath(given, definition, runtime) : undefined]
    }),
  )

/** kubectl is called from any directory, and by other users. */
const withAbsolutePath = (
  {value: text, from}: OptionValue,
  {isPath}: TextDefinition,
  {homeDir}: Context['runtime'],
): string => {
  const start = isPath === 'after @' && text.startsWith('@') ? '@' : ''
  if (isPath !== true && start === '') return text
  const path = absolutePath(expandHome(text.slice(start.length), homeDir))
  refuseOwnOpenFile(path, from)
  return start + path
}

/** What a process has open, such as the `<(…)` of a shell, is gone with it. */
const OWN_OPEN_FILE = /^\/(?:dev\/(?:fd\/|std(?:in|out|err)$)|proc\/(?:self|thread-self|\d+)\/(?:task\/\d+\/)?fd\/)/

const refuseOwnOpenFile = (path: string, from: string): void => {
  if (!OWN_OPEN_FILE.test(path)) return
  throw new AckError(
    'InvalidOption',
    `${from} is ${path}, which only this run can read: kubectl would not find it there`,
    'put what it gives into a file, and name that',
  )
}
