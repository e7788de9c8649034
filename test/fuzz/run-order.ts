import {fork} from 'node:child_process'
import {fileURLToPath} from 'node:url'

import {bundleProgram} from '../support/bundle-program.ts'
import type {Found, Order, Report} from './worker-protocol.ts'

/** A process that says nothing for so long has an input that never ends. In milliseconds: the machine may be busy. */
const SILENCE_MS = 60_000

/** What a process may have on its heap: what needs more than that for one input ends it. In MiB. */
const MAX_HEAP_MB = 256

const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url))

/** What came of an order. */
export interface Outcome {
  readonly inputs: number
  readonly found: readonly Found[]
  /** The longest that one input took, in milliseconds, and its number. */
  readonly slowestMs: number
  readonly slowest: number
  /** The largest heap that was seen. */
  readonly peakBytes: number
}

/**
 * Tries inputs in a process of their own: what makes it hang or run out of memory is found as well. What is known to be
 * secret is known for the life of a process, so none of them lives long.
 */
export const runOrder = async (order: Order): Promise<Outcome> => {
  const {at, found, done, said} = await runOnce(order)
  if (done) return {...done, found}
  if (at === undefined) throw new Error(`the process for ${order.target} has not begun: ${said}`)
  if (order.isCareful) {
    const fault = 'it never ended, or the process ran out of memory'
    return {...NOTHING, inputs: at - order.from + 1, found: [...found, {number: at, input: undefined, fault}]}
  }
  // Once more from what was told last, each input for itself, and then what is behind the one that did it.
  const careful = await runOrder({...order, from: at, isCareful: true})
  const next = at + careful.inputs
  const rest = next < order.to ? await runOrder({...order, from: next}) : NOTHING
  return {...worseOf(careful, rest), inputs: order.to - order.from, found: [...found, ...careful.found, ...rest.found]}
}

const NOTHING: Outcome = {inputs: 0, found: [], slowestMs: 0, slowest: 0, peakBytes: 0}

/** The figures of two outcomes of one target together. */
export const worseOf = (one: Outcome, other: Outcome): Outcome => ({
  ...(one.slowestMs < other.slowestMs ? other : one),
  inputs: one.inputs + other.inputs,
  found: [...one.found, ...other.found],
  peakBytes: Math.max(one.peakBytes, other.peakBytes),
})

interface Told {
  /** The input that was told last; undefined if there was none. */
  readonly at: number | undefined
  readonly found: readonly Found[]
  readonly done: Omit<Outcome, 'found'> | undefined
  /** What it has written on stderr. */
  readonly said: string
}

const runOnce = async (order: Order): Promise<Told> => {
  const program = await bundleProgram(new URL('worker.ts', import.meta.url))
  const child = fork(program, [], {
    execArgv: [`--max-old-space-size=${MAX_HEAP_MB}`],
    env: {...process.env, ACK_RAM_TOOL_TEST_FIXTURES: FIXTURES},
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const found: Found[] = []
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text))
  let at: number | undefined
  let done: Told['done']
  const silence = setTimeout(() => child.kill('SIGKILL'), SILENCE_MS)
  child.on('message', (report: Report) => {
    silence.refresh()
    if ('at' in report) at = report.at
    else if ('found' in report) found.push(report.found)
    else done = report.done
  })
  child.send(order)
  await new Promise((resolve) => child.once('close', resolve))
  clearTimeout(silence)
  return {at, found, done, said}
}
