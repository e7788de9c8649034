import {pathToFileURL} from 'node:url'

import type {LoadOptions} from '@oclif/core/interfaces'
import {run} from '@oclif/core/run'
import {settings} from '@oclif/core/settings'

import {commandFirst} from './lib/cli/arguments.ts'
import {peekSettings} from './lib/cli/peek-settings.ts'
import {winstonLog} from './lib/log/winston-log.ts'
import {packageRoot} from './lib/package-root.ts'
import {guardHooks} from './lib/plugins/guard-hooks.ts'
import {installedPlugins} from './lib/plugins/installed-plugins.ts'
import {loadPlugins} from './lib/plugins/load-plugins.ts'
import {processRuntime} from './lib/runtime.ts'

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
  const installed = typeof host === 'string' ? installedPlugins(processRuntime('')) : undefined
  if (typeof host !== 'string') await run(words, host)
  else if (!installed || (installed.plugins.length === 0 && !installed.isUnreadable))
    await run(words, pathToFileURL(host).href)
  else {
    const runtime = processRuntime('')
    const {logLevel, logFormat, timeoutMs} = peekSettings(argv, runtime.env)
    const deadline = new Date(Date.now() + timeoutMs)
    const log = winstonLog({level: logLevel, format: logFormat, runtime})
    if (isGuarded) guardHooks(timeoutMs)
    const options = await loadPlugins(packageRoot(host), installed, log, deadline)
    await log.flush()
    await run(words, options)
  }
}
