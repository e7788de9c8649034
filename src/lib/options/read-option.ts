import {AckError} from '../base/errors.ts'
import type {Environment} from '../base/runtime.ts'
import type {BooleanDefinition, TextDefinition} from './definitions.ts'

/** The flags of a command line: name to value, absent if the flag was not typed. */
export type Flags = Readonly<Record<string, string | boolean | readonly string[] | undefined>>

/** Values of the defaults files, by the first environment variable of their option. */
export type Defaults = Readonly<Record<string, OptionValue>>

/** The inputs of options, strongest first; the built-in defaults come last. */
export interface OptionInputs {
  readonly flags: Flags
  /** Values from kubectl for the cluster that it calls. */
  readonly execInfo: Flags
  readonly env: Environment
  readonly defaults?: Defaults | undefined
  /** Below which a path that begins with `~/` leads; undefined where there is none. */
  readonly homeDir?: string | undefined
  /** Whether it is the command line of a kubeconfig's entry that says whose credentials are used. */
  readonly namesCredentials?: boolean
  /** Whether only that command line names a profile: the other ones of its file are no choice of kubectl's environment. */
  readonly ignoresProfileVariables?: boolean
}

export interface OptionValue {
  readonly value: string
  /** The flag, the variable, or the option with file and line, for messages; `default` for a built-in default. */
  readonly from: string
}

/**
 * Reads one text option: flag, then exec info, then environment, then defaults files, then built-in default. An empty text counts as absent.
 *
 * @throws AckError `InvalidOption` for a value that is not accepted
 */
export const readText = (name: string, definition: TextDefinition, inputs: OptionInputs): OptionValue | undefined => {
  const given = givenValue(name, definition, inputs)
  if (given) return {...given, value: accepted(given, definition)}
  return definition.default === undefined ? undefined : {value: definition.default, from: 'default'}
}

/**
 * Reads `--output`.
 *
 * @throws AckError `InvalidOption`
 */
export const readOutput = (definition: TextDefinition, inputs: OptionInputs): 'table' | 'json' | 'yaml' =>
  readText('output', definition, inputs)?.value as 'table' | 'json' | 'yaml'

/** Whether anybody gave the option: by flag, exec info, environment or defaults file. */
export const isGiven = (name: string, definition: TextDefinition, inputs: OptionInputs): boolean =>
  givenValue(name, definition, inputs) !== undefined

/**
 * Reads one boolean option. As in the Go tool, an environment variable can only switch it on; where a defaults file has
 * done so, flag and variable can also switch it off.
 */
export const readBoolean = (name: string, definition: BooleanDefinition, inputs: OptionInputs): boolean =>
  switchedOnBy(name, definition, inputs) !== undefined

/** What switches an option on, as {@link readBoolean} reads it: a `from` as of other options; undefined where it is off. */
export const switchedOnBy = (
  name: string,
  {env: variables}: BooleanDefinition,
  {flags, env, defaults}: OptionInputs,
): string | undefined => {
  if (flags[name] === true) return `--${name}`
  const ofFile = flags[name] === false ? undefined : defaults?.[variables[0] ?? '']
  let by = ofFile?.value === 'true' ? ofFile.from : undefined
  for (const variable of variables) {
    const word = parseGoBoolean(env[variable])
    if (word === true) return variable
    if (word === false) by = undefined
  }
  return by
}

/**
 * Go's `strconv.ParseBool`: these exact words and no others.
 *
 * @returns undefined for any other text, which the Go tool ignores
 * @see https://pkg.go.dev/strconv#ParseBool
 */
export const parseGoBoolean = (text: string | undefined): boolean | undefined => {
  if (text === undefined) return undefined
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true
  if (['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text)) return false
  return undefined
}

const givenValue = (
  name: string,
  definition: TextDefinition,
  {flags, execInfo, env, defaults}: OptionInputs,
): OptionValue | undefined => {
  const typed = flags[name] && textOf(flags[name])
  if (typed) return {value: typed, from: `--${name}`}
  const handedOver = execInfo[name] && textOf(execInfo[name])
  if (handedOver) return {value: handedOver, from: 'KUBERNETES_EXEC_INFO'}
  for (const variable of definition.env) {
    const value = env[variable]
    if (value) return {value, from: variable}
  }
  // What a file says is for all commands: this one may not know a value that another one has.
  const ofFile = defaults?.[definition.env[0] ?? '']
  return ofFile && acceptedWord(ofFile.value, definition) !== undefined ? ofFile : undefined
}

const textOf = (value: Flags[string]): string => {
  if (Array.isArray(value)) return value.filter(Boolean).join(',')
  return typeof value === 'string' ? value : ''
}

const accepted = ({value, from}: OptionValue, definition: TextDefinition): string => {
  const word = acceptedWord(value, definition)
  if (word !== undefined) return word
  throw notAccepted({value, from}, definition.values ?? [])
}

/**
 * The value of an option as the program knows it: in lower case where that does not matter, the short word for a long one.
 *
 * @returns undefined for a value that is not accepted
 */
export const acceptedWord = (
  value: string,
  {values, isOpen, ignoreCase, synonyms}: TextDefinition,
): string | undefined => {
  if (!values || isOpen) return value
  const written = ignoreCase ? value.toLowerCase() : value
  const word = synonyms && Object.hasOwn(synonyms, written) ? synonyms[written] : written
  return word !== undefined && values.includes(word) ? word : undefined
}

/**
 * The error for a value that is not accepted.
 *
 * @param otherwise - another next step
 */
export const notAccepted = ({value, from}: OptionValue, values: readonly string[], otherwise?: string): AckError =>
  new AckError(
    'InvalidOption',
    `invalid value ${JSON.stringify(value)} for ${from}`,
    [`use one of: ${values.join(', ')}`, ...(otherwise === undefined ? [] : [otherwise])].join('; '),
    {mistyped: {given: [value], known: values}},
  )
