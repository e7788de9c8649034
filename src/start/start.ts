import {writeAnswer} from '../lib/cli/write-answer.ts'
import {keepOwnDebugWords} from '../lib/base/debug-variable.ts'
import {processRuntime, type Runtime} from '../lib/base/runtime.ts'
import {lightAnswer} from './exec-lane.ts'
import {lightHelp} from './prebuilt-help.ts'

/** This program's version, put in by the bundler. */
declare const PACKAGE_VERSION: string

/** What is loaded only when the light answer is not enough. */
interface FullProgram {
  readonly main: (argv: readonly string[], launcher: string, runtime: Runtime) => Promise<void>
  readonly fail: (error: unknown, argv: readonly string[], runtime: Runtime) => void
}

/** The package that is started. */
export interface Installation {
  /** Path of a file in it, from which oclif finds its configuration. */
  readonly launcher: string
  /** Path of the help texts that were made when it was built, if there are any. */
  readonly helpFile?: string
  /** Loads `run.ts`. */
  readonly loadFull: () => Promise<FullProgram>
}

/**
 * Starts the program: answers at once where that is possible, else loads all of it.
 *
 * @returns the way to a light answer, empty for a help text: all is done then; undefined when all of it was loaded
 */
export const start = async ({launcher, helpFile, loadFull}: Installation): Promise<string | undefined> => {
  const argv = process.argv.slice(2)
  const runtime = processRuntime(PACKAGE_VERSION)
  const answer = await lightAnswer(argv, runtime)
  const text = answer?.text ?? lightHelp(argv, runtime, helpFile)
  if (text === undefined) {
    // Before anything is loaded that reads it.
    keepOwnDebugWords(runtime.env)
    const {main} = await loadFull()
    await main(argv, launcher, runtime)
    return undefined
  }
  try {
    writeAnswer(text)
    return answer?.way ?? ''
  } catch (error) {
    // A pager that was closed has seen enough of the help.
    if (answer === undefined && isBrokenPipe(error)) return ''
    const {fail} = await loadFull()
    fail(error, argv, runtime)
    return undefined
  }
}

const isBrokenPipe = (error: unknown): boolean =>
  error instanceof Error && (error.cause as {code?: unknown} | undefined)?.code === 'EPIPE'
