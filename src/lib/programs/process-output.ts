import type {ChildProcess} from 'node:child_process'

import {errorCode} from '../base/error-code.ts'
import {endedWithUs} from './ended-with-us.ts'

/** The limit of a process's output. */
export const MAX_OUTPUT_BYTES = 1024 * 1024

/** The time between SIGTERM and SIGKILL, in milliseconds. */
const KILL_AFTER_MS = 1000

/** How long to wait for output after the process has ended, in milliseconds: its children may hold the pipe open. */
const DRAIN_MS = 1000

/** How much of a process's stderr is kept, in characters. */
const MAX_STDERR = 16 * 1024

/** How a process ended: by itself, not started (with the error code), or stopped by us. */
export type Ending =
  | {readonly stdout: Buffer; readonly exitCode: number | null; readonly killedBy: NodeJS.Signals | null}
  | {readonly notStarted: string}
  | {readonly stopped: 'timeout' | 'output'}

/**
 * Runs a process and collects its output until it ends. It is stopped if it takes too long or prints too much: by SIGTERM,
 * then SIGKILL. A signal that ends this process ends it, too. Children that it leaves behind do not keep our own process
 * alive.
 *
 * @param start - starts it
 * @param timeoutMs - its time limit, in milliseconds; undefined for none
 * @param leadsGroup - whether it is started `detached`: what it has started is stopped with it
 * @returns how it ended, and the beginning of what it wrote to its stderr where that is a pipe
 */
export const runToEnd = (
  start: () => ChildProcess,
  {timeoutMs, leadsGroup}: {readonly timeoutMs: number | undefined; readonly leadsGroup: boolean},
): Promise<{readonly ending: Ending; readonly stderr: string}> => {
  let kill: SendSignal | undefined
  return endedWithUs(
    // No terminal tells a group, and what a shell runs in the background does not listen to SIGINT.
    (signal) => kill?.(leadsGroup ? 'SIGTERM' : signal),
    async () => {
      let child
      try {
        child = start()
      } catch (error) {
        // Node's own message quotes the invalid argument.
        return {ending: {notStarted: errorCode(error)}, stderr: ''}
      }
      kill = signalsTo(child, leadsGroup)
      const stderr = collectStderr(child)
      return {ending: await collectOutput(child, timeoutMs, kill), stderr: stderr()}
    },
  )
}

type SendSignal = (signal: NodeJS.Signals) => void

/** A shell hands no signal on to what it waits for, so that a group is told as one. */
const signalsTo =
  (child: ChildProcess, leadsGroup: boolean): SendSignal =>
  (signal) => {
    if (!leadsGroup) child.kill(signal)
    else if (child.pid !== undefined) signalGroup(child.pid, signal)
  }

const signalGroup = (leader: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(-leader, signal)
  } catch {
    // All have ended.
  }
}

/** What it writes there, where that is a pipe: the beginning, if there is much. */
const collectStderr = (child: ChildProcess): (() => string) => {
  let stderr = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(0, MAX_STDERR)
  })
  return () => stderr.trim()
}

const collectOutput = (child: ChildProcess, timeoutMs: number | undefined, kill: SendSignal): Promise<Ending> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = []
    const timers: NodeJS.Timeout[] = []
    let size = 0
    let stopped: 'timeout' | 'output' | undefined
    let isSettled = false

    const settle = (ending: Ending): void => {
      // What is killed below ends later, and its group may then be another one's.
      if (isSettled) return
      isSettled = true
      for (const timer of timers) clearTimeout(timer)
      child.stdout?.destroy()
      child.stderr?.destroy()
      child.unref()
      // Also what is left of a group whose leader has listened.
      if (stopped) kill('SIGKILL')
      resolve(stopped ? {stopped} : ending)
    }
    const later = (delayMs: number, action: () => void): void => {
      if (!isSettled) timers.push(setTimeout(action, delayMs))
    }
    const stop = (why: 'timeout' | 'output'): void => {
      if (stopped) return
      stopped = why
      kill('SIGTERM')
      later(KILL_AFTER_MS, () => settle({stopped: why}))
    }

    child.stdout?.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > MAX_OUTPUT_BYTES) stop('output')
      else chunks.push(chunk)
    })
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (child.pid === undefined) settle({notStarted: errorCode(error)})
    })
    child.on('close', (exitCode, killedBy) => settle({stdout: Buffer.concat(chunks), exitCode, killedBy}))
    child.on('exit', (exitCode, killedBy) => {
      later(DRAIN_MS, () => settle({stdout: Buffer.concat(chunks), exitCode, killedBy}))
    })
    if (timeoutMs !== undefined) later(timeoutMs, () => stop('timeout'))
  })
