import {withinTimeout} from '../base/deadline.ts'
import {AckError, isErrorCode} from '../base/errors.ts'
import {foreignLine} from '../base/foreign-line.ts'
import {shellWord} from '../base/shell-words.ts'
import type {Limits} from './contract.ts'
import type {PluginCode, Progress, ProgressWriter} from './progress.ts'

/** A call of a plugin's code. */
export interface PluginCall extends PluginCode {
  readonly deadline: Date
}

/**
 * Runs a plugin's code until its deadline. Whatever goes wrong, the error names the plugin.
 *
 * @param signal - ends the call early
 * @throws AckError `PluginFailed` when the plugin throws or does not finish in time; an AckError, also one of another
 *   copy of this package, keeps its code and next step
 */
export const callPlugin = async <T>(
  call: PluginCall,
  run: (limits: Limits) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> => {
  const {plugin, where, deadline} = call
  tell({entered: {plugin, where, deadlineMs: deadline.getTime()}})
  try {
    return await withinTimeout(
      Math.max(0, deadline.getTime() - Date.now()),
      // A plugin may ignore its signal.
      (limit) => Promise.race([failOnAbort(limit, call), run({signal: limit, deadline})]),
      signal,
    )
  } catch (error) {
    throw pluginFailure(call, error)
  } finally {
    tell({left: true})
  }
}

const failOnAbort = (signal: AbortSignal, call: PluginCall): Promise<never> =>
  new Promise((_, reject) => {
    const fail = (): void => reject(pluginTimeout(call))
    if (signal.aborted) fail()
    else signal.addEventListener('abort', fail)
  })

/**
 * An error thrown by a plugin, as one that names the plugin, with the plugin's own `nextStep` if there is one. Known
 * secrets in its text are masked.
 */
export const pluginFailure = ({plugin, where, isCommand}: PluginCode, error: unknown): AckError => {
  if (AckError.is(error) && isErrorCode(error.code)) {
    if (error.code === 'PluginFailed' || error.code === 'Cancelled') return error
    return new AckError(error.code, `plugin ${plugin}: ${foreignLine(error.message)}`, foreignLine(error.nextStep), {
      cause: error,
    })
  }
  const message = messageOf(error)
  const advice = adviceOf(error)
  return new AckError(
    'PluginFailed',
    `plugin ${plugin} failed ${where}: ${foreignLine(message)}`,
    advice === undefined ? reportPlugin(plugin) : foreignLine(advice),
    {cause: error, exitCode: isCommand ? chosenExitCode(error) : undefined},
  )
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : 'it threw a value that is not an Error'

/** An error that nobody has caught while no plugin's code was running: one has left something running that failed. */
export const strayFailure = (error: unknown): AckError =>
  new AckError(
    'PluginFailed',
    `something that a plugin has left running failed: ${foreignLine(messageOf(error))}`,
    WHICH_PLUGIN,
    {
      cause: error,
    },
  )

/** The author's: oclif's `this.error` takes suggestions. */
const adviceOf = (error: unknown): string | undefined => {
  const {nextStep, suggestions} = (error ?? {}) as {nextStep?: unknown; suggestions?: unknown}
  if (typeof nextStep === 'string') return nextStep
  return Array.isArray(suggestions) && suggestions.length > 0 ? suggestions.join('; ') : undefined
}

/** What oclif's `this.error` gives where the author names no exit code. */
const UNCHOSEN = 2

const chosenExitCode = (error: unknown): number | undefined => {
  const exit = (error as {oclif?: {exit?: unknown}} | undefined)?.oclif?.exit
  return typeof exit === 'number' && exit > 0 && exit < 256 && exit !== UNCHOSEN ? exit : undefined
}

/** The error for a plugin that did not finish in time. */
export const pluginTimeout = ({plugin, where}: PluginCode): AckError =>
  new AckError(
    'PluginFailed',
    `plugin ${plugin} timed out ${where}`,
    `pass a longer --timeout; ${reportPlugin(plugin)}`,
  )

/**
 * The error for a process that was ended.
 *
 * @param how - what was done, as in "a plugin crashed the program"
 * @param code - whose code was running, if anybody's
 */
export const pluginEnding = (how: string, code: PluginCode | undefined): AckError =>
  new AckError(
    'PluginFailed',
    code ? `plugin ${code.plugin} ${how}, ${code.where}` : `a plugin ${how}`,
    code ? reportPlugin(code.plugin) : WHICH_PLUGIN,
  )

/** The next step after a failure of a plugin that is not known. */
export const WHICH_PLUGIN = 'list them: ack-ram-tool plugins; uninstall one by one to find which'

/** The next step after a failure that only the plugin's author can fix. */
export const reportPlugin = (plugin: string): string =>
  `if it persists, report it to the plugin's author, or uninstall it: ${uninstallCommand(plugin)}`

/** The command line that removes a plugin: the name of a linked one may be any text. */
export const uninstallCommand = (plugin: string): string =>
  `ack-ram-tool plugins uninstall ${shellWord(plugin, process.platform)}`

let write: ProgressWriter | undefined
const running: PluginCode[] = []

/** From now on a watcher is told of progress. */
export const reportProgressTo = (writer: ProgressWriter): void => {
  write = writer
}

/** Tells the watcher, if there is one, at once: the plugin's next line may never return. */
export const tell = (progress: Progress): void => {
  if ('entered' in progress) running.push(progress.entered)
  if ('left' in progress) running.pop()
  try {
    write?.(progress)
  } catch {
    // The watcher has ended: nobody waits for this process.
  }
}

/** From now on a plugin's command runs, to the end of the process: what it leaves running is the plugin's, too. */
export const enterCommand = (command: PluginCode): void => {
  running.push(command)
}

/** The plugin whose code is running now, if any. */
export const runningPlugin = (): PluginCode | undefined => running.at(-1)
