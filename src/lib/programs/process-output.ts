import type {ChildProcess} from 'node:child_process'

import {errorCode} from '../base/error-code.ts'

/** The limit of a process's output. */
export const MAX_OUTPUT_BYTES = 1024 * 1024

/** The time between SIGTERM and SIGKILL, in milliseconds. */
const KILL_AFTER_MS = 1000

/** How long to wait for output after the process has ended, in milliseconds: its children may hold the pipe open. */
const DRAIN_MS = 1000

/** How much of a process's stderr is kept, in characters. */
const MAX_STDERR = 16 * 1024

/**
 * Collects what a process writes to its stderr, where that is a pipe.
 *
 * @returns a function that gives it: the beginning, if there is much
 */
export const collectStderr = (child: ChildProcess): (() => string) => {
  let stderr = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(0, MAX_STDERR)
  })
  return () => stderr.trim()
}

/** How a process ended: by itself, not started (with the error code), or stopped by us. */
export type Ending =
  | {readonly stdout: Buffer; readonly exitCode: number | null; readonly killedBy: NodeJS.Signals | null}
  | {readonly notStarted: string}
  | {readonly stopped: 'timeout' | 'output'}

/**
 * Collects the output of a process until it ends, and stops it if it takes too long or prints too much: SIGTERM, then
 * SIGKILL. Children that it leaves behind do not keep our own process alive.
 *
 * @param timeoutMs - its time limit, in milliseconds; undefined for none
 */
export const collectOutput = (child: ChildProcess, timeoutMs: number | undefined): Promise<Ending> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = []
    const timers: NodeJS.Timeout[] = []
    let size = 0
    let stopped: 'timeout' | 'output' | undefined

    const settle = (ending: Ending): void => {
      for (const timer of timers) clearTimeout(timer)
      child.stdout?.destroy()
      child.stderr?.destroy()
      child.unref()
      resolve(ending)
    }
    const later = (delayMs: number, action: () => void): void => {
      timers.push(setTimeout(action, delayMs))
    }
    const stop = (why: 'timeout' | 'output'): void => {
      if (stopped) return
      stopped = why
      child.kill('SIGTERM')
      later(KILL_AFTER_MS, () => {
        child.kill('SIGKILL')
        settle({stopped: why})
      })
    }

    child.stdout?.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > MAX_OUTPUT_BYTES) stop('output')
      else chunks.push(chunk)
    })
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (child.pid === undefined) settle({notStarted: errorCode(error)})
    })
    const onEnd = (exitCode: number | null, killedBy: NodeJS.Signals | null): void =>
      settle(stopped ? {stopped} : {stdout: Buffer.concat(chunks), exitCode, killedBy})
    child.on('close', onEnd)
    child.on('exit', (exitCode, killedBy) => {
      later(stopped ? 0 : DRAIN_MS, () => onEnd(exitCode, killedBy))
    })
    if (timeoutMs !== undefined) later(timeoutMs, () => stop('timeout'))
  })
