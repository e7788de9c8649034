import {DEBUG_LOG_WORDS} from '../base/debug-variable.ts'
import {AckError} from '../base/errors.ts'
import type {LogLevel, OutputFormat} from '../base/log/log.ts'
import {GLOBAL_OPTIONS, type GlobalOptionName, type TextDefinition} from './definitions.ts'
import {parseWait} from './duration.ts'
import {parseEndpoint, type Endpoint} from './endpoint.ts'
import {readRegions} from './region.ts'
import {givenStsEndpoint, usesVpcEndpoints} from './sts-endpoint.ts'
import {readBoolean, readText, switchedOnBy, type OptionInputs, type OptionValue} from './read-option.ts'
import {readRoleOptions, type RoleOptions} from './role-options.ts'

/** What a run needs to know before anything else. */
export interface RunSettings {
  readonly logLevel: LogLevel
  readonly logFormat: OutputFormat
  /** How long the whole run may wait for others, in milliseconds. */
  readonly timeoutMs: number
}

/** The options of every command that uses credentials, read and checked. */
export interface GlobalOptions extends RunSettings {
  readonly assumeYes: boolean
  /** What says that config.json is ignored, as {@link OptionValue.from}; undefined if nothing does. */
  readonly aliyunCliIgnoredBy: string | undefined
  /** The same for the credentials of the environment. */
  readonly envIgnoredBy: string | undefined
  /** The credential file that the user named: no other source is searched then. */
  readonly profileFile: OptionValue | undefined
  readonly profileName: OptionValue | undefined
  /** The region that the user gave; undefined means the global endpoints. */
  readonly givenRegion: string | undefined
  /** All regions that the user gave, where a command takes several; the first one is {@link givenRegion}. */
  readonly givenRegions: readonly string[]
  /**
   * The region that plugins are told: the given one or the default, as in the Go tool; no request of ours goes to the
   * default.
   */
  readonly regionId: string
  readonly stsEndpoint: Endpoint | undefined
  readonly csEndpoint: Endpoint | undefined
  /** Checked where RAM is called: all other commands ignore it. */
  readonly ramEndpoint: OptionValue | undefined
  /** Whether to use VPC endpoints. */
  readonly usesVpc: boolean
  /** The credential source. */
  readonly credentialType: CredentialType
  readonly role: RoleOptions
  /** Whether an entry of a kubeconfig says whose credentials are used: no variable then chooses others. */
  readonly namesCredentials: boolean
  readonly noCache: boolean
  /** The cache directory, if not the default. */
  readonly cacheDir: OptionValue | undefined
}

/** In what a command reads global options in its own way. */
interface OwnOptions {
  readonly role?: TextDefinition | undefined
  readonly takesRegions?: boolean
}

/**
 * Reads the global options.
 *
 * @param own.role - as in {@link readRoleOptions}
 * @param own.takesRegions - whether the command takes several regions
 * @throws AckError `InvalidOption` for an invalid value
 */
export const readGlobalOptions = (inputs: OptionInputs, own: OwnOptions = {}): GlobalOptions => {
  const text = (name: TextOptionName): OptionValue | undefined => readText(name, GLOBAL_OPTIONS[name], inputs)
  const flag = (name: BooleanOptionName): boolean => readBoolean(name, GLOBAL_OPTIONS[name], inputs)
  const switchedOn = (name: BooleanOptionName): string | undefined => switchedOnBy(name, GLOBAL_OPTIONS[name], inputs)
  const endpoint = (given: OptionValue | undefined): Endpoint | undefined => given && parseEndpoint(given)
  const givenRegions = readRegions(inputs, own.takesRegions ?? false)
  const [givenRegion] = givenRegions
  const settings = readRunSettings(inputs)
  return {
    ...settings,
    assumeYes: flag('assume-yes'),
    aliyunCliIgnoredBy: switchedOn('ignore-aliyun-cli-credentials'),
    envIgnoredBy: switchedOn('ignore-env-credentials'),
    profileFile: text('profile-file'),
    profileName: readProfileName(inputs),
    givenRegion,
    givenRegions,
    regionId: givenRegion ?? GLOBAL_OPTIONS['region-id'].default,
    stsEndpoint: endpoint(givenStsEndpoint(inputs)),
    csEndpoint: endpoint(text('cs-endpoint')),
    ramEndpoint: text('ram-endpoint'),
    usesVpc: usesVpcEndpoints(inputs),
    credentialType: readCredentialType(text('credential-type'), text('profile-file')),
    role: readRoleOptions(inputs, settings.timeoutMs, own.role),
    namesCredentials: inputs.namesCredentials ?? false,
    noCache: flag('no-cache'),
    cacheDir: text('credential-cache-dir'),
  }
}

