import type {AckError} from '../base/errors.ts'
import {pluginEnding, runningPlugin} from './call-plugin.ts'

/** What guarding needs. */
export interface Guard {
  /** Reports a failure on stderr, and gives the exit code. */
  readonly report: (failure: AckError) => number
  /** Whether the command is ours: it ends by itself, while that of a plugin may end the process. */
  readonly isOurs: boolean
}

let guard: Guard | undefined

/**
 * Guards a process in which plugins run, until {@link stopGuarding}: a plugin that ends the process becomes an error that
 * names it, with its exit code. (What kubectl waits for has a process of its own for that.)
 */
export const guardExit = (given: Guard): void => {
  guard = given
  process.once('exit', () => {
    const culprit = runningPlugin()
    if (guard && (culprit ? !culprit.isCommand : guard.isOurs))
      process.exitCode = guard.report(pluginEnding('ended the program before it was done', culprit))
  })
}

/** From now on the process may end. */
export const stopGuarding = (): void => {
  guard = undefined
}
