import {AckError} from '../base/errors.ts'
import {COMMAND_OPTIONS, type CommandName} from '../options/command-definitions.ts'
import {GLOBAL_OPTIONS, type OptionDefinition, type OptionDefinitions} from '../options/definitions.ts'
import {notAccepted, parseGoBoolean, type Flags} from '../options/read-option.ts'

/** A command line, read by the conventions of the Go tool's flags (pflag). */
export interface CommandLine {
  /** The known flags: of equal ones the last counts, but for lists. */
  readonly flags: Flags
  /** All that is not a known flag with its value, in order: the command's words, arguments, unknown flags. */
  readonly rest: readonly string[]
  /** The first known flag that is not well-formed. */
  readonly problem: AckError | undefined
  /** The index of the first argument that is not a known flag. */
  readonly restAt: number
}

/** The command line of one of this program's own commands. */
export interface OwnCommandLine extends CommandLine {
  readonly command: CommandName
}

/**
 * Reads a command line in one pass. `--name value`, `--name=value`, `-n value`, `-nvalue` and `-n=value` give a value,
 * `-yv` stands for `-y -v`, and a boolean may carry a value (`--assume-yes=false`).
 *
 * @param argv - arguments without the program's own name
 * @param sets - the options that are known
 * @see https://pkg.go.dev/github.com/spf13/pflag
 */
