import {fork, type ChildProcess} from 'node:child_process'
import type {Socket} from 'node:net'

import {bundleProgram} from './bundle-program.ts'
import {programAsFunction} from './program-as-function.ts'
import type {CliResult} from './run-process.ts'
import {BEGIN, END, type Order, type Report} from './warm-protocol.ts'

/** Most of them wait, for a service of a test, and cost nothing meanwhile. */
const MAX_PROCESSES = 6

/** What Node, or a package that stays loaded, reads once when it starts: another value needs another process. */
const READ_ONCE = /^(NODE_.+|SystemRoot|DEBUG|(OCLIF_)?COLUMNS|(FORCE|NO)_COLOR|CI|TERM)$/

interface WarmProcess {
  readonly child: ChildProcess
  /** The part of the environment that it was started with. */
  readonly key: string
  isIdle: boolean
}

let processes: WarmProcess[] = []
let waiting: (() => void)[] = []

/**
 * Runs a command line of the built program in a process that has run others before, which takes a tenth of the time.
 *
 * @param launcher - path of the program's launcher
 * @param order - with the whole environment
 */
export const runWarm = async (launcher: string, {args, env}: Order): Promise<CliResult> => {
  const startEnv = Object.fromEntries(Object.entries(env).filter(([name]) => READ_ONCE.test(name)))
  const warm = await take(launcher, startEnv)
  const {child} = warm
  return new Promise((resolve) => {
    hold(child)
    const [stdout, stderr] = [outputOf(child.stdout as Socket), outputOf(child.stderr as Socket)]
    const hear = async (report: Report): Promise<void> => {
      // The two streams may come later than the report.
      const [out, err] = await Promise.all([stdout.whole, stderr.whole])
      if (report === 'ready') release(warm)
      else resolve({stdout: out, stderr: err, exitCode: report.exitCode})
    }
    child.on('message', (report) => void hear(report as Report))
    // Before a report: the program has ended its process in another way than by process.exit.
    child.once('close', (exitCode) => resolve({stdout: stdout.soFar(), stderr: stderr.soFar(), exitCode}))
    child.send({args: [...args], env} satisfies Order)
  })
}

/** An idle process that was started with this environment, a new one, or the next one that becomes idle. */
const take = async (launcher: string, startEnv: NodeJS.ProcessEnv): Promise<WarmProcess> => {
  const key = Object.entries(startEnv)
    .map(([name, value]) => `${name}=${value ?? ''}`)
    .toSorted((one, other) => (one < other ? -1 : 1))
    .join('\n')
  for (;;) {
    const idle = processes.filter(({isIdle}) => isIdle)
    const fit = idle.find((warm) => warm.key === key)
    if (fit) {
      fit.isIdle = false
      return fit
    }
    // To wait for one costs nothing; to start one does.
    const isOne = processes.some((warm) => warm.key === key)
    if (processes.length >= MAX_PROCESSES && !isOne && idle[0]) end(idle[0])
    if (processes.length < MAX_PROCESSES) return start(launcher, key, startEnv)
    await new Promise<void>((resolve) => waiting.push(resolve))
  }
}

const start = async (launcher: string, key: string, env: NodeJS.ProcessEnv): Promise<WarmProcess> => {
  // It counts from now on.
  const place = {key, isIdle: false} as WarmProcess
  processes.push(place)
  const [program, programFile] = await Promise.all([
    bundleProgram(new URL('warm-process.ts', import.meta.url)),
    programAsFunction(launcher),
  ])
  const child = fork(program, [launcher, programFile], {execArgv: [], env, stdio: ['ignore', 'pipe', 'pipe', 'ipc']})
  child.stdout?.setEncoding('utf8')
  child.stderr?.setEncoding('utf8')
  child.once('exit', () => remove(place))
  await new Promise((resolve, reject) => {
    child.once('message', resolve)
    child.once('close', () => reject(new Error('a warm process has ended before it was ready')))
  })
  child.removeAllListeners('close')
  return Object.assign(place, {child})
}

const release = (warm: WarmProcess): void => {
  const {child} = warm
  for (const stream of [child.stdout, child.stderr]) stream?.removeAllListeners('data')
  child.removeAllListeners('message').removeAllListeners('close')
  letGo(child)
  warm.isIdle = true
  wake()
}

const end = (warm: WarmProcess): void => {
  remove(warm)
  warm.child.disconnect()
}

const remove = (warm: WarmProcess): void => {
  processes = processes.filter((other) => other !== warm)
  wake()
}

const wake = (): void => {
  const all = waiting
  waiting = []
  for (const resolve of all) resolve()
}

/** While it runs a command line, this process waits for it; else not. */
const hold = (child: ChildProcess): void => {
  for (const handle of handlesOf(child)) handle?.ref()
}
const letGo = (child: ChildProcess): void => {
  for (const handle of handlesOf(child)) handle?.unref()
}
const handlesOf = (child: ChildProcess): readonly ({ref(): unknown; unref(): unknown} | null | undefined)[] => [
  child,
  child.channel,
  child.stdout as Socket,
  child.stderr as Socket,
]

/** What is written between the two marks. */
const outputOf = (stream: Socket): {readonly whole: Promise<string>; readonly soFar: () => string} => {
  let all = ''
  const soFar = (): string => {
    const from = all.indexOf(BEGIN) + BEGIN.length
    const to = all.indexOf(END)
    return all.slice(from, to < 0 ? undefined : to)
  }
  const whole = new Promise<string>((resolve) => {
    stream.on('data', (written: string) => {
      all += written
      if (all.includes(END)) resolve(soFar())
    })
  })
  return {whole, soFar}
}
