import type {Command} from '@oclif/core'
import {normalizeArgv} from '@oclif/core/help'
import type {Config} from '@oclif/core/interfaces'

import {AckError} from '../base/errors.ts'
import {KNOWN_COMMANDS, unknownCommand} from './known-commands.ts'
import {GLOBAL_OPTIONS, type OptionDefinition} from '../options/definitions.ts'
import {findCommand, type CommandCatalog} from './command-words.ts'
import {ALWAYS_KNOWN, findFlags, readFlags, takesNextArgument, type FlagShapes, type ReadFlags} from './read-flags.ts'

/** What is asked of oclif's configuration. */
export type KnownCommands = Pick<Config, 'commands' | 'findCommand' | 'findTopic'>

/** All commands that oclif knows: those of this program, of the plugins that it brings along, and of third-party ones. */
export const oclifCatalog = (config: KnownCommands): CommandCatalog => ({
  isCommand: (words) => config.findCommand(words.join(':')) !== undefined,
  isTopic: (words) => config.findTopic(words.join(':')) !== undefined,
  flagsBelow: (words) => [
    ...config.commands.filter(({id}) => id.startsWith(words.join(':'))).map(({flags}) => shapesOf(flags)),
    GLOBAL_OPTIONS,
  ],
})

/**
 * The command line of any command as oclif wants it: the command's words first, help asked for without a value, and no
 * global flag that the command does not know. Such a flag is accepted everywhere; the log and the time limit use it.
 *
 * @throws AckError `InvalidUsage` for flags without a command: where kubectl waits, the help of a topic would be taken
 *   for an answer; what a global flag that is not well-formed throws
 */
export const commandFirst = (argv: readonly string[], config: KnownCommands): string[] => {
  const {words, isCommand, stray, others} = findCommand(argv, oclifCatalog(config))
  const {kept, help} = withoutGlobalFlags(others, isCommand ? config.findCommand(words.join(':')) : undefined)
  if (help) return [...words, help, ...kept]
  if (isCommand) return [...words, ...kept]
  const isOnlyFlags = argv.length > 0 && kept.length === 0
  const topic = words.join(' ')
  if (topic === '' ? isOnlyFlags || argv.includes('') : others.some(isFlagOrEmpty)) {
    if (topic !== '' && stray && stray !== '--') throw unknownCommand(`${topic} ${stray}`, topic)
    const word = kept.find((argument) => !isFlagOrEmpty(argument))
    throw new AckError(
      'InvalidUsage',
      topic === '' ? 'no command given' : `no command of ${topic} given`,
      `see \`${['ack-ram-tool', ...words, '--help'].join(' ')}\``,
      {
        mistyped: {
          given: [[topic, word ?? ''].join(' ').trim()],
          known: KNOWN_COMMANDS,
        },
      },
    )
  }
  return topic === '' ? [...argv] : [...words, ...kept]
}

/**
 * The id of the command that a command line begins with, and its arguments. oclif would take words behind a command that
 * takes none for more of its name; only where that names a topic, too, they may be a command that was mistyped.
 *
 * @param argv - the command's words first
 */
export const idFirst = (argv: readonly string[], config: Config): string[] => {
  const {words, isCommand, others} = findCommand(argv, oclifCatalog(config))
  const id = words.join(':')
  // `findTopic` finds every command.
  const isTopic = config.commands.some((command) => command.id.startsWith(`${id}:`))
  return isCommand && !isTopic ? [id, ...others] : normalizeArgv(config, [...argv])
}

const isFlagOrEmpty = (argument: string): boolean => argument === '' || argument.startsWith('-')

const shapesOf = (flags: Command.Cached['flags']): FlagShapes => {
  const shapes: Record<string, FlagShapes[string]> = {}
  for (const [name, flag] of Object.entries(flags)) {
    const kind = flag.type === 'boolean' ? 'boolean' : 'text'
    shapes[name] = {kind, char: flag.char}
    for (const alias of flag.aliases ?? []) shapes[alias] = {kind}
    for (const char of flag.charAliases ?? []) shapes[`${name} ${char}`] = {kind, char}
    if (flag.type === 'boolean' && flag.allowNo) shapes[`no-${name}`] = {kind}
  }
  return shapes
}

/** Takes out the global flags that a command does not know, and those that ask for help, which may have a value. */
const withoutGlobalFlags = (
  argv: readonly string[],
  command: Command.Loadable | undefined,
): Pick<ReadFlags, 'help'> & {readonly kept: readonly string[]} => {
  const {help: _help, 'help-all': _all, ...own} = shapesOf(command?.flags ?? {})
  const chars = new Set(Object.values(own).map(({char}) => char))
  const foreign = Object.fromEntries(
    Object.entries<OptionDefinition>(takesAnything(command) ? {} : GLOBAL_OPTIONS)
      .filter(([name]) => !(name in own))
      .map(([name, {char, ...definition}]) => [name, {...definition, ...(char && !chars.has(char) ? {char} : {})}]),
  )
  const kept: string[] = []
  const taken: string[] = []
  for (let at = 0; at < argv.length; at += 1) {
    const argument = argv[at] ?? ''
    if (argument === '--') {
      kept.push(...argv.slice(at))
      break
    }
    const isOwn = findFlags(argument, [own]) !== undefined
    const place = isOwn || !findFlags(argument, [foreign, ALWAYS_KNOWN]) || argument === '--version' ? kept : taken
    place.push(argument)
    if (!findFlags(argument, [own, foreign]) || !takesNextArgument(argument, [own, foreign])) continue
    at += 1
    place.push(...argv.slice(at, at + 1))
  }
  const {problem, help} = readFlags(taken, [foreign])
  if (problem) throw problem
  return {kept, help}
}

/** Whether a third-party command may hand its arguments on to another program, whose flags they are then. */
const takesAnything = (command: Command.Loadable | undefined): boolean =>
  command?.strict === false && command.pluginType !== 'core'
