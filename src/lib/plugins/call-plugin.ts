import {writeSync} from 'node:fs'

import {withinTimeout} from '../base/deadline.ts'
import {AckError, isErrorCode} from '../base/errors.ts'
import {scrub} from '../base/secret.ts'
import type {Limits} from './contract.ts'

/** Which code of others is run, and until when. */
export interface PluginCall {
  readonly plugin: string
  /** What of the plugin it is, such as `its prerun hook`. */
  readonly what: string
  readonly deadline: Date
}

/**
 * Runs code of a plugin. Whatever becomes of it, the user hears which plugin it was.
 *
 * @param signal - ends it early
 * @throws AckError `PluginFailed` when it throws or does not end in time; an error of ours, be it of another copy of
 *   this package, keeps its code and its next step
 */
export const callPlugin = async <T>(
  call: PluginCall,
  run: (limits: Limits) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> => {
  const {plugin, what, deadline} = call
  tell({entered: {plugin, what, deadlineMs: deadline.getTime()}})
  try {
    return await withinTimeout(
      Math.max(0, deadline.getTime() - Date.now()),
      // A plugin may not listen to its signal.
      (limit) => Promise.race([failOnAbort(limit, call), run({signal: limit, deadline})]),
      signal,
    )
  } catch (error) {
    throw pluginFailure(plugin, what, error)
  } finally {
    tell({left: true})
  }
}

const failOnAbort = (signal: AbortSignal, call: PluginCall): Promise<never> =>
  new Promise((_, reject) => {
    const fail = (): void => reject(tooSlow(call))
    if (signal.aborted) fail()
    else signal.addEventListener('abort', fail)
  })

/**
 * An error as one that names the plugin it comes from, with the plugin's own `nextStep`, if it has one. What it says is
 * scrubbed of the secrets that are known.
 */
export const pluginFailure = (plugin: string, what: string, error: unknown): AckError => {
  if (AckError.is(error) && isErrorCode(error.code)) {
    if (error.code === 'PluginFailed' || error.code === 'Cancelled') return error
    return new AckError(error.code, `plugin ${plugin}: ${error.message}`, error.nextStep, {cause: error})
  }
  const message = error instanceof Error ? error.message : 'something that is not an error was thrown'
  const {nextStep} = (error ?? {}) as {nextStep?: unknown}
  return new AckError(
    'PluginFailed',
    `plugin ${plugin} failed in ${what}: ${scrub(message)}`,
    typeof nextStep === 'string' ? scrub(nextStep) : reportIt(plugin),
    {cause: error},
  )
}

/** The next step after a failure that only the plugin's author can mend. */
export const reportIt = (plugin: string): string =>
  `if it stays so, tell its author, or do without it: ack-ram-tool plugins uninstall ${plugin}`

/** The failure of a plugin that has not come to an end. */
export const tooSlow = ({plugin, what}: Pick<PluginCall, 'plugin' | 'what'>): AckError =>
  new AckError(
    'PluginFailed',
    `plugin ${plugin} did not finish ${what} in time`,
    `pass a longer --timeout, or ${reportIt(plugin)}`,
  )

/** What a run that is watched tells its watcher: what of others it is running, and what has come of itself. */
export type Progress =
  | {readonly entered: {readonly plugin: string; readonly what: string; readonly deadlineMs: number}}
  | {readonly left: true}
  | {readonly answered: true}
  | {readonly reported: true}

let watcher: number | undefined
const running: {readonly plugin: string; readonly what: string}[] = []

/** From now on somebody reads progress from this file descriptor. */
export const beWatched = (fd: number): void => {
  watcher = fd
}

/** Tells the watcher, if there is one, at once: the next line may never return. */
export const tell = (progress: Progress): void => {
  if ('entered' in progress) running.push(progress.entered)
  if ('left' in progress) running.pop()
  if (watcher === undefined) return
  try {
    writeSync(watcher, `${JSON.stringify(progress)}\n`)
  } catch {
    // The watcher is gone: then nobody waits for this run either.
  }
}

/** The plugin whose code is running, if one's is. */
export const runningPlugin = (): {readonly plugin: string; readonly what: string} | undefined => running.at(-1)
