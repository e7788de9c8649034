import {AckError} from '../base/errors.ts'
import type {CommandName} from '../options/all-commands.ts'
import {COMMAND_OPTIONS} from '../options/command-definitions.ts'
import {GLOBAL_OPTIONS, type OptionDefinition, type OptionDefinitions} from '../options/definitions.ts'
import type {Flags} from '../options/read-option.ts'
import {findCommand, type CommandCatalog} from './command-words.ts'
import {findFlags, HELP, readFlags, shownFlag, type ReadFlags} from './read-flags.ts'

/** A command line: this program's own commands are known in it, and of all others the global flags. */
export interface CommandLine extends ReadFlags {
  /** The words of an own command, or of a topic that has some; empty for neither. */
  readonly words: readonly string[]
  readonly command: CommandName | undefined
}

/** The command line of one of this program's own commands. */
export interface OwnCommandLine extends CommandLine {
  readonly command: CommandName
}

/**
 * Reads a command line once, for the exec lane as for oclif.
 *
 * @param argv - arguments without the program's own name
 * @param commands - the commands that are known
 */
export const parseCommandLine = (argv: readonly string[], commands: Commands = COMMAND_OPTIONS): CommandLine => {
  const {words, others} = findCommand(argv, catalogOf(commands))
  const name = words.join(' ')
  const options = isIn(commands, name) ? commands[name] : undefined
  return {
    words,
    command: options && (name as CommandName),
    ...readFlags(others, options ? [options, GLOBAL_OPTIONS] : [GLOBAL_OPTIONS]),
  }
}

/** Own commands by their words, each with its options. */
export type Commands = Readonly<Record<string, OptionDefinitions>>

/** Known to every copy of this module: a third-party plugin may bring one. */
const PARSED = Symbol.for('ack-ram-tool.command-line')

/** Remembers a parsed command line on the array of its arguments, which oclif hands on. */
export const rememberCommandLine = (argv: string[], line: CommandLine): void => {
  Object.defineProperty(argv, PARSED, {value: line})
}

/** The flags of a command: of the remembered command line, else from {@link readFlags}. */
export const flagsOf = (argv: readonly string[], sets: readonly OptionDefinitions[]): ReadFlags =>
  (argv as {[PARSED]?: CommandLine})[PARSED] ?? readFlags(argv, sets)

/** The command line as one of this program's own commands; undefined when its words name none of them. */
export const asOwnCommand = (line: CommandLine): OwnCommandLine | undefined =>
  line.command && {...line, command: line.command}

/** The beginning of these words that is a topic of this program's own commands. */
export const ownTopic = (words: readonly string[], commands: Commands): string => {
  const catalog = catalogOf(commands)
  let length = 0
  while (length < words.length && catalog.isTopic(words.slice(0, length + 1))) length += 1
  return words.slice(0, length).join(' ')
}

/** What stands on a command line besides flags. */
export interface Words {
  readonly words: readonly string[]
  /** All that stands behind `--`; undefined if that is not there. */
  readonly behind: readonly string[] | undefined
}

/** The words of a command line, without unknown flags. A single `-` is a word. */
export const wordsOf = ({rest}: Pick<ReadFlags, 'rest'>): Words => {
  const end = rest.indexOf('--')
  const before = end === -1 ? rest : rest.slice(0, end)
  return {words: before.filter((word) => !isFlag(word)), behind: end === -1 ? undefined : rest.slice(end + 1)}
}

/** All words of a command line, whosever command they name. */
export const allWordsOf = (line: CommandLine): readonly string[] =>
  [...line.words, ...wordsOf(line).words].flatMap((word) => word.split(':'))

/** Whether it lists, installs or removes plugins. */
export const managesPlugins = (line: CommandLine): boolean => allWordsOf(line)[0] === 'plugins'

const isFlag = (argument: string): boolean => argument.startsWith('-') && argument !== '-'

/**
 * The flags of a command line in which nothing else may stand.
 *
 * @param definitions - the command's own options
 * @param command - its words, for messages
 * @param takesWords - whether it takes words besides flags
 * @throws AckError `InvalidUsage`, `InvalidOption`. What the user typed is shown only where it looks like a flag's name,
 *   and stray arguments not at all: people do type secrets there
 */
