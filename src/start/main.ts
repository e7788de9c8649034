import {join} from 'node:path'

import type {Config} from '@oclif/core'

import {commandFirst} from '../lib/cli/command-line.ts'
import {peekLog} from '../lib/cli/peek-settings.ts'
import {plannedExit, reportError} from '../lib/cli/report-error.ts'
import {usageError} from '../lib/cli/usage-error.ts'
import {AckError} from '../lib/base/errors.ts'
import {isExecCommand} from '../lib/exec/exec-command.ts'
import {packageRoot} from './package-root.ts'
import {pluginFailure, runningPlugin, tell} from '../lib/plugins/call-plugin.ts'
import {hasUserPlugins} from '../lib/plugins/installed-plugins.ts'
import {runApart} from '../lib/plugins/watched-process.ts'
import type {Runtime} from '../lib/base/runtime.ts'
import type {runOclif} from './run-oclif.ts'

/**
 * Runs one command line and sets the process's exit code; the codes are documented in README.md. What kubectl waits for
 * runs in a process of its own where there are plugins of others.
 *
 * @param argv - arguments without the program's own name
 * @param host - path of this package's launcher; or oclif's configuration itself
 */
export const main = (argv: readonly string[], host: string | Config, runtime: Runtime): Promise<void> =>
  withExitCode(argv, runtime, async () => {
    if (typeof host !== 'string' || !isForKubectl(commandFirst(argv)) || !hasUserPlugins(runtime))
      return oclif(argv, {host, runtime})
    const log = peekLog(argv, runtime)
    const script = join(packageRoot(host), 'dist', 'start', 'plugin-process.js')
    process.exitCode = await runApart(script, [host, runtime.version, ...argv], (message) => log.warn(message))
    return log.flush()
  })

/** The same in that process. */
export const mainApart = (argv: readonly string[], launcher: string, runtime: Runtime): Promise<void> =>
  withExitCode(argv, runtime, () => oclif(argv, {host: launcher, runtime, isGuarded: true}))

// oclif takes longer to load than all the rest, and who only starts the process apart does not need it.
const oclif = async (...given: Parameters<typeof runOclif>): Promise<void> => {
  const module = await import('./run-oclif.ts')
  await module.runOclif(...given)
}

/** Reports a failure on stderr and sets the process's exit code. */
export const fail = (error: unknown, argv: readonly string[], runtime: Runtime): void => {
  process.exitCode = exitCodeAfter(error, argv, runtime)
  // A failure may leave something open (a proxy that never answers, say): it must not keep the user waiting.
  // oxlint-disable-next-line unicorn/no-process-exit
  setTimeout(() => process.exit(), 500).unref()
}

const withExitCode = async (argv: readonly string[], runtime: Runtime, work: () => Promise<unknown>): Promise<void> => {
  process.once('uncaughtException', (error) => {
    process.exitCode = exitCodeAfter(error, argv, runtime)
    // What went wrong may have left a socket or a timer behind: never hang on it.
    // oxlint-disable-next-line unicorn/no-process-exit
    process.exit()
  })
  try {
    await work()
  } catch (error) {
    fail(error, argv, runtime)
  }
}

/** Whether kubectl may be waiting for the answer: then nothing else may come out on stdout. */
const isForKubectl = (words: readonly string[]): boolean => {
  // oclif takes a colon for a space between the two.
  const [topic, name] = words.slice(0, 2).flatMap((word) => word.split(':'))
  return isExecCommand(topic, name) && !words.includes('--help') && !words.includes('-h')
}

const exitCodeAfter = (error: unknown, argv: readonly string[], {env}: Runtime): number => {
  const planned = plannedExit(error)
  if (planned !== undefined) return planned
  const culprit = AckError.is(error) ? undefined : runningPlugin()
  const known = culprit ? pluginFailure(culprit.plugin, culprit.what, error) : usageError(error)
  const {text, exitCode} = reportError(known, argv, env)
  process.stderr.write(text)
  tell({reported: true})
  return exitCode
}
