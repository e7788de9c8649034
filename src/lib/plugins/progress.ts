import {readSync} from 'node:fs'

import {writeAll} from '../base/files/write-all.ts'
import {parseJsonObject} from '../base/json-object.ts'

/** A part of a plugin that this program runs. */
export interface PluginCode {
  readonly plugin: string
  /** Which part, as in "failed in its prerun hook": `in its prerun hook`. */
  readonly where: string
  /** A command of its own may end the process, and chooses the exit code. */
  readonly isCommand?: true
}

/** What the process for plugins tells the process that watches it. */
export type Progress =
  | {readonly entered: PluginCode & {readonly deadlineMs: number}}
  | {readonly left: true}
  /** It still does something else than to run a loop without an end. */
  | {readonly alive: true}
  /** The text for stdout. */
  | {readonly answer: string}
  /** It is about to end. */
  | {readonly done: true}
  /** Its error has been reported on stderr. */
  | {readonly reported: {readonly exitCode: number}}

/** The file descriptor in that process. */
export const PROGRESS_FD = 3

/** How often that process says that it is alive, in milliseconds. */
export const ALIVE_EVERY_MS = 1000

const KEY_LENGTH = 64

/** Far above what an answer has. */
const MAX_LINE_LENGTH = 1024 * 1024

/**
 * Writes to the watcher. Each line starts with a key that only the two processes know, so that a plugin which writes to
 * every file descriptor there is can neither change the answer nor give another one.
 *
 * @throws the system's error
 */
export type ProgressWriter = (progress: Progress) => void

/** The writer in the process for plugins: the key is the first that it reads, before a plugin is loaded. */
export const openProgress = (): ProgressWriter => {
  const key = readKey()
  // What a plugin has begun to write ends with a line feed of ours.
  return (progress) => writeAll(PROGRESS_FD, `\n${key}${JSON.stringify(progress)}\n`)
}

const readKey = (): string => {
  const bytes = Buffer.alloc(KEY_LENGTH)
  for (let length = 0; length < KEY_LENGTH;) {
    const count = readSync(PROGRESS_FD, bytes, length, KEY_LENGTH - length, null)
    if (count === 0) throw new Error('the watcher has ended')
    length += count
  }
  return bytes.toString('latin1')
}

/** A new key: 64 characters. */
export const makeKey = async (): Promise<string> => {
  const {randomBytes} = await import('node:crypto')
  return randomBytes(KEY_LENGTH / 2).toString('hex')
}

/**
 * Reads progress as it comes.
 *
 * @returns takes the next piece of what was written, and gives what is complete; ignores all that has not the key
 */
export const progressReader = (key: string): ((chunk: string) => readonly Progress[]) => {
  let rest = ''
  return (chunk) => {
    const lines = `${rest}${chunk}`.split('\n')
    const last = lines.pop() ?? ''
    rest = last.length > MAX_LINE_LENGTH ? '' : last
    return lines
      .filter((line) => line.startsWith(key))
      .flatMap((line) => (parseJsonObject(line.slice(KEY_LENGTH)) as Progress | undefined) ?? [])
  }
}
