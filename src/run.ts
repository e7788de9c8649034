import {pathToFileURL} from 'node:url'

import type {LoadOptions} from '@oclif/core/interfaces'
import {run} from '@oclif/core/run'
import {settings} from '@oclif/core/settings'

import {commandFirst} from './lib/cli/arguments.ts'
import {plannedExit, reportError} from './lib/cli/report-error.ts'
import {usageError} from './lib/cli/usage-error.ts'
import {processRuntime} from './lib/runtime.ts'

/**
 * Runs one command line and sets the process's exit code; the codes are documented in README.md.
 *
 * @param argv - arguments without the program's own name
 * @param host - path of a file in this package, from which oclif finds its configuration; or the configuration itself
 */
export const main = async (argv: readonly string[], host: string | LoadOptions): Promise<void> => {
  // The published program never loads TypeScript, whatever NODE_ENV says.
  settings.enableAutoTranspile = false
  process.once('uncaughtException', (error) => {
    process.exitCode = exitCodeAfter(error, argv)
    // What went wrong may have left a socket or a timer behind: never hang on it.
    // oxlint-disable-next-line unicorn/no-process-exit
    process.exit()
  })
  try {
    await run(commandFirst(argv), typeof host === 'string' ? pathToFileURL(host).href : host)
  } catch (error) {
    fail(error, argv)
  }
}

/** Reports a failure on stderr and sets the process's exit code. */
export const fail = (error: unknown, argv: readonly string[]): void => {
  process.exitCode = exitCodeAfter(error, argv)
  // A failure may leave something open (a proxy that never answers, say): it must not keep the user waiting.
  // oxlint-disable-next-line unicorn/no-process-exit
  setTimeout(() => process.exit(), 500).unref()
}

const exitCodeAfter = (error: unknown, argv: readonly string[]): number => {
  const planned = plannedExit(error)
  if (planned !== undefined) return planned
  const {text, exitCode} = reportError(usageError(error), argv, processRuntime('').env)
  process.stderr.write(text)
  return exitCode
}
