import type {ChildProcess} from 'node:child_process'

/** What a process may print at most. */
export const MAX_OUTPUT_BYTES = 1024 * 1024

/** How long a process that was told to end may take before it is killed, in milliseconds. */
const KILL_AFTER_MS = 1000

/** How long output is awaited after the process's own end, in milliseconds: a child of its may hold the pipe for ever. */
const DRAIN_MS = 1000

/** How a process ended: by itself, not begun (with the system's word for why), or stopped by us. */
export type Ending =
  | {readonly stdout: Buffer; readonly exitCode: number | null; readonly killedBy: NodeJS.Signals | null}
  | {readonly notStarted: string}
  | {readonly stopped: 'timeout' | 'signal' | 'output'}

/**
 * Collects what a process prints until it ends, and stops it when it takes too long or prints too much: SIGTERM, then
 * SIGKILL. After that nothing of it keeps our own process alive, even when it has left children behind.
 *
 * @param timeoutMs - how long it may run, in milliseconds
 * @param signal - stops it early
 */
export const collectOutput = (child: ChildProcess, timeoutMs: number, signal?: AbortSignal): Promise<Ending> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = []
    const timers: NodeJS.Timeout[] = []
    let size = 0
    let stopped: 'timeout' | 'signal' | 'output' | undefined

    const settle = (ending: Ending): void => {
      for (const timer of timers) clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      child.stdout?.destroy()
      child.unref()
      resolve(ending)
    }
    const later = (delayMs: number, action: () => void): void => {
      timers.push(setTimeout(action, delayMs))
    }
    const stop = (why: 'timeout' | 'signal' | 'output'): void => {
      if (stopped) return
      stopped = why
      child.kill('SIGTERM')
      later(KILL_AFTER_MS, () => {
        child.kill('SIGKILL')
        settle({stopped: why})
      })
    }
    const onAbort = (): void => stop('signal')

    child.stdout?.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > MAX_OUTPUT_BYTES) stop('output')
      else chunks.push(chunk)
    })
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (child.pid === undefined) settle({notStarted: error.code ?? 'unknown error'})
    })
    const onEnd = (exitCode: number | null, killedBy: NodeJS.Signals | null): void =>
      settle(stopped ? {stopped} : {stdout: Buffer.concat(chunks), exitCode, killedBy})
    child.on('close', onEnd)
    child.on('exit', (exitCode, killedBy) => {
      later(stopped ? 0 : DRAIN_MS, () => onEnd(exitCode, killedBy))
    })
    later(timeoutMs, () => stop('timeout'))
    if (signal?.aborted) stop('signal')
    else signal?.addEventListener('abort', onAbort)
  })