/** As the aliyun CLI, Terraform and the SDKs name it, strongest first. */
export const PROFILE_VARIABLES = ['ALIBABA_CLOUD_PROFILE', 'ALIBABACLOUD_PROFILE', 'ALICLOUD_PROFILE']

const NO_VARIABLES: OptionInputs['env'] = {}

const readProfileName = (inputs: OptionInputs): OptionValue | undefined => {
  const {env, ...others} = inputs.ignoresProfileVariables ? {...inputs, env: NO_VARIABLES} : inputs
  const own = readText('profile-name', GLOBAL_OPTIONS['profile-name'], {...others, env})
  const variable = PROFILE_VARIABLES.find((name) => env[name])
  return own ?? (variable === undefined ? undefined : {value: env[variable] ?? '', from: variable})
}

/**
 * Reads the settings that a run needs before its other options.
 *
 * @throws AckError `InvalidOption`
 */
export const readRunSettings = (inputs: OptionInputs): RunSettings => {
  const text = (name: TextOptionName): OptionValue | undefined => readText(name, GLOBAL_OPTIONS[name], inputs)
  const isVerbose = readBoolean('verbose', GLOBAL_OPTIONS.verbose, inputs) || debugWords(inputs.env['DEBUG'])
  return {
    logLevel: isVerbose ? 'debug' : (text('log-level')?.value as LogLevel),
    logFormat: (text('log-format') ?? text('error-format'))?.value as OutputFormat,
    timeoutMs: parseTimeout(text('timeout')),
  }
}

/** The defaults of {@link readRunSettings}. */
export const DEFAULT_RUN_SETTINGS: RunSettings = {logLevel: 'info', logFormat: 'text', timeoutMs: 20_000}

/** Any source that has credentials, the ECS instance metadata only, or a source of a plugin. */
export type CredentialType = 'any' | 'imds' | {readonly ofPlugin: OptionValue}

const readCredentialType = (given: OptionValue | undefined, file: OptionValue | undefined): CredentialType => {
  if (given === undefined || given.value === 'auto') return 'any'
  // A flag is stronger than a variable, of another option too.
  if (file?.from.startsWith('--') && !given.from.startsWith('--')) return 'any'
  return IMDS_TYPES.has(given.value) ? 'imds' : {ofPlugin: given}
}

/** The values of --credential-type that mean the ECS instance metadata. */
export const IMDS_TYPES = new Set(['imds', 'ecs-role'])

type BooleanOptionName = {
  [K in GlobalOptionName]: (typeof GLOBAL_OPTIONS)[K]['kind'] extends 'boolean' ? K : never
}[GlobalOptionName]
type TextOptionName = Exclude<GlobalOptionName, BooleanOptionName>

/** Whether `DEBUG` switches the debug log on, as in the Go tool. */
const debugWords = (debug: string | undefined): boolean =>
  debug !== undefined &&
  debug
    .toLowerCase()
    .split(',')
    .some((word) => DEBUG_LOG_WORDS.includes(word.trim()))

const parseTimeout = (timeout: OptionValue | undefined): number => {
  // Most runs have it: to read it would cost each of them something.
  if (timeout === undefined || timeout.from === 'default') return DEFAULT_RUN_SETTINGS.timeoutMs
  const timeoutMs = parseWait(timeout)
  if (timeoutMs > 0) return timeoutMs
  throw new AckError('InvalidOption', `${timeout.from} must be greater than zero`, 'use a duration such as 20s')
}
