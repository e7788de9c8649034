import {join} from 'node:path'

import type {Config} from '@oclif/core'

import {AckError} from '../lib/base/errors.ts'
import {rememberHidden} from '../lib/base/given-environment.ts'
import {asOwnCommand, managesPlugins} from '../lib/cli/command-line.ts'
import {plannedExit, reportFailure} from '../lib/cli/report-error.ts'
import {earlyRunSettings, isForKubectl} from '../lib/cli/run-settings.ts'
import {usageError} from '../lib/cli/usage-error.ts'
import {writeAnswer} from '../lib/cli/write-answer.ts'
import {pluginFailure, runningPlugin, strayFailure, tell} from '../lib/plugins/call-plugin.ts'
import {guardExit, stopGuarding} from '../lib/plugins/guard-exit.ts'
import {hasPlugins} from '../lib/plugins/installed-plugins.ts'
import {runPluginProcess} from '../lib/plugins/watched-process.ts'
import {packageRoot} from './package-root.ts'
import type {runOclif} from './run-oclif.ts'
import type {Start} from './start.ts'
import {asUnknownUser} from './unknown-user.ts'

/**
 * Runs one command line with oclif and sets the process's exit code; the codes are documented in README.md. What kubectl
 * waits for runs in a separate process when third-party plugins are installed.
 *
 * @param host - path of this package's launcher; or oclif's configuration itself
 */
export const main = (start: Start, host: string | Config): Promise<void> =>
  withExitCode(start, async () => {
    const {argv, line, runtime, plugins, hidden = {}} = start
    rememberHidden(runtime.env, hidden)
    if (typeof host !== 'string') return oclif(start, host)
    if (!hasPlugins(plugins)) return managesPlugins(line) ? guarded(start, host) : oclif(start, host)
    if (!isForKubectl(line)) return guarded(start, host)
    const {log, timeoutMs} = earlyRunSettings(line, runtime)
    const script = join(packageRoot(host), 'dist', 'start', 'plugin-process.js')
    const warn = (message: string): void => log.warn(message)
    process.exitCode = await runPluginProcess(script, [host, ...argv], {timeoutMs, warn, writeAnswer})
    if (process.exitCode !== 0) log.release()
    return log.flush()
  })

/** The same in that process. */
export const mainInSeparateProcess = (start: Start, launcher: string): Promise<void> =>
  withExitCode(start, () => oclif(start, launcher))

/** Runs it with oclif in this process; a plugin that ends it is an error. */
const guarded = async (start: Start, launcher: string): Promise<void> => {
  const {line, runtime} = start
  const {needsNoPlugin} = await import('../lib/cli/needs-no-plugin.ts')
  const own = asOwnCommand(line)
  guardExit({
    report: (failure) => reportFailure(failure, line.flags, runtime.env, line.defaults),
    isOurs: own !== undefined || needsNoPlugin(line),
  })
  try {
    await oclif(start, launcher)
  } finally {
    stopGuarding()
  }
  // A plugin's own command may be a server.
  if (own) endSoon()
}

// oclif takes longer to load than all the rest, and a process that only starts the separate one does not need it.
const oclif = async (...given: Parameters<typeof runOclif>): Promise<void> => {
  const module = await asUnknownUser(given[0].runtime.homeDir, () => import('./run-oclif.ts'))
  await module.runOclif(...given)
}

/** Reports a failure on stderr and sets the process's exit code. */
export const fail = (error: unknown, start: Start): void => {
  process.exitCode = exitCodeAfter(error, start)
  endSoon()
}

/** What is left open (by a proxy that never answers, say, or a plugin) must not keep the user waiting. */
const endSoon = (): void => {
  // oxlint-disable-next-line unicorn/no-process-exit
  setTimeout(() => process.exit(), 500).unref()
}

const withExitCode = async (start: Start, work: () => Promise<unknown>): Promise<void> => {
  process.once('uncaughtException', (error) => {
    process.exitCode = exitCodeAfter(error, start, true)
    // What went wrong may have left a socket or a timer behind: never hang on it.
    // oxlint-disable-next-line unicorn/no-process-exit
    process.exit()
  })
  try {
    await work()
  } catch (error) {
    fail(error, start)
  }
}

/** Whether kubectl may be waiting for the answer: then nothing else may come out on stdout. */
const exitCodeAfter = (error: unknown, {line, runtime, plugins}: Start, isUncaught = false): number => {
  stopGuarding()
  const planned = plannedExit(error)
  if (planned !== undefined) return planned
  const culprit = AckError.is(error) ? undefined : runningPlugin()
  const isOfSomePlugin = isUncaught && !AckError.is(error) && hasPlugins(plugins)
  const known = culprit ? pluginFailure(culprit, error) : isOfSomePlugin ? strayFailure(error) : usageError(error)
  const exitCode = reportFailure(known, line.flags, runtime.env, line.defaults)
  tell({reported: {exitCode}})
  return exitCode
}
