import type {Command} from '@oclif/core'
import type {Config} from '@oclif/core/interfaces'

import {firstLine} from '../../base/printable.ts'
import {fishWord} from '../../base/shell-words.ts'
import {takesPath} from './value-kinds.ts'

/**
 * A completion script for fish: commands and flags with their descriptions, and values by asking the program, as in the
 * scripts for other shells.
 *
 * @see https://fishshell.com/docs/current/completions.html
 */
export const fishScript = (config: Pick<Config, 'bin' | 'commands' | 'topics'>, hasDescriptions: boolean): string => {
  const {bin} = config
  const commands = visibleCommands(config)
  const describe = (text: string | undefined): string =>
    hasDescriptions && text ? ` -d ${fishWord(firstLine(text).replaceAll('<%= config.bin %>', bin))}` : ''
  const words = commandWords(commands, config)
  return [
    `# fish completion of ${bin}`,
    FUNCTIONS.replaceAll('BIN', bin)
      .replaceAll('NAME', functionName(bin))
      .replaceAll('DESCRIBED', hasDescriptions ? ' --described' : ''),
    `complete -c ${bin} -f`,
    ...words.map(
      ({before, word, description}) =>
        `complete -c ${bin} -n ${at(bin, before)} -a ${fishWord(word)}${describe(description)}`,
    ),
    ...commands.flatMap(({words, flags}) =>
      Object.values(flags)
        .filter(({hidden}) => !hidden)
        .map((flag) => `complete -c ${bin} -n ${at(bin, words)} ${flagOf(flag, bin)}${describe(flag.summary)}`),
    ),
    '',
  ].join('\n')
}

interface VisibleCommand {
  readonly words: string
  readonly summary: string | undefined
  readonly flags: Readonly<Record<string, Command.Flag.Cached>>
}

const visibleCommands = ({commands}: Pick<Config, 'commands'>): readonly VisibleCommand[] =>
  commands
    .filter(({hidden}) => !hidden)
    .flatMap(({id, aliases, summary, description, flags}) =>
      [id, ...aliases].map((name) => ({
        words: name.replaceAll(':', ' '),
        summary: summary ?? description,
        flags: flags as VisibleCommand['flags'],
      })),
    )
    .toSorted((one, other) => (one.words < other.words ? -1 : 1))

interface CommandWord {
  readonly before: string
  readonly word: string
  readonly description: string | undefined
}

/** Each next word of a command line, once. */
const commandWords = (
  commands: readonly VisibleCommand[],
  {topics}: Pick<Config, 'topics'>,
): readonly CommandWord[] => {
  const found = new Map<string, CommandWord>()
  for (const {words, summary} of commands) {
    const parts = words.split(' ')
    for (const [index, word] of parts.entries()) {
      const path = parts.slice(0, index + 1).join(' ')
      const isCommand = index === parts.length - 1
      const description = isCommand ? summary : topics.find(({name}) => name === path.replaceAll(' ', ':'))?.description
      if (isCommand || !found.has(path)) found.set(path, {before: parts.slice(0, index).join(' '), word, description})
    }
  }
  return [...found.values()]
}

const flagOf = (flag: Command.Flag.Cached, bin: string): string => {
  const names = `-l ${flag.name}${flag.char ? ` -s ${flag.char}` : ''}`
  if (flag.type === 'boolean') return names
  return takesPath(flag.name) ? `${names} -r -F` : `${names} -x -a '(__${functionName(bin)}_values)'`
}

const at = (bin: string, words: string): string => fishWord(`__${functionName(bin)}_at ${words}`.trimEnd())

const functionName = (bin: string): string => bin.replaceAll('-', '_')

const FUNCTIONS = `
# Whether the words before the first flag are these, and the flags of that command may follow.
function __NAME_at
    set -l words
    for word in (commandline -opc)[2..-1]
        string match -q -- '-*' $word; and break
        set -a words $word
    end
    test "$words" = "$argv"
end

# The program knows the values of flags.
function __NAME_values
    BIN autocomplete valuesDESCRIBED -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null
end
`
