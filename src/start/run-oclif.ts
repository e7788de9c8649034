import {Config, settings, ux} from '@oclif/core'
import {loadHelpClass, normalizeArgv} from '@oclif/core/help'
import type {Hooks} from '@oclif/core/interfaces'
import {helpAddition, versionAddition} from '@oclif/core/run'

import {commandFirst} from '../lib/cli/command-line.ts'
import {peekLog, peekSettings} from '../lib/cli/peek-settings.ts'
import {packageRoot} from './package-root.ts'
import {GuardedConfig} from '../lib/plugins/hooks.ts'
import {installedPlugins} from '../lib/plugins/installed-plugins.ts'
import {loadPlugins} from '../lib/plugins/load-plugins.ts'
import type {Runtime} from '../lib/base/runtime.ts'

/** What runs a command line. */
export interface OclifHost {
  /** Path of this package's launcher, from which oclif's configuration is loaded; or the configuration itself. */
  readonly host: string | Config
  readonly runtime: Runtime
  /** kubectl waits for the answer: a failure of a third-party hook is an error. */
  readonly isGuarded?: boolean
}

/**
 * Runs one command line with oclif, and with the plugins that the user has installed.
 *
 * @param argv - arguments without the program's own name
 * @throws what commands and hooks throw
 */
export const runOclif = async (argv: readonly string[], given: OclifHost): Promise<void> => {
  // The published program never loads TypeScript, whatever NODE_ENV says.
  settings.enableAutoTranspile = false
  const config = typeof given.host === 'string' ? await loadConfig(argv, given.host, given) : given.host
  await runCommandLine(commandFirst(argv), config)
}

const loadConfig = async (
  argv: readonly string[],
  launcher: string,
  {runtime, isGuarded}: OclifHost,
): Promise<Config> => {
  const {timeoutMs} = peekSettings(argv, runtime.env)
  const log = peekLog(argv, runtime)
  const deadline = new Date(Date.now() + timeoutMs)
  const options = await loadPlugins(packageRoot(launcher), installedPlugins(runtime), log, deadline)
  await log.flush()
  const config = isGuarded ? new GuardedConfig(options, timeoutMs) : new Config(options)
  await config.load()
  return config
}

/**
 * Does what oclif's own `run` does, in the same order, but with the configuration that it is given: oclif's always makes
 * a plain `Config`.
 *
 * @param words - the command line, the command first
 * @see https://github.com/oclif/core/blob/4.14.0/src/main.ts
 */
export const runCommandLine = async (words: string[], config: Config): Promise<void> => {
  // No words, no id: there is help then. oclif's types say so only now and then.
  const [id, ...argv] = normalizeArgv(config, words) as [string, ...string[]]
  const runFinally = async (ended?: Partial<Hooks['finally']['options']>): Promise<void> => {
    await config.runHook('finally', {argv, id, Command: undefined, error: undefined, ...ended})
  }
  const showHelp = async (subject: string[]): Promise<void> => {
    const Help = await loadHelpClass(config)
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
    await config.runCommand(id, argv, command)
  } catch (error) {
    failure = error
    throw error
  } finally {
    await runFinally({Command: command, error: failure as Error | undefined})
  }
}
