import type {Command} from '@oclif/core'

import {ALL_COMMAND_OPTIONS} from '../../options/all-commands.ts'
import {GLOBAL_OPTIONS, type OptionDefinition, type OptionDefinitions} from '../../options/definitions.ts'
import {HELP_GROUPS} from '../../options/help-groups.ts'

/** What the help and the man page of a command say. */
export interface HelpPage {
  /** The command as it is typed, in its shortest form. */
  readonly command: string
  /** Its other names, as they are typed. */
  readonly aliases: readonly string[]
  readonly summary: string
  readonly description: string
  readonly usage: string
  readonly args: readonly (readonly [name: string, text: string])[]
  readonly examples: readonly Example[]
  /** In the order of their groups; of a group, as they are defined. */
  readonly groups: readonly FlagGroup[]
}

export interface Example {
  /** What it is for. */
  readonly description: string
  readonly command: string
}

export interface FlagGroup {
  readonly title: string
  readonly flags: readonly HelpFlag[]
}

export interface HelpFlag {
  readonly name: string
  /** Such as `-c, --cluster-id <id>`. */
  readonly label: string
  readonly text: string
  /** The environment variables that stand for it. */
  readonly env: readonly string[]
  /** Whether `--help` leaves it to `--help-all`. */
  readonly isRare: boolean
  /** Whether every command has it. */
  readonly isGlobal: boolean
}

/**
 * The page of one of the commands that this program brings along.
 *
 * @param command - as oclif's manifest has it, also by one of its aliases
 * @param bin - the name of the program
 * @param render - fills in oclif's templates
 */
export const helpPage = (command: Command.Loadable, bin: string, render: (text: string) => string): HelpPage => {
  const names = [command.id, ...command.aliases].map((id) => id.replaceAll(':', ' '))
  // An alias that is as long is no better than the name.
  const [shortest = ''] = names.toSorted((one, other) => one.split(' ').length - other.split(' ').length)
  const filled = (text: string): string => render(text.replaceAll('<%= command.id %>', shortest)).trim()
  const examples = (command.examples ?? []).map((example) =>
    // Of oclif's own some bring the prompt along.
    typeof example === 'string'
      ? {description: '', command: filled(example).replace(/^\$ /, '')}
      : asExample(example, filled),
  )
  const usage = [command.usage ?? []].flat()[0]
  const args = Object.values(command.args).filter(({hidden}) => hidden !== true)
  return {
    command: `${bin} ${shortest}`,
    aliases: [...new Set(names)].filter((name) => name !== shortest).map((name) => `${bin} ${name}`),
    summary: filled(command.summary ?? command.description ?? '').split('\n', 1)[0] ?? '',
    description: filled(command.summary === undefined ? rest(command.description) : (command.description ?? '')),
    usage: `${bin} ${usage === undefined ? [shortest, ...args.map(argUsage), '[flags]'].join(' ') : filled(usage)}`,
    args: args.map(({name, description = ''}) => [`<${name}>`, filled(description)]),
    examples,
    groups: flagGroups(command, shortest, examples, filled),
  }
}

const rest = (text = ''): string => text.split('\n').slice(1).join('\n')

const asExample = ({description, command}: Example, filled: (text: string) => string): Example => ({
  description: filled(description),
  command: filled(command),
})

const argUsage = ({name, required}: Command.Arg.Cached): string => (required === true ? `<${name}>` : `[<${name}>]`)

const flagGroups = (
  command: Command.Loadable,
  name: string,
  examples: readonly Example[],
  filled: (text: string) => string,
): readonly FlagGroup[] => {
  const options = (ALL_COMMAND_OPTIONS as Readonly<Record<string, OptionDefinitions>>)[name]
  if (!options) {
    const flags = Object.values(command.flags).filter(({hidden}) => hidden !== true)
    return [{title: 'Flags', flags: flags.map((flag) => ofOclif(flag, filled))}].filter(
      ({flags: all}) => all.length > 0,
    )
  }
  return groupsOf(
    {...options, ...globalsBeside(options, command.flags)},
    options,
    examples.map((example) => example.command).join(' '),
  )
}

/** The options of every command that uses credentials, in their groups. */
export const globalGroups = (): readonly FlagGroup[] => groupsOf(GLOBAL_OPTIONS, {}, '')

/**
 * @param all - the options that are shown
 * @param own - those of them that are the command's own
 * @param examples - the command lines of its examples: what they use is explained
 */
const groupsOf = (all: OptionDefinitions, own: OptionDefinitions, examples: string): readonly FlagGroup[] => {
  const ownGroups = new Set(Object.values(own).map(({helpGroup}) => helpGroup))
  return HELP_GROUPS.map((title) => ({
    title,
    flags: Object.entries<OptionDefinition>(all)
      .filter(([, {helpGroup}]) => helpGroup === title)
      .map(([name, definition]) => {
        // Of the global options those count as rare, too, of whose kind the command has none itself.
        const isFitting = definition.isRare !== true && ownGroups.has(title)
        const isRare = !isFitting && !new RegExp(`--${name}(?![\\w-])`).test(examples)
        return asFlag(name, definition, isRare, !(name in own))
      }),
  })).filter(({flags}) => flags.length > 0)
}

/** @param flags - all that the command takes: some refuse global ones */
const globalsBeside = (options: OptionDefinitions, flags: object): OptionDefinitions =>
  Object.fromEntries(Object.entries(GLOBAL_OPTIONS).filter(([name]) => !(name in options) && name in flags))

const asFlag = (name: string, definition: OptionDefinition, isRare: boolean, isGlobal: boolean): HelpFlag => {
  const {char, description, env} = definition
  const value =
    definition.kind === 'text'
      ? ` <${definition.placeholder ?? name.split('-').at(-1)}>${definition.isList ? '...' : ''}`
      : ''
  return {name, label: labelOf(name, char, value), text: textOf(description, definition), env, isRare, isGlobal}
}

const labelOf = (name: string, char: string | undefined, value: string): string =>
  `${char === undefined ? '    ' : `-${char}, `}--${name}${value}`

const textOf = (description: string, definition: OptionDefinition): string => {
  if (definition.kind === 'boolean') return description
  const {values, isOpen, default: standard} = definition
  // A default that depends on something stands in the description: in the same parentheses as the values.
  const [, text = description, inDescription] = /^(.*) \((default: [^()]*)\)$/.exec(description) ?? []
  const notes = [
    values === undefined || isOpen ? undefined : values.join('|'),
    inDescription ?? (standard === undefined ? undefined : `default: ${standard}`),
  ].filter(Boolean)
  return notes.length === 0 ? text : `${text} (${notes.join(', ')})`
}

/** A flag of a command that oclif's plugins define. */
const ofOclif = (flag: Command.Flag.Cached, filled: (text: string) => string): HelpFlag => {
  const value = flag.type === 'option' ? ` <${[flag.options ?? flag.helpValue ?? flag.name].flat().join('|')}>` : ''
  const text = filled(flag.summary ?? flag.description ?? '')
  return {name: flag.name, label: labelOf(flag.name, flag.char, value), text, env: [], isRare: false, isGlobal: false}
}
