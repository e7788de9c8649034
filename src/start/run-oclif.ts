import {type Config, settings, ux} from '@oclif/core'
import {loadHelpClass} from '@oclif/core/help'
import type {Hooks} from '@oclif/core/interfaces'
import {helpAddition, versionAddition} from '@oclif/core/run'

import type {Log} from '../lib/base/log/log.ts'
import {asOwnCommand, ownCommandFirst, rememberCommandLine} from '../lib/cli/command-line.ts'
import {needsNoPlugin} from '../lib/cli/needs-no-plugin.ts'
import {commandFirst, idFirst} from '../lib/cli/oclif-catalog.ts'
import {runCommand} from '../lib/cli/run-command.ts'
import {earlyRunSettings} from '../lib/cli/run-settings.ts'
import {GuardedConfig} from '../lib/plugins/hooks.ts'
import {loadPlugins} from '../lib/plugins/load-plugins.ts'
import {withoutWarnings} from '../lib/plugins/without-warnings.ts'
import {loadConfig} from './load-config.ts'
import {packageRoot} from './package-root.ts'
import type {Start} from './start.ts'

/**
 * Runs one command line with oclif, and with the plugins that the user has installed.
 *
 * @param host - path of this package's launcher; or oclif's configuration itself
 * @throws what commands and hooks throw
 */
export const runOclif = async (start: Start, host: string | Config): Promise<void> => {
  // The published program never loads TypeScript, whatever NODE_ENV says.
  settings.enableAutoTranspile = false
  if (typeof host !== 'string') return withoutWarnings(isOfCompletion, () => runCommandLine(start, host))
  const {log, timeoutMs} = earlyRunSettings(start.line, start.runtime)
  try {
    const config = await configOf(start, {launcher: host, log, timeoutMs})
    await withoutWarnings(isOfCompletion, () => runCommandLine(start, config))
  } catch (error) {
    log.release()
    throw error
  } finally {
    await log.flush()
  }
}

/**
 * oclif's command that writes completion takes no arguments and reads none, of which oclif warns developers: where
 * NODE_ENV says so, and in an executable always, since Bun fills that variable in when it builds.
 */
const isOfCompletion = (warning: unknown): boolean => UNPARSED.test(String(warning))

const UNPARSED = /^Command (?:autocomplete:)?create did not parse its arguments/

interface Host {
  readonly launcher: string
  readonly log: Log
  readonly timeoutMs: number
}

const configOf = async ({line, runtime, plugins}: Start, {launcher, log, timeoutMs}: Host): Promise<Config> => {
  const deadline = new Date(Date.now() + timeoutMs)
  const runsPlugins = !needsNoPlugin(line)
  const options = await loadPlugins(packageRoot(launcher), plugins, {log, deadline, runsPlugins})
  await log.flush()
  const config = new GuardedConfig(options, timeoutMs)
  await loadConfig(config, runtime.homeDir)
  return config
}

/**
 * Does what oclif's own `run` does, in the same order, but with the configuration that it is given: oclif's always makes
 * a plain `Config`.
 *
 * @see https://github.com/oclif/core/blob/4.14.0/src/main.ts
 */
export const runCommandLine = async (
  {argv: given, line}: Pick<Start, 'argv' | 'line'>,
  config: Config,
): Promise<void> => {
  const own = asOwnCommand(line)
  const words = own ? ownCommandFirst(own) : commandFirst(given, config)
  // No words, no id: there is help then. oclif's types say so only now and then.
  const [id, ...argv] = idFirst(words, config) as [string, ...string[]]
  // oclif hands this very array to the hooks and to the command.
  if (own) rememberCommandLine(argv, own)
  const runFinally = async (ended?: Partial<Hooks['finally']['options']>): Promise<void> => {
    await config.runHook('finally', {argv, id, Command: undefined, error: undefined, ...ended})
  }
  const showHelp = async (subject: string[]): Promise<void> => {
    // An executable has no file from which oclif could load it.
    const isOfFile = config.pjson.oclif.helpClass !== undefined
    const Help = isOfFile ? await loadHelpClass(config) : (await import('../lib/cli/help/ack-help.ts')).AckHelp
    await new Help(config).showHelp(subject)
    await runFinally()
  }
  await config.runHook('init', {argv, id})
  if (versionAddition(words, config)) {
    ux.stdout(config.userAgent)
    return runFinally()
  }
  if (helpAddition(words, config)) return showHelp(words)
  const command = config.findCommand(id)
  if (!command && config.findTopic(id)) return showHelp([id])
  let failure: unknown
  try {
    await runCommand(config, {id, argv}, command)
  } catch (error) {
    failure = error
    throw error
  } finally {
    await runFinally({Command: command, error: failure as Error | undefined})
  }
}
