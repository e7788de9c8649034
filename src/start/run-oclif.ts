import {pathToFileURL} from 'node:url'

import type {LoadOptions} from '@oclif/core/interfaces'
import {run} from '@oclif/core/run'
import {settings} from '@oclif/core/settings'

import {commandFirst} from '../lib/cli/command-line.ts'
import {peekLog, peekSettings} from '../lib/cli/peek-settings.ts'
import {packageRoot} from './package-root.ts'
import {guardHooks} from '../lib/plugins/hooks.ts'
import {installedPlugins} from '../lib/plugins/installed-plugins.ts'
import {loadPlugins} from '../lib/plugins/load-plugins.ts'
import {processRuntime} from '../lib/base/runtime.ts'

/**
 * Runs one command line with oclif, and with the plugins that the user has installed.
 *
 * @param host - path of this package's launcher; or oclif's configuration itself
 * @param isGuarded - kubectl waits: what a plugin's hooks do wrong is an error
 * @throws what commands and hooks throw
 */
export const runOclif = async (
  argv: readonly string[],
  host: string | LoadOptions,
  isGuarded = false,
): Promise<void> => {
  // The published program never loads TypeScript, whatever NODE_ENV says.
  settings.enableAutoTranspile = false
  const words = commandFirst(argv)
  await run(words, typeof host === 'string' ? await findPlugins(argv, host, isGuarded) : host)
}

/** What oclif is configured with: the path of this package, unless there are plugins of others to look after. */
const findPlugins = async (
  argv: readonly string[],
  launcher: string,
  isGuarded: boolean,
): Promise<string | LoadOptions> => {
  const runtime = processRuntime('')
  const installed = installedPlugins(runtime)
  if (installed.plugins.length === 0 && !installed.isUnreadable) return pathToFileURL(launcher).href
  const {timeoutMs} = peekSettings(argv, runtime.env)
  const log = peekLog(argv, runtime)
  if (isGuarded) guardHooks(timeoutMs)
  const options = await loadPlugins(packageRoot(launcher), installed, log, new Date(Date.now() + timeoutMs))
  await log.flush()
  return options
}
