import {ALL_COMMAND_OPTIONS} from '../options/all-commands.ts'
import {AckError} from '../base/errors.ts'
import {notAccepted} from '../options/read-option.ts'
import {unknownCommand} from './known-commands.ts'
import {ownTopic, unknownFlags} from './command-line.ts'

/**
 * Turns an error of oclif's argument parser into an `AckError`. Of what the user typed, only the name of a flag is
 * quoted, never its value or a stray argument: either may be a secret.
 *
 * @param command - the words of the command; empty if no command was found
 * @returns the error itself if it does not come from the parser
 */
export const usageError = (error: unknown, command = ''): unknown => {
  if (!(error instanceof Error) || error instanceof AckError || !isParserError(error)) return error
  const unaccepted = /^Expected (--[^=]+)=(.*) to be one of: (.*)$/ms.exec(parserMessage(error))
  if (unaccepted)
    return notAccepted({from: unaccepted[1] ?? '', value: unaccepted[2] ?? ''}, (unaccepted[3] ?? '').split(', '))
  const id = notFound(error)?.split(':')
  if (id !== undefined) return unknownCommand(id.join(' '), ownTopic(id, ALL_COMMAND_OPTIONS))
  const help = ['ack-ram-tool', command, '--help'].filter(Boolean).join(' ')
  return new AckError('InvalidUsage', messageOf(error), `see \`${help}\``)
}

interface ParserError extends Error {
  readonly flags?: readonly string[]
}

// oclif's parser errors have a `parse` property; those thrown during parsing are plain CLIErrors.
const isParserError = (error: Error): boolean => 'parse' in error || error.constructor.name === 'CLIError'

const messageOf = (error: ParserError): string => {
  if (error.constructor.name === 'NonExistentFlagsError' && error.flags) return unknownFlags(error.flags)
  if (error.constructor.name === 'UnexpectedArgsError') return 'unexpected argument'
  const message = parserMessage(error)
  const accepted = /^Expected .* to be one of: (.*)$/s.exec(message)?.[1]
  if (accepted !== undefined) return `invalid argument; use one of: ${accepted}`
  return message.replace(/ but received: .*$/s, '')
}

/** The id of the command that oclif has not found. */
const notFound = (error: Error): string | undefined => /^command (.*) not found\.?$/is.exec(error.message)?.[1]

const parserMessage = (error: Error): string => error.message.split('\nSee more help')[0]?.trim() ?? ''
