import {pathToFileURL} from 'node:url'

import type {LoadOptions} from '@oclif/core/interfaces'
import {run} from '@oclif/core/run'
import {settings} from '@oclif/core/settings'

import {asOwnCommand, commandFirst} from '../lib/cli/command-line.ts'
import {logBeforeCommand, settingsBeforeCommand} from '../lib/cli/run-settings.ts'
import {guardHooks} from '../lib/plugins/guard-hooks.ts'
import {hasPlugins} from '../lib/plugins/installed-plugins.ts'
import {loadPlugins} from '../lib/plugins/load-plugins.ts'
import {packageRoot} from './package-root.ts'
import type {Start} from './start.ts'

/**
 * Runs one command line with oclif, and with the plugins that the user has installed.
 *
 * @param host - path of this package's launcher; or oclif's configuration itself
 * @param isGuarded - kubectl waits: what a plugin's hooks do wrong is an error
 * @throws what commands and hooks throw
 */
export const runOclif = async (start: Start, host: string | LoadOptions, isGuarded = false): Promise<void> => {
  // The published program never loads TypeScript, whatever NODE_ENV says.
  settings.enableAutoTranspile = false
  const words = commandFirst(start.argv, start.line, asOwnCommand(start.line))
  await run(words, typeof host === 'string' ? await findPlugins(start, host, isGuarded) : host)
}

/** What oclif is configured with: the path of this package, unless there are third-party plugins to look after. */
const findPlugins = async (
  {line: {flags}, runtime, plugins}: Start,
  launcher: string,
  isGuarded: boolean,
): Promise<string | LoadOptions> => {
  if (!hasPlugins(plugins)) return pathToFileURL(launcher).href
  const {timeoutMs} = settingsBeforeCommand(flags, runtime.env)
  const log = logBeforeCommand(flags, runtime)
  if (isGuarded) guardHooks(timeoutMs)
  const options = await loadPlugins(packageRoot(launcher), plugins, log, new Date(Date.now() + timeoutMs))
  await log.flush()
  return options
}
