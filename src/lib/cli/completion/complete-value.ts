import type {Command} from '@oclif/core'

import {GLOBAL_OPTIONS, type OptionDefinitions} from '../../options/definitions.ts'
import {findCommand} from '../command-words.ts'
import {oclifCatalog, type KnownCommands} from '../oclif-catalog.ts'
import {readFlags} from '../read-flags.ts'
import {printableLines} from '../../base/printable.ts'
import type {Runtime} from '../../base/runtime.ts'
import {knownValues} from './known-values.ts'

/**
 * Completes the last word of a command line if it is the value of a flag: with the accepted values, else with values from
 * the user's files.
 *
 * @param words - the command line up to the cursor, without the program's own name; the last one may be empty
 * @returns the possible values; undefined if the last word is not the value of a flag
 */
export const completeValue = async (
  words: readonly string[],
  config: KnownCommands,
  runtime: Runtime,
): Promise<readonly string[] | undefined> => {
  const flag = flagOfLastWord(words)
  if (flag === undefined) return undefined
  const definition = findFlag(commandOf(words, config), flag.written)
  if (definition?.type !== 'option') return undefined
  const profileFile = readFlags(words, [GLOBAL_OPTIONS]).flags['profile-file']
  const accepted =
    definition.options ??
    openValues(definition.name) ??
    (await knownValues(definition.name, {
      runtime,
      profileFile: typeof profileFile === 'string' ? profileFile : undefined,
    }))
  return accepted.filter((value) => value.startsWith(flag.value) && isOneLine(value))
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
