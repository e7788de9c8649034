import {ALL_COMMAND_OPTIONS} from '../options/all-commands.ts'
import {allWordsOf, parseCommandLine, type CommandLine} from './command-line.ts'

/** What has to work whatever a third-party plugin does: without it a faulty one could not be found and removed. */
const WITHOUT_PLUGINS: readonly string[] = ['plugins', 'version']

/**
 * Whether a command line runs no code of a third-party plugin: the commands of `plugins`, `version`, and help of what is
 * not a plugin's.
 */
export const needsNoPlugin = (line: CommandLine): boolean => {
  const words = allWordsOf(line)
  const [first = '', ...others] = words
  if (WITHOUT_PLUGINS.includes(first)) return true
  if (first === 'help') return isOurs(others)
  // The words of a topic alone ask for its help.
  return (line.help !== undefined || line.command === undefined) && isOurs(words)
}

const isOurs = (words: readonly string[]): boolean =>
  [...WITHOUT_PLUGINS, 'help'].includes(words[0] ?? 'help') ||
  parseCommandLine(words, ALL_COMMAND_OPTIONS).words.length === words.length
