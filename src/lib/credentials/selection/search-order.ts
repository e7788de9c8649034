import type {GlobalOptions} from '../../options/global-options.ts'
import {parseCliConfig} from '../../profile-files/cli-config.ts'
import {cliConfigPath, credentialsIniPath} from '../../profile-files/credential-files.ts'
import {parseCredentialsIni} from '../../profile-files/credentials-ini.ts'
import type {OptionValue} from '../../options/read-option.ts'
import {ambiguousProfile, chooseProfile, type Profile, type ProfileFile} from '../../profile-files/profile.ts'
import {expandHome, missingFile, readCredentialFile} from '../../profile-files/read-file.ts'
import type {Runtime} from '../../base/runtime.ts'
import {CLI_MODES} from '../profiles/cli-modes.ts'
import type {CredentialSource} from '../credentials.ts'
import {environmentSource, halfAccessKey} from './environment.ts'
import {INI_TYPES} from '../profiles/ini-types.ts'
import {profileSource, type ProfileKinds} from '../profiles/profile-source.ts'
import type {SourceContext} from '../source-context.ts'

/** A place that may hold credentials. */
export interface Place {
  readonly name: string
  /**
   * Answers with the source, or with the reason why this place has none and the next one is to be asked.
   *
   * @throws AckError when the place holds something that does not work: nothing else is asked then
   */
  find(): Promise<Answer>
}

type Answer = CredentialSource | {readonly declined: string}

/**
 * The places to ask for credentials, in their order: the file that the user named and nothing else, or the environment,
 * the aliyun CLI's config.json and `~/.alibabacloud/credentials`.
 */
export const placesToAsk = (context: SourceContext): readonly Place[] => {
  const {options, runtime} = context
  if (options.profileFile) {
    const {value, from} = options.profileFile
    const path = expandHome(value, runtime.homeDir)
    return [filePlace(context, path.endsWith('.json') ? CLI_CONFIG : INI_FILE, path, missingIsFatal(path, from))]
  }
  const cliConfig = cliConfigPath(runtime.homeDir)
  return [
    environmentPlace(context),
    options.ignoreAliyunCliCredentials ? ignoredPlace(cliConfig) : filePlace(context, CLI_CONFIG, cliConfig),
    filePlace(context, INI_FILE, credentialsIniPath(runtime.homeDir)),
  ]
}

const ignoredPlace = (name: string): Place => ({name, find: () => Promise.resolve({declined: 'ignored as asked'})})

const environmentPlace = (context: SourceContext): Place => {
  const {options, runtime, log} = context
  const name = 'environment'
  if (options.ignoreEnvCredentials) return ignoredPlace(name)
  const find = async (): Promise<Answer> => {
    const half = halfAccessKey(runtime.env)
    if (half) log.warn(`credentials of the environment are passed over: ${half}`)
    const answer = environmentSource(context) ?? (await environmentFile(context, half))
    if (!('declined' in answer) && options.profileName?.from.startsWith('--') && !runtime.env[FILE_VARIABLE]) {
      log.warn(
        '--profile-name is not used: credentials of the environment come first; add --ignore-env-credentials to use the profile',
      )
    }
    return answer
  }
  return {name, find}
}

const FILE_VARIABLE = 'ALIBABA_CLOUD_CREDENTIALS_FILE'

/** The INI file that the environment names. One that is not there counts as none, as in the Go tool. */
const environmentFile = async (
  context: SourceContext,
  otherwise = 'no variable of credentials is set',
): Promise<Answer> => {
  const path = context.runtime.env[FILE_VARIABLE]
  if (!path) return {declined: otherwise}
  const answer = await filePlace(context, INI_FILE, path).find()
  if ('declined' in answer) context.log.warn(`${path}, named by ${FILE_VARIABLE}, does not exist and is passed over`)
  return answer
}

/** A format of credential files. */
interface FileFormat {
  readonly parse: (text: string, path: string) => ProfileFile
  readonly kinds: ProfileKinds
}

const CLI_CONFIG: FileFormat = {parse: parseCliConfig, kinds: CLI_MODES}
const INI_FILE: FileFormat = {parse: parseCredentialsIni, kinds: INI_TYPES}

const missingIsFatal = (path: string, namedBy: string) => (): Answer => {
  throw missingFile(path, namedBy)
}

const missingIsNone = (): Answer => ({declined: 'no such file'})

const filePlace = (
  context: SourceContext,
  {parse, kinds}: FileFormat,
  path: string,
  whenMissing = missingIsNone,
): Place => ({
  name: path,
  find: async () => {
    const text = await readCredentialFile(path)
    if (text === undefined) return whenMissing()
    const file = parse(text, path)
    const request = profileRequest(context.options, context.runtime)
    const profile = chooseProfile(file, request) ?? (await askedProfile(file, context))
    return profileSource(profile, {context, file, trail: []}, kinds)
  },
})

const askedProfile = async (file: ProfileFile, {askProfile}: SourceContext): Promise<Profile> => {
  const names = file.profiles.map(({name}) => name)
  const answer = await askProfile?.(file.path, names)
  const profile = file.profiles.find(({name}) => name === answer)
  if (profile) return profile
  throw ambiguousProfile(file.path, names)
}

const profileRequest = ({profileName}: GlobalOptions, {env}: Runtime): OptionValue | undefined => {
  if (profileName) return profileName
  const value = env['ALIBABA_CLOUD_PROFILE']
  return value ? {value, from: 'ALIBABA_CLOUD_PROFILE'} : undefined
}
