import {AckError} from '../errors.ts'
import {GLOBAL_OPTIONS, type GlobalOptionName} from './definitions.ts'
import {parseEndpoint, type Endpoint} from './endpoint.ts'
import {readBoolean, readText, type OptionInputs, type OptionValue} from './read-option.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
export type OutputFormat = 'text' | 'json'

/** The options of every command that uses credentials, read and checked. */
export interface GlobalOptions {
  readonly assumeYes: boolean
  readonly ignoreAliyunCliCredentials: boolean
  readonly ignoreEnvCredentials: boolean
  readonly logLevel: LogLevel
  readonly logFormat: OutputFormat
  /** A credential file that the user named: nothing else is looked at then. */
  readonly profileFile: OptionValue | undefined
  readonly profileName: OptionValue | undefined
  /** The region that the user gave; undefined means the global endpoints. */
  readonly givenRegion: string | undefined
  /** The region that requests name: the given one or the default. */
  readonly regionId: string
  readonly stsEndpoint: Endpoint | undefined
  readonly csEndpoint: Endpoint | undefined
}

/**
 * Reads the global options.
 *
 * @throws AckError `InvalidOption` for a value that cannot be used, `OptionNotSupported` for one that this version
 *   does not know how to follow
 */
export const readGlobalOptions = (inputs: OptionInputs): GlobalOptions => {
  const text = (name: TextOptionName): OptionValue | undefined => readText(name, GLOBAL_OPTIONS[name], inputs)
  const flag = (name: BooleanOptionName): boolean => readBoolean(name, GLOBAL_OPTIONS[name], inputs)
  const endpoint = (name: 'sts-endpoint' | 'cs-endpoint'): Endpoint | undefined => {
    const given = text(name)
    return given && parseEndpoint(given)
  }

  refuseImds(text('credential-type'))
  const region = text('region-id')
  return {
    assumeYes: flag('assume-yes'),
    ignoreAliyunCliCredentials: flag('ignore-aliyun-cli-credentials'),
    ignoreEnvCredentials: flag('ignore-env-credentials'),
    logLevel: flag('verbose') || debugWords(inputs.env['DEBUG']) ? 'debug' : (text('log-level')?.value as LogLevel),
    logFormat: (text('log-format') ?? text('error-format'))?.value as OutputFormat,
    profileFile: text('profile-file'),
    profileName: text('profile-name'),
    givenRegion: region?.from === 'default' ? undefined : checkedRegion(region),
    regionId: checkedRegion(region) ?? GLOBAL_OPTIONS['region-id'].default,
    stsEndpoint: endpoint('sts-endpoint'),
    csEndpoint: endpoint('cs-endpoint'),
  }
}

type BooleanOptionName = {
  [K in GlobalOptionName]: (typeof GLOBAL_OPTIONS)[K]['kind'] extends 'boolean' ? K : never
}[GlobalOptionName]
type TextOptionName = Exclude<GlobalOptionName, BooleanOptionName>

/** The words in `DEBUG` by which the Go tool switches its debug log on. */
const debugWords = (debug: string | undefined): boolean =>
  (debug ?? '')
    .toLowerCase()
    .split(',')
    .some((word) => ['sdk', 'tea', 'ack-ram-tool'].includes(word.trim()))

// A region becomes part of a host name: nothing else may come in with it.
const checkedRegion = (region: OptionValue | undefined): string | undefined => {
  if (region && !/^[a-z0-9]+(-[a-z0-9]+)*$/i.test(region.value)) {
    throw new AckError('InvalidOption', `${region.from} is not a region id`, 'give a region id such as cn-hangzhou')
  }
  return region?.value
}

const refuseImds = (type: OptionValue | undefined): void => {
  if (type && type.value !== 'auto') {
    throw new AckError(
      'OptionNotSupported',
      `${type.from} asks for ECS instance metadata (${type.value}), which this version cannot use yet`,
      'leave it out, and give an AccessKey or an STS token by environment or credential file',
    )
  }
}
