import type {Command} from '@oclif/core'

import {withDefaults} from '../../defaults/config-files.ts'
import {ALL_COMMAND_OPTIONS} from '../../options/all-commands.ts'
import {GLOBAL_OPTIONS, ROLE_OPTIONS, type OptionDefinitions} from '../../options/definitions.ts'
import {findCommand} from '../command-words.ts'
import {oclifCatalog, type KnownCommands} from '../oclif-catalog.ts'
import {readFlags} from '../read-flags.ts'
import {printableLines} from '../../base/printable.ts'
import type {Runtime} from '../../base/runtime.ts'
import {knownValues, type KnownValue} from './known-values.ts'
import {takesPath} from './value-kinds.ts'

/** What the last word may become. */
export type Completions =
  | {readonly kind: 'values'; readonly values: readonly KnownValue[]}
  /** A path, which the shell completes. */
  | {readonly kind: 'path'}

/**
 * Completes the last word of a command line if it is the value of a flag: with the accepted values, else with what this
 * machine knows.
 *
 * @param words - the command line up to the cursor, without the program's own name; the last one may be empty
 * @returns undefined if the last word is not the value of a flag
 */
export const completeValue = async (
  words: readonly string[],
  config: KnownCommands,
  runtime: Runtime,
): Promise<Completions | undefined> => {
  const flag = flagOfLastWord(words)
  if (flag === undefined) return undefined
  const command = commandOf(words, config)
  const definition = findFlag(command, flag.written)
  if (definition?.type !== 'option') return undefined
  const {name, options} = definition
  const accepted = options ?? openValues(name)
  if (accepted === undefined && takesPath(name)) return {kind: 'path'}
  const values = accepted?.map((value) => ({value})) ?? (await valuesOf(name, words, command?.id ?? '', runtime))
  // Each once: shells insert what the lines have in common, which for two lines of one value goes beyond it.
  const offered = new Map<string, KnownValue>()
  for (const one of values)
    if (one.value.startsWith(flag.value) && isOneLine(one.value) && !offered.has(one.value)) offered.set(one.value, one)
  return {kind: 'values', values: [...offered.values()]}
}

/** What this machine knows for the command line before its last word, with what the defaults files say. */
const valuesOf = async (
  option: string,
  words: readonly string[],
  id: string,
  runtime: Runtime,
): Promise<readonly KnownValue[]> => {
  const {flags} = readFlags(words.slice(0, -1), [GLOBAL_OPTIONS, ROLE_OPTIONS])
  const command = id.replaceAll(':', ' ')
  const line = await withDefaults({command, flags, problem: undefined}, runtime)
  return knownValues(option, {runtime, line, takesNames: takesNames(command, option)})
}

/** Of an option of a plugin's command nobody knows: it may take names. */
const takesNames = (command: string, name: string): boolean => {
  const commands: Readonly<Record<string, OptionDefinitions>> = ALL_COMMAND_OPTIONS
  const definition = commands[command]?.[name]
  return definition?.kind !== 'text' || definition.takesNames === true
}

/** Whether a value can be shown and typed: names in files may hold what steers a terminal. */
const isOneLine = (value: string): boolean => !/[\n\t]/.test(value) && printableLines(value) === value

/** Bash splits `--flag=value` into three words, other shells do not. */
const flagOfLastWord = (words: readonly string[]): {readonly written: string; readonly value: string} | undefined => {
  const [last = '', before = '', beforeThat = ''] = words.toReversed()
  if (last === '=' && before.startsWith('-')) return {written: before, value: ''}
  if (before === '=' && beforeThat.startsWith('-')) return {written: beforeThat, value: last}
  const [, written, value = ''] = /^(--[^=]+)=(.*)$/s.exec(last) ?? []
  if (written !== undefined) return {written, value}
  return before.startsWith('-') && !last.startsWith('-') ? {written: before, value: last} : undefined
}

const commandOf = (words: readonly string[], config: KnownCommands): Command.Loadable | undefined =>
  config.findCommand(findCommand(words, oclifCatalog(config)).words.join(':'))

const findFlag = (command: Command.Loadable | undefined, written: string): Command.Flag.Cached | undefined =>
  Object.values(command?.flags ?? {}).find(({name, char}) => written === `--${name}` || written === `-${char}`)

/** The known values of an option to which plugins may add. */
const openValues = (name: string): readonly string[] | undefined => {
  const definitions: OptionDefinitions = GLOBAL_OPTIONS
  const definition = Object.hasOwn(definitions, name) ? definitions[name] : undefined
  return definition?.kind === 'text' ? definition.values : undefined
}
