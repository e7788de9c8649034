import type {ChildProcess} from 'node:child_process'
import {constants} from 'node:os'
import type {Readable} from 'node:stream'

import {AckError} from '../base/errors.ts'
import {pluginTimeout, reportPlugin, type PluginCode, type Progress} from './call-plugin.ts'
import {parseJsonObject} from '../base/json-object.ts'

/** How long after a plugin's deadline the process is killed, in milliseconds: it may end the call itself. */
const GRACE_MS = 1000

/** How long to read the rest of the progress after the process has ended, in milliseconds. */
const HELD_OPEN_MS = 500

/** The file descriptors on which the separate process writes its answer and its progress. */
export const ANSWER_FD = 3
export const PROGRESS_FD = 4

/** What the watcher knows of the process. */
interface Heard {
  /** The plugin code that is running. */
  entered: PluginCode | undefined
  isAnswered: boolean
  isReported: boolean
  fault: AckError | undefined
}

/**
 * Runs the program in a separate process, where plugins cannot break the answer: what they print on stdout goes to stderr,
 * and only the program's own answer to our stdout. A plugin that hangs, even in a loop, or ends the process becomes an
 * error that names it.
 *
 * @param script - the script to run
 * @param warn - called for a failure after the answer
 * @returns the exit code
 * @throws AckError `PluginFailed`
 */
export const runPluginProcess = async (script: string, argv: readonly string[], warn: Warn): Promise<number> => {
  const {spawn} = await import('node:child_process')
  const child = spawn(process.execPath, [...process.execArgv, script, ...argv], {
    stdio: ['inherit', 2, 2, 1, 'pipe'],
    windowsHide: true,
  })
  const heard: Heard = {entered: undefined, isAnswered: false, isReported: false, fault: undefined}
  const stopForwarding = forwardSignals(child)
  try {
    const [ending] = await Promise.all([endOf(child), listen(child, heard)])
    return judge(ending, heard, warn)
  } finally {
    stopForwarding()
  }
}

type Warn = (message: string) => void

interface Ending {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

const endOf = (child: ChildProcess): Promise<Ending> =>
  new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve({code, signal}))
  })

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Forwards signals to the separate process, which decides. (A terminal sends Ctrl-C to both: twice does no harm.) */
const forwardSignals = (child: ChildProcess): (() => void) => {
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal)
  for (const signal of FORWARDED) process.on(signal, forward)
  return () => {
    for (const signal of FORWARDED) process.off(signal, forward)
  }
}

const listen = async (child: ChildProcess, heard: Heard): Promise<void> => {
  let timer: NodeJS.Timeout | undefined
  const take = (progress: Progress): void => {
    if ('answered' in progress) heard.isAnswered = true
    if ('reported' in progress) heard.isReported = true
    if (!('entered' in progress || 'left' in progress)) return
    clearTimeout(timer)
    heard.entered = 'entered' in progress ? progress.entered : undefined
    if (!('entered' in progress)) return
    const {entered} = progress
    const stop = (): void => {
      heard.fault = pluginTimeout(entered)
      child.kill('SIGKILL')
    }
    timer = setTimeout(stop, Math.max(0, entered.deadlineMs - Date.now()) + GRACE_MS)
  }
  let rest = ''
  const stream = child.stdio[PROGRESS_FD] as Readable
  // A program started by a plugin may keep the pipe open after the process has ended.
  child.once('exit', () => setTimeout(() => stream.destroy(), HELD_OPEN_MS).unref())
  stream.setEncoding('utf8')
  try {
    for await (const chunk of stream) {
      const lines = `${rest}${String(chunk)}`.split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) take((parseJsonObject(line) ?? {}) as unknown as Progress)
    }
  } catch {
    // Destroyed.
  }
  clearTimeout(timer)
}

const judge = ({code, signal}: Ending, {entered, isAnswered, isReported, fault}: Heard, warn: Warn): number => {
  if (fault) {
    if (!isAnswered) throw fault
    // An audit: kubectl has its answer.
    warn(fault.message)
  }
  if (isAnswered && !isReported) return 0
  if (isReported && code !== null) return code
  if (signal && (!entered || FORWARDED.some((forwarded) => forwarded === signal)))
    return 128 + constants.signals[signal]
  const how = signal ? `crashed the program (${signal})` : 'ended the program without an answer'
  throw new AckError(
    'PluginFailed',
    entered ? `plugin ${entered.plugin} ${how}, ${entered.where}` : `a plugin ${how}`,
    entered ? reportPlugin(entered.plugin) : 'list them: ack-ram-tool plugins; uninstall one by one to find which',
  )
}
