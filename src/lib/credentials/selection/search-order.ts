import {AckError} from '../../base/errors.ts'
import {parseCliConfig} from '../../profile-files/cli-config.ts'
import type {GlobalOptions} from '../../options/global-options.ts'
import {absolutePath} from '../../base/files/absolute-path.ts'
import {cliConfigPath, CONFIG_FILE_VARIABLE, credentialsIniPath} from '../../profile-files/credential-files.ts'
import {parseCredentialsIni} from '../../profile-files/credentials-ini.ts'
import type {OptionValue} from '../../options/read-option.ts'
import {
  ambiguousProfile,
  chooseProfile,
  DEFAULT_NAME,
  refuseUnread,
  type Profile,
  type ProfileFile,
} from '../../profile-files/profile.ts'
import {expandHome} from '../../base/files/expand-home.ts'
import {missingFile, readCredentialFile} from '../../profile-files/read-file.ts'
import {CLI_MODES} from '../profiles/cli-modes.ts'
import {environmentSource} from './environment.ts'
import {INI_TYPES} from '../profiles/ini-types.ts'
import {profileSource, type ProfileKinds} from '../profiles/profile-source.ts'
import type {SourceContext} from '../source-context.ts'
import type {Selection} from './selection.ts'

/** A provider of the chain: a place that may hold credentials. */
export interface Provider {
  readonly name: string
  /** What says that it is ignored, as {@link OptionValue.from}. */
  readonly ignoredBy?: string
  /**
   * Finds the source, or the reason to skip this provider.
   *
   * @throws AckError for credentials that are there but invalid: the search then ends
   */
  find(): Promise<Lookup>
}

type Lookup = Selection | {readonly skipped: string}

/**
 * The default provider chain: only the file that the user named, or else the environment, the aliyun CLI's config.json
 * and `~/.alibabacloud/credentials`, in this order.
 */
export const providerChain = (context: SourceContext): readonly Provider[] => {
  const {options, runtime} = context
  if (options.profileFile) {
    const {value, from} = options.profileFile
    const path = absolutePath(expandHome(value, runtime.homeDir))
    return [fileProvider(context, path.endsWith('.json') ? CLI_CONFIG : INI_FILE, path, missingIsFatal(path, from))]
  }
  return [
    environmentProvider(context),
    cliConfigProvider(context),
    fileProvider(context, INI_FILE, credentialsIniPath(runtime)),
  ]
}

const cliConfigProvider = (context: SourceContext): Provider => {
  const {options, runtime} = context
  const {aliyunCliIgnoredBy: by} = options
  if (by !== undefined) {
    const name = "the aliyun CLI's config.json"
    return ignoredProvider(name, by, () => {
      if (isProfileTyped(options) && !by.startsWith('--'))
        context.log.warn(`ignoring ${name}, and the profiles in it: ${remedyOf(by)} to use them`)
    })
  }
  const path = cliConfigPath(runtime)
  const isNamed = path !== undefined && Boolean(runtime.env[CONFIG_FILE_VARIABLE])
  return fileProvider(context, CLI_CONFIG, path, isNamed ? missingIsFatal(path, CONFIG_FILE_VARIABLE) : missingIsNone)
}

const ignoredProvider = (name: string, ignoredBy: string, tell = (): void => {}): Provider => ({
  name,
  ignoredBy,
  find: () => {
    tell()
    return Promise.resolve({skipped: `ignored by ${ignoredBy}`})
  },
})

/** How a provider is not ignored any more. */
export const remedyOf = (ignoredBy: string): string =>
  /^[A-Z_]+$/.test(ignoredBy) ? `unset ${ignoredBy}` : `remove ${ignoredBy}`

/** A variable that names a profile may be there for another program. */
const isProfileTyped = ({profileName}: GlobalOptions): boolean => profileName?.from.startsWith('--') === true

const environmentProvider = (context: SourceContext): Provider => {
  const {options, runtime, log} = context
  const name = 'environment'
  if (options.envIgnoredBy !== undefined) return ignoredProvider(name, options.envIgnoredBy)
  const find = async (): Promise<Lookup> => {
    if (context.writesEntry && isProfileTyped(options))
      return environmentFile(context, 'an entry for the profile that --profile-name names')
    const answer = environmentSource(context) ?? (await environmentFile(context))
    if (!('skipped' in answer) && isProfileTyped(options) && !runtime.env[FILE_VARIABLE]) {
      const {aliyunCliIgnoredBy: by} = options
      log.warn(
        `ignoring --profile-name: environment credentials take precedence; add --ignore-env-credentials${by === undefined ? '' : `, and ${remedyOf(by)},`} to use the profile`,
      )
    }
    return answer
  }
  return {name, find}
}

export const FILE_VARIABLE = 'ALIBABA_CLOUD_CREDENTIALS_FILE'

/** The INI file that the environment names. A missing file is ignored, as in the Go tool. */
const environmentFile = async (context: SourceContext, otherwise = 'no credential variables set'): Promise<Lookup> => {
  const named = context.runtime.env[FILE_VARIABLE]
  if (!named) return {skipped: otherwise}
  const path = absolutePath(named)
  const answer = await fileProvider(context, INI_FILE, path).find()
  if ('skipped' in answer) context.log.warn(`ignoring ${path}, named by ${FILE_VARIABLE}: it does not exist`)
  return answer
}

/** A format of credential files. */
interface FileFormat {
  readonly parse: (text: string, path: string) => ProfileFile
  readonly kinds: ProfileKinds
}

const CLI_CONFIG: FileFormat = {parse: parseCliConfig, kinds: CLI_MODES}
const INI_FILE: FileFormat = {parse: parseCredentialsIni, kinds: INI_TYPES}

const missingIsFatal = (path: string, namedBy: string) => (): Lookup => {
  throw missingFile(path, namedBy)
}

const missingIsNone = (): Lookup => ({skipped: 'no such file'})

const fileProvider = (
  context: SourceContext,
  {parse, kinds}: FileFormat,
  path: string | undefined,
  whenMissing = missingIsNone,
): Provider => ({
  name: path ?? 'files of the home directory',
  find: async () => {
    if (path === undefined) return {skipped: 'HOME is not set to an absolute path'}
    const text = await readCredentialFile(path, context.options.timeoutMs)
    if (text === undefined) return whenMissing()
    const file = parse(text, path)
    const {profileName: request} = context.options
    refuseUnclear(request)
    const chosen = chooseProfile(file, request)
    const profile = chosen ?? (await askedProfile(file, context))
    const isNamed = request !== undefined || chosen === undefined || profile.name === DEFAULT_NAME
    const ignored = refuseUnread(file, profile, isNamed)
    if (ignored !== undefined) context.log.warn(ignored)
    return {source: await profileSource(profile, {context, file, trail: []}, kinds), profile}
  },
})

const askedProfile = async (file: ProfileFile, {askProfile}: SourceContext): Promise<Profile> => {
  const names = file.profiles.map(({name}) => name)
  const answer = await askProfile?.(file.path, names)
  const profile = file.profiles.find(({name}) => name === answer)
  if (profile) return profile
  throw ambiguousProfile(file.path, names)
}

/** U+FFFD stands for bytes that are not UTF-8: several names look like this one. */
const refuseUnclear = (request: OptionValue | undefined): void => {
  if (request?.value.includes('\uFFFD'))
    throw new AckError('InvalidOption', `the profile name in ${request.from} is not UTF-8`, 'write it in UTF-8')
}