export const onlyFlags = (
  {flags, rest, problem}: ReadFlags,
  definitions: OptionDefinitions,
  command: string,
  takesWords = false,
): Flags => {
  const foreign = Object.keys(flags).filter((name) => !isIn(definitions, name) && !isIn(GLOBAL_OPTIONS, name))
  const end = takesWords ? rest.indexOf('--') : -1
  const misplaced = takesWords ? [] : behindEnd(rest, definitions)
  const unknown = (end === -1 ? rest : rest.slice(0, end)).filter(
    (argument) =>
      argument !== '--' && (takesWords ? isFlag(argument) : argument.startsWith('-')) && !misplaced.includes(argument),
  )
  const help = `see \`ack-ram-tool ${command} --help\``
  if (unknown.length + foreign.length > 0) {
    const given = [...unknown, ...foreign.map((name) => `--${name}`)]
    const known = [...Object.keys(definitions), ...Object.keys(GLOBAL_OPTIONS), 'help', 'help-all'].map(
      (name) => `--${name}`,
    )
    const mistyped = {given: given.map((argument) => argument.split('=', 1)[0] ?? ''), known}
    throw new AckError('InvalidUsage', unknownFlags(given), help, {mistyped})
  }
  if (misplaced.length > 0) {
    const names = misplaced.flatMap((argument) => shownFlag(argument) ?? [])
    const what = names.length === 0 ? 'a flag' : names.join(', ')
    throw new AckError('InvalidUsage', `${what} behind --, where no flag is read`, `remove the --; ${help}`)
  }
  if (!takesWords && rest.some((argument) => argument !== '--')) {
    // The name of a cluster is what people most often write there.
    const asFlag = 'cluster-id' in definitions && !flags['cluster-id'] ? 'pass a cluster as --cluster-id; ' : ''
    throw new AckError('InvalidUsage', 'unexpected argument', `${asFlag}${help}`)
  }
  if (problem) throw problem
  return flags
}

/** What would be flags of this command if it did not stand behind `--`. */
const behindEnd = (rest: readonly string[], definitions: OptionDefinitions): readonly string[] => {
  const end = rest.indexOf('--')
  const behind = end === -1 ? [] : rest.slice(end + 1)
  return behind.filter((argument) => findFlags<OptionDefinition>(argument, [definitions, GLOBAL_OPTIONS, HELP]))
}

/** The complaint about flags that are not known. */
export const unknownFlags = (written: readonly string[]): string => {
  const names = written.flatMap((argument) => shownFlag(argument) ?? [])
  return names.length === 0 ? 'unknown flag' : `unknown flag: ${names.join(', ')}`
}

/** Known flags and all the rest in oclif's notation, for a command that has flags of its own. */
export const writtenForOclif = ({flags, rest}: ReadFlags): string[] => [
  ...Object.entries(flags).flatMap(([name, value]) => {
    if (value === undefined || value === false) return []
    if (value === true) return [`--${name}`]
    return (typeof value === 'string' ? [value] : value).map((text) => `--${name}=${text}`)
  }),
  ...rest,
]

/** The command line of an own command as oclif wants it, the command's words first. */
export const ownCommandFirst = (own: OwnCommandLine): string[] => [
  ...own.words,
  ...(own.help ? [own.help] : []),
  ...writtenForOclif(own),
]

const catalogOf = (commands: Commands): CommandCatalog => ({
  isCommand: (words) => isIn(commands, words.join(' ')),
  isTopic: (words) => {
    const beginning = `${words.join(' ')} `
    for (const name of Object.keys(commands)) if (name.startsWith(beginning)) return true
    return false
  },
  flagsBelow: (words) => [
    GLOBAL_OPTIONS,
    ...Object.entries(commands).flatMap(([name, options]) => (name.startsWith(words.join(' ')) ? [options] : [])),
  ],
})

const isIn = (definitions: object, name: string): boolean => Object.hasOwn(definitions, name)
