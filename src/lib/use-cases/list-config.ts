import {setCredentialVariables} from '../credentials/selection/credential-variables.ts'
import {OPTIONS_WITH_DEFAULTS, placeOf} from '../defaults/parse-defaults.ts'
import {readDefaultsFiles} from '../defaults/read-defaults.ts'
import {MASK, maskLogins, maskUrl} from '../base/mask-login.ts'
import type {Runtime} from '../base/runtime.ts'
import {GLOBAL_OPTIONS, isConfidential, type OptionDefinition} from '../options/definitions.ts'
import {parseGoBoolean, readBoolean, readText, type OptionInputs} from '../options/read-option.ts'

/** An option as it is in force. */
export interface OptionInForce {
  readonly name: string
  /** Null where it has neither been given nor a built-in default. */
  readonly value: string | boolean | null
  readonly source: 'flag' | 'environment' | 'file' | 'default'
  /** The flag, variable, or file and line; null for a built-in default. */
  readonly from: string | null
}

/** A file of defaults. */
export interface ConfigFileState {
  readonly path: string
  readonly state: 'read' | 'absent' | 'refused'
  /** Why it is refused; null otherwise. */
  readonly reason: string | null
}

export interface ConfigInForce {
  readonly files: readonly ConfigFileState[]
  readonly options: readonly OptionInForce[]
  /** The names of the variables that hold or lead to credentials and are set. Their values are never shown. */
  readonly credentialVariables: readonly string[]
}

/** The files of defaults, the strongest first. */
export const listConfigFiles = async (runtime: Runtime): Promise<readonly ConfigFileState[]> =>
  (await readDefaultsFiles(runtime)).map(({path, isThere, problem}) => ({
    path,
    state: problem ? 'refused' : isThere ? 'read' : 'absent',
    reason: problem?.message ?? null,
  }))

/**
 * Every option that has a variable, as a command would read it now.
 *
 * @throws AckError `InvalidOption` for a value that is not accepted
 */
export const listConfig = async (inputs: OptionInputs, runtime: Runtime): Promise<ConfigInForce> => ({
  files: await listConfigFiles(runtime),
  options: [...OPTIONS_WITH_DEFAULTS, ['assume-yes', GLOBAL_OPTIONS['assume-yes']] as const]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, definition]) => inForce(name, definition, inputs)),
  credentialVariables: setCredentialVariables(inputs.env),
})

const inForce = (name: string, definition: OptionDefinition, inputs: OptionInputs): OptionInForce => {
  if (definition.kind === 'boolean') {
    const value = readBoolean(name, definition, inputs)
    return {name, value, ...sourceOf(originOfBoolean(name, definition.env, value, inputs), inputs)}
  }
  const read = readText(name, definition, inputs)
  const mask = isConfidential(definition) ? () => MASK : definition.placeholder === 'host' ? maskUrl : maskLogins
  return {name, value: read ? mask(read.value) : null, ...sourceOf(read?.from ?? 'default', inputs)}
}

const originOfBoolean = (name: string, variables: readonly string[], value: boolean, inputs: OptionInputs): string => {
  const {flags, env, defaults} = inputs
  if (flags[name] === value) return `--${name}`
  const variable = variables.find((variable) => parseGoBoolean(env[variable]) === value)
  return variable ?? defaults?.[variables[0] ?? '']?.from ?? 'default'
}

const sourceOf = (from: string, {env, defaults}: OptionInputs): Pick<OptionInForce, 'source' | 'from'> => {
  if (from === 'default') return {source: 'default', from: null}
  if (from.startsWith('--')) return {source: 'flag', from}
  const isOfFile = Object.values(defaults ?? {}).some((value) => value.from === from)
  return isOfFile && !Object.hasOwn(env, from) ? {source: 'file', from: placeOf(from)} : {source: 'environment', from}
}