export const parseCommandLine = (
  argv: readonly string[],
  sets: readonly OptionDefinitions[] = ALL_SETS,
): CommandLine => {
  const flags: Record<string, string | boolean | readonly string[]> = {}
  const rest: string[] = []
  let problem: AckError | undefined
  let restAt = -1
  for (let at = 0; at < argv.length; at += 1) {
    const argument = argv[at] ?? ''
    const found = argument === '--' ? undefined : findFlags(argument, sets)
    if (!found) {
      if (restAt === -1) restAt = at
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
  return {flags, rest, problem, restAt: restAt === -1 ? argv.length : restAt}
}

/** Known to every copy of this module: a third-party plugin may bring one. */
const PARSED = Symbol.for('ack-ram-tool.command-line')

/** Remembers a parsed command line on the array of its arguments, which oclif hands on. */
export const rememberCommandLine = (argv: string[], line: CommandLine): void => {
  Object.defineProperty(argv, PARSED, {value: line})
}

/** The parsed command line: the remembered one, else from {@link parseCommandLine}. */
export const commandLineOf = (argv: readonly string[], sets: readonly OptionDefinitions[]): CommandLine =>
  (argv as {[PARSED]?: CommandLine})[PARSED] ?? parseCommandLine(argv, sets)

/** The command line as one of this program's own commands; undefined when its words name none of them. */
export const asOwnCommand = (line: CommandLine): OwnCommandLine | undefined => {
  const [first = '', second = ''] = line.rest
  // oclif takes a colon for a space between the two.
  const one = first.replace(':', ' ')
  if (isCommandName(one)) return {...line, command: one, rest: line.rest.slice(1)}
  const two = `${first} ${second}`
  return isCommandName(two) ? {...line, command: two, rest: line.rest.slice(2)} : undefined
}

/**
 * The flags of a command line in which nothing else may stand.
 *
 * @param definitions - the command's own options
 * @param command - its words, for messages
 * @throws AckError `InvalidUsage`, `InvalidOption`. What the user typed is named only up to an equals sign, and stray
 *   arguments not at all: people do type secrets there
 */
export const onlyFlags = (
  {flags, rest, problem}: CommandLine,
  definitions: OptionDefinitions,
  command: string,
): Flags => {
  const foreign = Object.keys(flags).filter((name) => !isIn(definitions, name) && !isIn(GLOBAL_OPTIONS, name))
  const unknown = rest.filter((argument) => argument.startsWith('-') && argument !== '--')
  const names = [...unknown.map((argument) => argument.split('=', 1)[0] ?? ''), ...foreign.map((name) => `--${name}`)]
  const help = `see \`ack-ram-tool ${command} --help\``
  if (names.length > 0) throw new AckError('InvalidUsage', `unknown flag: ${names.join(', ')}`, help)
  if (rest.some((argument) => argument !== '--')) throw new AckError('InvalidUsage', 'unexpected argument', help)
  if (problem) throw problem
  return flags
}

/** Known flags and all the rest in oclif's notation, for a command that has flags of its own. */
export const writtenForOclif = ({flags, rest}: CommandLine): string[] => [
  ...Object.entries(flags).flatMap(([name, value]) => {
    if (value === undefined || value === false) return []
    if (value === true) return [`--${name}`]
    return (typeof value === 'string' ? [value] : value).map((text) => `--${name}=${text}`)
  }),
  ...rest,
]

/**
 * The command line as oclif wants it, the command's words first.
 *
 * @param own - the same as one of this program's own commands, if it is one
 */
export const commandFirst = (
  argv: readonly string[],
  {rest, restAt}: CommandLine,
  own: OwnCommandLine | undefined,
): string[] => {
  if (own) return [...own.command.split(' '), ...writtenForOclif(own)]
  const leading = argv.slice(0, restAt)
  const following = argv.slice(restAt)
  if (leading.length === 0 || rest[0]?.startsWith('-') !== false) return [...argv]
  const end = following.findIndex((argument) => argument.startsWith('-'))
  const words = end === -1 ? following : following.slice(0, end)
  return [...words, ...leading, ...following.slice(words.length)]
}

const ALL_SETS: readonly OptionDefinitions[] = [GLOBAL_OPTIONS, ...Object.values(COMMAND_OPTIONS)]

const isCommandName = (words: string): words is CommandName => Object.hasOwn(COMMAND_OPTIONS, words)

const isIn = (definitions: OptionDefinitions, name: string): boolean => Object.hasOwn(definitions, name)

interface WrittenFlag {
  readonly name: string
  readonly definition: OptionDefinition
  /** What is written in the same argument. */
  readonly value: string | undefined
}

const findFlags = (argument: string, sets: readonly OptionDefinitions[]): readonly WrittenFlag[] | undefined => {
  if (argument.startsWith('--')) {
    const end = argument.indexOf('=')
    const name = argument.slice(2, end === -1 ? undefined : end)
    const definition = findDefinition(name, sets)
    return definition && [{name, definition, value: end === -1 ? undefined : argument.slice(end + 1)}]
  }
  return argument.startsWith('-') && argument.length > 1 ? findShortFlags(argument.slice(1), sets) : undefined
}

const findDefinition = (name: string, sets: readonly OptionDefinitions[]): OptionDefinition | undefined => {
  for (const set of sets) if (isIn(set, name)) return set[name]
  return undefined
}

/** The flags of a group such as `yc=id`; undefined when one of them is not known. */
const findShortFlags = (group: string, sets: readonly OptionDefinitions[]): readonly WrittenFlag[] | undefined => {
  const flags: WrittenFlag[] = []
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

const findShort = (
  char: string,
  sets: readonly OptionDefinitions[],
): Pick<WrittenFlag, 'name' | 'definition'> | undefined => {
  for (const set of sets)
    for (const [name, definition] of Object.entries(set)) if (definition.char === char) return {name, definition}
  return undefined
}

/** Sets a flag, or says what is wrong with it. */
const setFlag = (
  flags: Record<string, string | boolean | readonly string[]>,
  name: string,
  definition: OptionDefinition,
  value: string | undefined,
): AckError | undefined => {
  if (definition.kind === 'boolean') {
    const isOn = value === undefined ? true : parseGoBoolean(value)
    if (isOn === undefined) return notAccepted({from: `--${name}`, value: value ?? ''}, ['true', 'false'])
    flags[name] = isOn
    return undefined
  }
  if (value === undefined) return new AckError('InvalidUsage', `--${name} expects a value`, 'see --help')
  const {values, isOpen, ignoreCase, isList} = definition
  const word = ignoreCase ? value.toLowerCase() : value
  if (values && !isOpen && word !== '' && !values.includes(word)) return notAccepted({from: `--${name}`, value}, values)
  const before = flags[name]
  if (isList) flags[name] = [...(Array.isArray(before) ? (before as readonly string[]) : []), word]
  else flags[name] = word
  return undefined
}
