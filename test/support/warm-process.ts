/**
 * A process that runs one command line of the built program after the other, as Node would: the launcher is evaluated
 * anew, with the run's arguments and environment, until `process.exit` or until nothing is left to wait for. What is
 * slow to load, oclif above all, is loaded once; all modules of the program itself are new in every run, and so is
 * their state: the known secrets, what was logged once, where answers go.
 *
 * It is asked over IPC, and writes to its real stdout and stderr, with a mark before and after each run.
 */
import fs from 'node:fs'
import {createRequire} from 'node:module'

import {useFreshModules} from './fresh-modules.ts'
import {BEGIN, END, type Order, type Report} from './warm-protocol.ts'

/** How long after `process.exit` the rest of a run may go on before this process is given up, in milliseconds. */
const REST_MS = 200

const [, , launcher = '', programFile = ''] = process.argv
const require = createRequire(launcher)

const renewModules = useFreshModules(launcher, programFile, require)

/** Every byte, also into a pipe that is full at the moment. */
const writeAll = (fd: number, text: string): void => {
  let rest = Buffer.from(text)
  while (rest.length > 0) {
    try {
      rest = rest.subarray(fs.writeSync(fd, rest))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
    }
  }
}
const mark = (text: string): void => {
  for (const fd of [1, 2]) writeAll(fd, text)
}

const timers = new Set<NodeJS.Timeout>()
for (const name of ['setTimeout', 'setInterval'] as const) {
  const real = globalThis[name]
  const recording = (...args: Parameters<typeof setTimeout>): NodeJS.Timeout => {
    const timer = real(...args)
    timers.add(timer)
    return timer
  }
  globalThis[name] = Object.assign(recording, real) as never
}

/** What was there before a run, and is put back after it. */
const own = {
  exit: process.exit.bind(process),
  listeners: new Map(process.eventNames().map((event) => [event, new Set(process.rawListeners(event))])),
}
const restore = (): void => {
  for (const timer of timers) clearTimeout(timer)
  timers.clear()
  // The log of each run listens.
  process.stderr.removeAllListeners('error')
  for (const event of process.eventNames()) for (const listener of newListeners(event)) process.off(event, listener)
}
const newListeners = (event: string | symbol): readonly ((...args: readonly unknown[]) => void)[] =>
  process.rawListeners(event).filter((listener) => !own.listeners.get(event)?.has(listener)) as never

const report = (report: Report): void => {
  // The tests may be over.
  if (process.connected) process.send?.(report)
}

let isRunning = false
const end = (): void => {
  if (!isRunning) return
  isRunning = false
  for (const listener of newListeners('exit')) {
    process.off('exit', listener)
    listener.call(process, process.exitCode ?? 0)
  }
  mark(END)
  report({exitCode: Number(process.exitCode ?? 0)})
}

process.exit = ((code?: number) => {
  if (code !== undefined) process.exitCode = code
  end()
  // Whoever called it goes on here. What a real exit would have ended (a call of a server, a timer) would run into the
  // next order: where it does not end by itself at once, this process is of no more use.
  timers.add(setTimeout(() => own.exit(), REST_MS).unref())
}) as never

// The loop is empty: here Node would end the process.
process.on('beforeExit', () => {
  end()
  restore()
  report('ready')
  process.channel?.ref()
})
own.listeners.set('beforeExit', new Set(process.rawListeners('beforeExit')))

process.on('message', ({args, env}: Order) => {
  // As in a process that starts now.
  const startedAt = performance.now()
  process.uptime = () => (performance.now() - startedAt) / 1000
  for (const name of Object.keys(process.env)) delete process.env[name]
  Object.assign(process.env, env)
  process.argv.splice(0, Infinity, process.execPath, launcher, ...args)
  process.exitCode = undefined
  renewModules()
  isRunning = true
  mark(BEGIN)
  process.channel?.unref()
  delete require.cache[launcher]
  require(launcher)
})
own.listeners.set('message', new Set(process.rawListeners('message')))
process.once('disconnect', () => own.exit())
own.listeners.set('disconnect', new Set(process.rawListeners('disconnect')))
report('ready')
