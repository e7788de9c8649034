import type {Command, Config} from '@oclif/core'

import {AckError} from '../base/errors.ts'
import {enterCommand, pluginFailure} from '../plugins/call-plugin.ts'
import {isThirdParty} from '../plugins/hooks.ts'
import type {PluginCode} from '../plugins/progress.ts'
import {plannedExit} from './report-error.ts'
import {parserFailure} from './usage-error.ts'

/**
 * Runs a command by oclif.
 *
 * @param id - as oclif writes it, with colons
 * @param command - undefined if there is none
 * @throws AckError `InvalidUsage` for arguments that the command does not take, with its help; `PluginFailed` for any other
 *   failure of a third-party plugin's command; and what a command of ours throws
 */
export const runCommand = async (
  config: Config,
  {id, argv}: {readonly id: string; readonly argv: string[]},
  command: Command.Loadable | undefined,
): Promise<void> => {
  const words = id.replaceAll(':', ' ')
  const ofParser = new Set<unknown>()
  const code = command && codeOf(command, words)
  if (code) enterCommand(code)
  const load = async (known: Command.Loadable): Promise<Command.Class> => {
    try {
      return withParserWatched(await known.load(), ofParser)
    } catch (error) {
      // Its exit code is oclif's then, not the author's.
      throw code ? failureOf({plugin: code.plugin, where: `while loading its command ${words}`}, error) : error
    }
  }
  try {
    await config.runCommand(id, argv, command && {...command, load: () => load(command)})
  } catch (error) {
    if (error instanceof Error && !AckError.is(error) && ofParser.has(error)) throw parserFailure(error, words)
    throw code ? failureOf(code, error) : error
  }
}

/** The code of a third-party plugin's command; undefined for ours. */
const codeOf = ({pluginName = '', pluginType = ''}: Command.Loadable, words: string): PluginCode | undefined =>
  isThirdParty({type: pluginType}) ? {plugin: pluginName, where: `in its command ${words}`, isCommand: true} : undefined

/** A documented failure is said in its own words, and an exit that the author wants is none. */
const failureOf = (code: PluginCode, error: unknown): unknown =>
  AckError.is(error) || plannedExit(error) !== undefined ? error : pluginFailure(code, error)

/** Notes what oclif's parser throws: its errors are of the class of those that a command throws by itself. */
const withParserWatched = (CommandClass: Command.Class, thrown: Set<unknown>): Command.Class => {
  const prototype = CommandClass.prototype as unknown as {parse?: (...given: unknown[]) => Promise<unknown>}
  const {parse} = prototype
  // A class may be made without oclif's.
  if (typeof parse !== 'function') return CommandClass
  prototype.parse = async function watched(this: unknown, ...given: unknown[]): Promise<unknown> {
    try {
      return await parse.apply(this, given)
    } catch (error) {
      thrown.add(error)
      throw error
    }
  }
  return CommandClass
}
