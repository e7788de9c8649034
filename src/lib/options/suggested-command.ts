import {shellVariableWord, shellWord} from '../base/shell-words.ts'
import {GLOBAL_OPTIONS, isConfidential, type OptionDefinition, type OptionDefinitions} from './definitions.ts'
import type {HelpGroup} from './help-groups.ts'
import type {Flags} from './read-option.ts'

/** A command line to be copied. */
export interface CommandLine {
  readonly commandLine: string
  /** The variables that it takes values from which are not to be shown. */
  readonly variables: readonly string[]
}

/** The flags of this run, and for which platform's shell a line is meant. */
export interface Typed {
  readonly flags: Flags
  readonly runtime: {readonly platform: NodeJS.Platform}
}

/**
 * The command line with the flags of this run that the other command has too. A confidential value is not in it, but the
 * variable that has to hold it.
 *
 * @param words - the other command, and its own flags
 * @param definitions - the options to repeat
 */
export const commandLineWith = (
  words: readonly string[],
  definitions: OptionDefinitions,
  {flags, runtime: {platform}}: Typed,
): CommandLine => {
  const given = Object.entries(definitions).filter(([name]) => isGiven(flags[name]))
  const shown = given.filter(([, definition]) => !isConfidential(definition))
  const confidential = given
    .filter(([, definition]) => isConfidential(definition))
    .flatMap(([name, {env}]) => env.slice(0, 1).map((variable) => ({name, variable})))
  return {
    commandLine: [
      ...['ack-ram-tool', ...words, ...shown.flatMap(([name]) => typed(name, flags[name]))].map((word) =>
        shellWord(word, platform),
      ),
      ...confidential.map(({name, variable}) => shellVariableWord(`--${name}=`, variable, platform)),
    ].join(' '),
    variables: confidential.map(({variable}) => variable),
  }
}

/** A command to go on with, for the same caller at the same endpoints: without their flags it would mean another account. */
export const suggestedCommand = (words: readonly string[], options: OptionDefinitions, run: Typed): string => {
  const ofCaller = Object.entries({...GLOBAL_OPTIONS, ...options}).filter(saysWhoOrWhere)
  return commandLineWith(words, Object.fromEntries(ofCaller), run).commandLine
}

const WHO_AND_WHERE: ReadonlySet<HelpGroup> = new Set(['Credentials', 'Network'])

const saysWhoOrWhere = ([name, {helpGroup}]: readonly [string, OptionDefinition]): boolean =>
  WHO_AND_WHERE.has(helpGroup) || name === 'region-id'

const isGiven = (value: Flags[string]): boolean => value !== undefined && value !== false && value !== ''

const typed = (name: string, value: Flags[string]): readonly string[] => {
  if (value === undefined || value === false) return []
  if (value === true) return [`--${name}`]
  const values = typeof value === 'string' ? [value] : value
  // With an equals sign: a value that starts with a dash would be read as a flag.
  return values.map((text) => `--${name}=${text}`)
}
