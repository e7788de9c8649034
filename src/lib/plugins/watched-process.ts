import type {ChildProcess} from 'node:child_process'
import {constants} from 'node:os'
import type {Duplex} from 'node:stream'

import {AckError} from '../base/errors.ts'
import {TERMINATION_SIGNALS} from '../base/termination-signals.ts'
import {pluginEnding, pluginTimeout, WHICH_PLUGIN} from './call-plugin.ts'
import {AUDIT_MS} from './contract.ts'
import {ALIVE_EVERY_MS, makeKey, PROGRESS_FD, progressReader, type Progress} from './progress.ts'

/** How long after a limit the process is killed, in milliseconds: it may end by itself, with a better message. */
const GRACE_MS = 1000

/** How long the process may take at least to say that it is alive, in milliseconds: it may still be loading. */
const SLOW_MACHINE_MS = 5000

/** How long to read the rest of the progress after the process has ended, in milliseconds. */
const HELD_OPEN_MS = 500

/** What the watcher knows of the process. */
interface Heard {
  /** The plugin code that is running. */
  entered: Extract<Progress, {entered: unknown}>['entered'] | undefined
  isAnswered: boolean
  reportedCode: number | undefined
  /** When it has to end, in milliseconds since 1970, once it has answered or failed. */
  endsAt: number | undefined
  /** Why it was killed. */
  fault: AckError | undefined
}

/** What the watcher needs. */
export interface Watch {
  /** How long the process may be deaf, in milliseconds: it then runs a plugin's loop. */
  readonly timeoutMs: number
  /** Called for a failure after the answer. */
  readonly warn: (message: string) => void
  /** Writes the answer to stdout. */
  readonly writeAnswer: (text: string) => Promise<void>
}

/**
 * Runs the program in a separate process, where plugins cannot break the answer: what they print on stdout goes to stderr,
 * and only this process, to which the program sends its answer, has the real stdout. A plugin that hangs, even in a
 * loop, or ends the process becomes an error that names it; after the answer it is ended, and changes nothing.
 *
 * @param script - the script to run
 * @returns the exit code
 * @throws AckError `PluginFailed`, and what `writeAnswer` throws
 */
export const runPluginProcess = async (script: string, argv: readonly string[], watch: Watch): Promise<number> => {
  const {spawn} = await import('node:child_process')
  const child = spawn(process.execPath, [...process.execArgv, script, ...argv], {
    stdio: ['inherit', 2, 2, 'pipe'],
    windowsHide: true,
  })
  const heard: Heard = {
    entered: undefined,
    isAnswered: false,
    reportedCode: undefined,
    endsAt: undefined,
    fault: undefined,
  }
  const stopForwarding = forwardSignals(child)
  try {
    const [ending] = await Promise.all([endOf(child), listen(child, heard, watch)])
    return judge(ending, heard, watch)
  } finally {
    stopForwarding()
  }
}

interface Ending {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

const endOf = (child: ChildProcess): Promise<Ending> =>
  new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve({code, signal}))
  })

/** Forwards signals to the separate process, which decides. (A terminal sends Ctrl-C to both: twice does no harm.) */
const forwardSignals = (child: ChildProcess): (() => void) => {
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal)
  for (const signal of TERMINATION_SIGNALS) process.on(signal, forward)
  return () => {
    for (const signal of TERMINATION_SIGNALS) process.off(signal, forward)
  }
}

const listen = async (child: ChildProcess, heard: Heard, watch: Watch): Promise<void> => {
  const stream = child.stdio[PROGRESS_FD] as Duplex
  // A program started by a plugin may keep the pipe open after the process has ended.
  child.once('exit', () => setTimeout(() => stream.destroy(), HELD_OPEN_MS).unref())
  const limit = limitOf(child, heard, watch)
  try {
    const key = await makeKey()
    stream.write(key)
    const read = progressReader(key)
    for await (const chunk of stream.setEncoding('utf8')) {
      for (const progress of read(String(chunk))) await take(progress, heard, watch)
      limit.renew()
    }
  } catch (error) {
    // Destroyed, or the answer could not be written.
    if (error instanceof AckError) heard.fault ??= error
    child.kill('SIGKILL')
  } finally {
    limit.release()
  }
}

const take = async (progress: Progress, heard: Heard, {writeAnswer}: Watch): Promise<void> => {
  if ('entered' in progress) heard.entered = progress.entered
  if ('left' in progress) heard.entered = undefined
  if ('done' in progress) heard.endsAt = Date.now()
  if ('reported' in progress) {
    heard.reportedCode = progress.reported.exitCode
    heard.endsAt ??= Date.now()
  }
  if ('answer' in progress && !heard.isAnswered) {
    await writeAnswer(progress.answer)
    heard.isAnswered = true
    heard.endsAt = Date.now() + AUDIT_MS
  }
}

/** Kills the process when a limit is over: a plugin's, that of hearing nothing, or that of what may follow the answer. */
const limitOf = (child: ChildProcess, heard: Heard, {timeoutMs}: Watch): {renew(): void; release(): void} => {
  let timer: NodeJS.Timeout | undefined
  const renew = (): void => {
    clearTimeout(timer)
    const silentUntil = Date.now() + (heard.isAnswered ? ALIVE_EVERY_MS : Math.max(timeoutMs, SLOW_MACHINE_MS))
    const until = Math.min(heard.entered?.deadlineMs ?? silentUntil, heard.endsAt ?? Infinity) + GRACE_MS
    const kill = (): void => {
      heard.fault = heard.entered ? pluginTimeout(heard.entered) : heard.endsAt === undefined ? busy() : undefined
      child.kill('SIGKILL')
    }
    const stop = (): void => {
      if (Date.now() < until + GRACE_MS) kill()
      // Both processes were stopped meanwhile, as by Ctrl-Z: it has a moment to go on.
      else timer = setTimeout(kill, GRACE_MS)
    }
    timer = setTimeout(stop, Math.max(0, until - Date.now()))
  }
  renew()
  return {renew, release: () => clearTimeout(timer)}
}

const busy = (): AckError =>
  new AckError(
    'PluginFailed',
    'a plugin has left something running that never ends, and keeps the program from going on',
    WHICH_PLUGIN,
  )

const judge = ({signal}: Ending, heard: Heard, {warn}: Watch): number => {
  const {entered, isAnswered, reportedCode, fault} = heard
  if (isAnswered) {
    // kubectl has its answer.
    if (fault) warn(fault.message)
    return 0
  }
  if (fault) throw fault
  if (reportedCode !== undefined) return reportedCode
  if (signal && (!entered || TERMINATION_SIGNALS.some((ending) => ending === signal)))
    return 128 + constants.signals[signal]
  const how = signal ? `crashed the program (${signal})` : 'ended the program without an answer'
  throw pluginEnding(how, entered)
}
