/** A process that tries inputs of one target, and reports over IPC. */
import {examine} from './examine.ts'
import {BATCH, inputsOf} from './inputs.ts'
import {TARGETS} from './targets.ts'
import type {Order, Report} from './worker-protocol.ts'

/** How often progress is reported, in milliseconds. */
const TELL_EVERY_MS = 1000
/** Measuring takes a while. */
const MEASURE_EVERY = 100

const tell = (report: Report): void => void process.send?.(report)

const work = async ({target: name, seed, from, to, isCareful}: Order): Promise<void> => {
  const target = TARGETS.get(name)
  if (!target) throw new Error(`there is no target ${name}`)
  let [slowestMs, slowest, peakBytes, toldAt] = [0, from, 0, 0]
  let inputs: readonly unknown[] = []
  for (let number = from; number < to; number += 1) {
    if (number === from || number % BATCH === 0) inputs = inputsOf(target, seed, Math.floor(number / BATCH))
    if (isCareful || performance.now() - toldAt > TELL_EVERY_MS) {
      tell({at: number})
      toldAt = performance.now()
      if (isCareful) await new Promise(setImmediate)
    }
    const input = inputs[number % BATCH]
    const {fault, tookMs} = await examine(target, input)
    if (tookMs > slowestMs) [slowestMs, slowest] = [tookMs, number]
    if (number % MEASURE_EVERY === 0) peakBytes = Math.max(peakBytes, process.memoryUsage().heapUsed)
    if (fault !== undefined) tell({found: {number, input, fault}})
  }
  tell({done: {inputs: to - from, slowestMs, slowest, peakBytes}})
}

process.once('message', (order: Order) => {
  void work(order).then(() => process.disconnect())
})
