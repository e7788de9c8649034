import {AckError} from '../base/errors.ts'
import {nearest} from '../base/nearest.ts'
import {ALL_COMMAND_OPTIONS} from '../options/all-commands.ts'

/** Commands that people may have meant; those of plugins are found by their own names only. */
export const KNOWN_COMMANDS: readonly string[] = [
  ...Object.keys(ALL_COMMAND_OPTIONS),
  'auth',
  'autocomplete',
  'credential-plugin',
  'credential-plugin cache',
  'help',
  'plugins',
  'plugins inspect',
  'plugins install',
  'plugins link',
  'plugins uninstall',
  'plugins update',
]

/**
 * The error for words that are no command. They are shown where they are nearly one: else they may be a secret that was
 * typed in the wrong place.
 *
 * @param topic - the beginning of the words that is a topic; may be empty
 */
export const unknownCommand = (words: string, topic: string): AckError => {
  const what = topic === '' ? 'unknown command' : `unknown command of ${topic}`
  const shown = nearest(words, KNOWN_COMMANDS).length === 0 ? '' : `: ${words.slice(topic.length).trim()}`
  return new AckError(
    'InvalidUsage',
    `${what}${shown}`,
    `see \`${['ack-ram-tool', topic, '--help'].filter(Boolean).join(' ')}\``,
    {
      mistyped: {given: [words], known: KNOWN_COMMANDS},
    },
  )
}
