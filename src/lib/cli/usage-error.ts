import {ALL_COMMAND_OPTIONS} from '../options/all-commands.ts'
import {AckError} from '../base/errors.ts'
import {notAccepted} from '../options/read-option.ts'
import {unknownCommand} from './known-commands.ts'
import {ownTopic, unknownFlags} from './command-line.ts'

/**
 * Turns an error of oclif into an `AckError`, if it is of its argument parser or says that there is no such command.
 *
 * @param command - the words of the command; empty if no command was found
 * @returns the error itself if it is neither
 */
export const usageError = (error: unknown, command = ''): unknown => {
  if (!(error instanceof Error) || error instanceof AckError) return error
  // Some of the parser's have a `parse` property; others, and that a command is not found, are plain CLIErrors.
  if (!('parse' in error) && error.constructor.name !== 'CLIError') return error
  const id = notFound(error)?.split(':')
  return id === undefined
    ? parserFailure(error, command)
    : unknownCommand(id.join(' '), ownTopic(id, ALL_COMMAND_OPTIONS))
}

/**
 * What is wrong with the arguments of a command. Of what the user typed, only the name of a flag is quoted, never its value
 * or a stray argument: either may be a secret.
 *
 * @param error - what oclif's parser has thrown
 */
export const parserFailure = (error: Error, command: string): AckError => {
  const unaccepted = /^Expected (--[^=]+)=(.*) to be one of: (.*)$/ms.exec(parserMessage(error))
  if (unaccepted)
    return notAccepted({from: unaccepted[1] ?? '', value: unaccepted[2] ?? ''}, (unaccepted[3] ?? '').split(', '))
  const help = ['ack-ram-tool', command, '--help'].filter(Boolean).join(' ')
  return new AckError('InvalidUsage', messageOf(error), `see \`${help}\``)
}

interface ParserError extends Error {
  readonly args?: readonly {readonly name?: string; readonly description?: string}[]
  readonly flags?: readonly string[]
}

const messageOf = (error: ParserError): string => {
  if (error.constructor.name === 'NonExistentFlagsError' && error.flags) return unknownFlags(error.flags)
  if (error.constructor.name === 'UnexpectedArgsError') return 'unexpected argument'
  if (error.constructor.name === 'RequiredArgsError' && error.args) return missing(error.args)
  const message = parserMessage(error)
  const conflict = CONFLICT.exec(message)
  if (conflict) return `${conflict[1]} cannot be given together with ${conflict[2]}`
  const accepted = /^Expected .* to be one of: (.*)$/s.exec(message)?.[1]
  if (accepted !== undefined) return `invalid argument; use one of: ${accepted}`
  return message.replace(/ but received: .*$/s, '')
}

/** oclif says it for both flags, each with its value. */
const CONFLICT = /(--[\w-]+)=.* cannot also be provided when using (--[\w-]+)/

const missing = (args: NonNullable<ParserError['args']>): string => {
  const named = args.map(
    ({name = '', description}) => `<${name}>${description ? ` (${description.replace(/\.$/, '')})` : ''}`,
  )
  return `${args.length === 1 ? 'an argument is' : 'arguments are'} missing: ${named.join(', ')}`
}

/** The id of the command that oclif has not found. */
const notFound = (error: Error): string | undefined => /^command (.*) not found\.?$/is.exec(error.message)?.[1]

const parserMessage = (error: Error): string =>
  (error.message.split('\nSee more help')[0] ?? '').replace(/^Parsing (--\S+) \n\t/, '$1: ').trim()
