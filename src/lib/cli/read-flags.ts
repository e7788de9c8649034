import {AckError} from '../base/errors.ts'
import type {OptionDefinition, OptionDefinitions} from '../options/definitions.ts'
import {acceptedWord, notAccepted, parseGoBoolean, type Defaults, type Flags} from '../options/read-option.ts'

/** What has to be known of a flag to read past it. */
interface FlagShape {
  readonly kind: 'boolean' | 'text'
  readonly char?: string | undefined
}

/** The flags of a command, by their long names. */
export type FlagShapes = Readonly<Record<string, FlagShape>>

/** Arguments, read by the conventions of the Go tool's flags (pflag). */
export interface ReadFlags {
  /** The known flags: of equal ones the last counts, but for lists. An empty value counts as not given, or is a problem. */
  readonly flags: Flags
  /** All that is not a known flag with its value, in order: arguments, unknown flags. */
  readonly rest: readonly string[]
  /** The first known flag that is not well-formed. */
  readonly problem: AckError | undefined
  /** The flag that asks for help, if one does. */
  readonly help: '--help' | '--help-all' | undefined
  /** What the defaults files say; undefined where they have not been looked at. */
  readonly defaults?: Defaults | undefined
}

/** Every command has them; their value is a boolean as any other (`--help=false`). */
export const HELP = {
  help: {kind: 'boolean', helpGroup: 'Output', char: 'h', env: [], description: ''},
  'help-all': {kind: 'boolean', helpGroup: 'Output', env: [], description: ''},
} as const satisfies OptionDefinitions

/** The flags of every command line, which are no options. */
export const ALWAYS_KNOWN: FlagShapes = {...HELP, version: {kind: 'boolean'}}

/**
 * Reads flags in one pass. `--name value`, `--name=value`, `-n value`, `-nvalue` and `-n=value` give a value, `-yv` stands
 * for `-y -v`, and a boolean may carry a value (`--assume-yes=false`).
 *
 * @param argv - arguments without the command's words
 * @param sets - the options that are known; the first of equal names counts
 * @see https://pkg.go.dev/github.com/spf13/pflag
 */
export const readFlags = (argv: readonly string[], sets: readonly OptionDefinitions[]): ReadFlags => {
  const known = [...sets, HELP]
  const flags: Record<string, string | boolean | readonly string[]> = {}
  const rest: string[] = []
  let problem: AckError | undefined
  for (let at = 0; at < argv.length; at += 1) {
    const argument = argv[at] ?? ''
    const found = argument === '--' ? undefined : findFlags(argument, known)
    if (!found) {
      rest.push(argument)
      if (argument !== '--') continue
      for (const behind of argv.slice(at + 1)) rest.push(behind)
      break
    }
    for (const {name, definition, value: attached} of found) {
      let value = attached
      if (definition.kind === 'text' && value === undefined && at + 1 < argv.length) {
        at += 1
        value = argv[at]
      }
      const fault = setFlag(flags, name, definition, value)
      problem ??= fault
    }
  }
  const {help, 'help-all': all, ...options} = flags
  if (all === true) return {flags: options, rest, problem, help: '--help-all'}
  return {flags: options, rest, problem, help: help === true ? '--help' : undefined}
}

/** Whether the value of a flag is the next argument; of an unknown one as the Go tool (cobra) assumes. */
export const takesNextArgument = (argument: string, sets: readonly FlagShapes[]): boolean => {
  const last = findFlags(argument, sets)?.at(-1)
  if (last) return last.definition.kind === 'text' && last.value === undefined
  return !argument.includes('=') && (argument.startsWith('--') || argument.length === 2)
}

/**
 * The name of a flag that nobody knows, as it may be shown: people type secrets in all places, and `-pSECRET` is one.
 *
 * @returns undefined where it does not look like a name
 */
export const shownFlag = (argument: string): string | undefined =>
  (/^--[a-z][a-z\d-]{0,39}(?==|$)/.exec(argument) ?? /^-[a-zA-Z](?==|$)/.exec(argument))?.[0]

const isIn = (definitions: object, name: string): boolean => Object.hasOwn(definitions, name)

interface WrittenFlag<D> {
  readonly name: string
  readonly definition: D
  /** What is written in the same argument. */
  readonly value: string | undefined
}

type Known<D> = readonly Readonly<Record<string, D>>[]

/** The flags of one argument; undefined when it has none, or one that is not known. */
export const findFlags = <D extends FlagShape>(
  argument: string,
  sets: Known<D>,
): readonly WrittenFlag<D>[] | undefined => {
  if (argument.startsWith('--')) {
    const end = argument.indexOf('=')
    const name = argument.slice(2, end === -1 ? undefined : end)
    const definition = findDefinition(name, sets)
    return definition && [{name, definition, value: end === -1 ? undefined : argument.slice(end + 1)}]
  }
  return argument.startsWith('-') && argument.length > 1 ? findShortFlags(argument.slice(1), sets) : undefined
}

const findDefinition = <D>(name: string, sets: Known<D>): D | undefined => {
  for (const set of sets) if (isIn(set, name)) return set[name]
  return undefined
}

/** The flags of a group such as `yc=id`; undefined when one of them is not known. */
const findShortFlags = <D extends FlagShape>(group: string, sets: Known<D>): readonly WrittenFlag<D>[] | undefined => {
  const flags: WrittenFlag<D>[] = []
  for (let rest = group; rest !== '';) {
    const found = findShort(rest[0] ?? '', sets)
    if (!found) return undefined
    rest = rest.slice(1)
    if (found.definition.kind === 'text' || rest.startsWith('=')) {
      const value = rest.startsWith('=') ? rest.slice(1) : rest
      return [...flags, {...found, value: rest === '' ? undefined : value}]
    }
    flags.push({...found, value: undefined})
  }
  return flags
}

const findShort = <D extends FlagShape>(char: string, sets: Known<D>): {name: string; definition: D} | undefined => {
  for (const set of sets)
    for (const [name, definition] of Object.entries(set)) if (definition.char === char) return {name, definition}
  return undefined
}

const isEmpty = (name: string): AckError =>
  new AckError('InvalidUsage', `--${name} is empty`, 'give it a value, or leave the flag out')

/** Sets a flag, or says what is wrong with it. */
const setFlag = (
  flags: Record<string, string | boolean | readonly string[]>,
  name: string,
  definition: OptionDefinition,
  value: string | undefined,
): AckError | undefined => {
  if (value === '') return definition.kind === 'text' && definition.refusesEmpty ? isEmpty(name) : undefined
  if (definition.kind === 'boolean') {
    const isOn = value === undefined ? true : parseGoBoolean(value)
    if (isOn === undefined) return notAccepted({from: `--${name}`, value: value ?? ''}, ['true', 'false'])
    flags[name] = isOn
    return undefined
  }
  if (value === undefined) return new AckError('InvalidUsage', `--${name} expects a value`, 'see --help')
  const word = acceptedWord(value, definition)
  if (word === undefined) return notAccepted({from: `--${name}`, value}, definition.values ?? [])
  const before = flags[name]
  if (definition.isList) flags[name] = [...(Array.isArray(before) ? (before as readonly string[]) : []), word]
  else flags[name] = word
  return undefined
}
