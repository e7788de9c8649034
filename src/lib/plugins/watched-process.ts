import type {ChildProcess} from 'node:child_process'
import {constants} from 'node:os'
import type {Readable} from 'node:stream'

import {AckError} from '../base/errors.ts'
import {reportIt, tooSlow, type Progress} from './call-plugin.ts'
import {parseJsonObject} from '../base/json-object.ts'

/** How much longer than its deadline a plugin may take before its process is ended, in milliseconds. */
const GRACE_MS = 1000

/** How long after its end to read what the process has still told, in milliseconds. */
const HELD_OPEN_MS = 500

/** Where the process apart writes its answer, and where its progress. */
export const ANSWER_FD = 3
export const PROGRESS_FD = 4

/** What the watcher has heard, and done. */
interface Heard {
  entered: {readonly plugin: string; readonly what: string} | undefined
  isAnswered: boolean
  isReported: boolean
  fault: AckError | undefined
}

/**
 * Runs the program in a process of its own, in which code of plugins may do what it likes: what it prints on stdout goes
 * to stderr, and only the program's own answer to our stdout; if it hangs, even in a loop, or ends the process, that
 * becomes an error that names the plugin.
 *
 * @param script - the script that runs it
 * @param warn - is told what goes wrong after the answer
 * @returns the exit code
 * @throws AckError `PluginFailed`
 */
export const runApart = async (script: string, argv: readonly string[], warn: Warn): Promise<number> => {
  const {spawn} = await import('node:child_process')
  const child = spawn(process.execPath, [...process.execArgv, script, ...argv], {
    stdio: ['inherit', 2, 2, 1, 'pipe'],
    windowsHide: true,
  })
  const heard: Heard = {entered: undefined, isAnswered: false, isReported: false, fault: undefined}
  const letGo = passOnSignals(child)
  try {
    const [ending] = await Promise.all([endOf(child), listen(child, heard)])
    return judge(ending, heard, warn)
  } finally {
    letGo()
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

const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** What this process is sent goes to the other one, which decides. (A terminal sends Ctrl-C to both: once more does no harm.) */
const passOnSignals = (child: ChildProcess): (() => void) => {
  const passOn = (signal: NodeJS.Signals): void => void child.kill(signal)
  for (const signal of PASSED_ON) process.on(signal, passOn)
  return () => {
    for (const signal of PASSED_ON) process.off(signal, passOn)
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
      heard.fault = tooSlow(entered)
      child.kill('SIGKILL')
    }
    timer = setTimeout(stop, Math.max(0, entered.deadlineMs - Date.now()) + GRACE_MS)
  }
  let rest = ''
  const stream = child.stdio[PROGRESS_FD] as Readable
  // A program that a plugin has started may hold the pipe open longer than the process lives.
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
    // An audit: kubectl has what it wants.
    warn(fault.message)
  }
  if (isAnswered && !isReported) return 0
  if (isReported && code !== null) return code
  if (signal && (!entered || PASSED_ON.some((passed) => passed === signal))) return 128 + constants.signals[signal]
  const how = signal ? `brought the program down (${signal})` : 'ended the program before there was an answer'
  throw new AckError(
    'PluginFailed',
    entered ? `plugin ${entered.plugin} ${how}, in ${entered.what}` : `a plugin ${how}`,
    entered ? reportIt(entered.plugin) : 'see ack-ram-tool plugins, and do without them one by one',
  )
}
