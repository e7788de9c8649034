import {join} from 'node:path'

import {AckError} from '../errors.ts'
import type {Log} from '../log/log.ts'
import type {GlobalOptions} from '../options/global-options.ts'
import {parseCliConfig} from '../profile/cli-config.ts'
import {parseCredentialsIni} from '../profile/credentials-ini.ts'
import {chooseProfile, type Profile, type ProfileFile, type ProfileRequest} from '../profile/profile.ts'
import {expandHome, missingFile, readCredentialFile} from '../profile/read-file.ts'
import type {Runtime} from '../runtime.ts'
import type {CredentialSource} from './credentials.ts'
import {environmentSource, halfAccessKey} from './environment.ts'
import {cliProfileSource, iniProfileSource} from './profile-source.ts'

const DOCUMENTATION = 'https://aliyuncontainerservice.github.io/ack-ram-tool/#credentials'

/** A place that may hold credentials. */
interface Place {
  readonly name: string
  /**
   * Answers with the source, or with the reason why this place has none and the next one is to be asked.
   *
   * @throws AckError when the place holds something that does not work: nothing else is asked then
   */
  find(): Promise<CredentialSource | {readonly declined: string}>
}

interface SelectionContext {
  readonly options: GlobalOptions
  readonly runtime: Runtime
  readonly log: Log
}

/**
 * Chooses whose credentials are used: the file that the user named, else the first of environment, the aliyun CLI's
 * config.json and `~/.alibabacloud/credentials` that has any. A place that is broken ends the search.
 *
 * @throws AckError `CredentialsNotFound` when no place has any, and what the places throw
 */
export const selectSource = async (context: SelectionContext): Promise<CredentialSource> => {
  const declined: string[] = []
  for (const place of placesToAsk(context)) {
    const answer = await place.find()
    if (!('declined' in answer)) {
      context.log.debug(`credentials: using ${answer.description}`)
      return answer
    }
    context.log.debug(`credentials: not from ${place.name}: ${answer.declined}`)
    declined.push(`${place.name}: ${answer.declined}`)
  }
  throw new AckError(
    'CredentialsNotFound',
    `no credentials found (${declined.join('; ')})`,
    `set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, run \`aliyun configure\`, or pass --profile-file; see ${DOCUMENTATION}`,
  )
}

const placesToAsk = (context: SelectionContext): readonly Place[] => {
  const {options, runtime} = context
  if (options.profileFile) {
    const {value, from} = options.profileFile
    const path = expandHome(value, runtime.homeDir)
    return [path.endsWith('.json') ? cliConfigPlace(context, path, from) : iniPlace(context, path, from)]
  }
  return [
    environmentPlace(context),
    cliConfigPlace(context, join(runtime.homeDir, '.aliyun', 'config.json')),
    iniPlace(context, join(runtime.homeDir, '.alibabacloud', 'credentials')),
  ]
}

const environmentPlace = ({options, runtime: {env}, log}: SelectionContext): Place => ({
  name: 'environment',
  find: async () => {
    if (options.ignoreEnvCredentials) return {declined: 'ignored as asked'}
    const half = halfAccessKey(env)
    if (half) log.warn(`credentials of the environment are passed over: ${half}`)
    const source = environmentSource(env)
    if (source && options.profileName?.from.startsWith('--')) {
      log.warn(
        '--profile-name is not used: credentials of the environment come first; add --ignore-env-credentials to use the profile',
      )
    }
    return source ?? {declined: half ?? 'no variable of an AccessKey is set'}
  },
})

const cliConfigPlace = (context: SelectionContext, path: string, namedBy?: string): Place => ({
  name: path,
  find: async () => {
    // A file that the user named wins over the flag that passes over the default one.
    if (!namedBy && context.options.ignoreAliyunCliCredentials) return {declined: 'ignored as asked'}
    return profileOf(context, path, namedBy, parseCliConfig, cliProfileSource)
  },
})

const iniPlace = (context: SelectionContext, path: string, namedBy?: string): Place => ({
  name: path,
  find: () => profileOf(context, path, namedBy, parseCredentialsIni, iniProfileSource),
})

const profileOf = async (
  {options, runtime}: SelectionContext,
  path: string,
  namedBy: string | undefined,
  parse: (text: string, path: string) => ProfileFile,
  toSource: (profile: Profile) => CredentialSource,
): Promise<CredentialSource | {readonly declined: string}> => {
  const text = await readCredentialFile(path)
  if (text !== undefined) return toSource(chooseProfile(parse(text, path), profileRequest(options, runtime)))
  if (namedBy) throw missingFile(path, namedBy)
  return {declined: 'no such file'}
}

const profileRequest = ({profileName}: GlobalOptions, {env}: Runtime): ProfileRequest | undefined => {
  if (profileName) return profileName
  const value = env['ALIBABA_CLOUD_PROFILE']
  return value ? {value, from: 'ALIBABA_CLOUD_PROFILE'} : undefined
}
