import {writeSync} from 'node:fs'

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
