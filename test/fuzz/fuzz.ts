/**
 * The long round: `npm run fuzz -- --inputs 10000000`. Targets take turns, so that each has the same time. The same seed
 * gives the same inputs: what is found is made again by its target and number.
 */
import {existsSync, readFileSync, writeFileSync} from 'node:fs'
import {availableParallelism} from 'node:os'
import {parseArgs} from 'node:util'

import {examine} from './examine.ts'
import {inputAt} from './inputs.ts'
import {runOrder, worseOf, type Outcome} from './run-order.ts'
import {TARGETS} from './targets.ts'

/** Inputs that one process tries. */
const BLOCK = 4000

const {values: given} = parseArgs({
  options: {
    inputs: {type: 'string', default: '100000'},
    minutes: {type: 'string', default: '60'},
    seed: {type: 'string', default: '1'},
    target: {type: 'string', multiple: true},
    /** A file with what was tried so far: it is gone on with, and kept up to date. */
    state: {type: 'string'},
    /** Tries one input again, and shows it. */
    number: {type: 'string'},
    jobs: {type: 'string', default: String(availableParallelism())},
  },
})

interface Progress extends Outcome {
  /** The number of the input that comes next. */
  next: number
  /** How long it took, in milliseconds. */
  tookMs: number
}

const START: Progress = {inputs: 0, found: [], slowestMs: 0, slowest: 0, peakBytes: 0, next: 0, tookMs: 0}

const names = given.target ?? [...TARGETS.keys()]
const unknown = names.find((name) => !TARGETS.has(name))
if (unknown !== undefined) throw new Error(`there is no target ${unknown}; there are ${[...TARGETS.keys()].join(', ')}`)
const seed = Number(given.seed)
const wanted = Number(given.inputs)

const readState = (): Map<string, Progress> => {
  const {state} = given
  const kept = state !== undefined && existsSync(state) ? (JSON.parse(readFileSync(state, 'utf8')) as object) : {}
  const {seed: before = seed, targets = []} = kept as {seed?: number; targets?: [string, Progress][]}
  if (before !== seed) throw new Error(`${state ?? ''} is of --seed ${before}`)
  return new Map(targets)
}

const tryAgain = async (number: number): Promise<void> => {
  const [name = ''] = names
  const target = TARGETS.get(name)
  if (!target) return
  const input = inputAt(target, seed, number)
  console.log(JSON.stringify(input, undefined, 2))
  const {fault, tookMs} = await examine(target, input)
  console.log(`${fault ?? 'nothing is wrong with it'} (${tookMs.toFixed(1)} ms)`)
}

const fuzz = async (): Promise<void> => {
  const progress = readState()
  const endsAt = performance.now() + Number(given.minutes) * 60_000
  const tried = (): number => names.reduce((sum, name) => sum + (progress.get(name) ?? START).inputs, 0)
  const worker = async (): Promise<void> => {
    while (tried() < wanted && performance.now() < endsAt) {
      // The one that has had the least time; what is under way counts at once.
      const name = names.reduce((one, other) => (timeOf(one) <= timeOf(other) ? one : other))
      const before = progress.get(name) ?? START
      const from = before.next
      const startedAt = performance.now()
      const expectedMs = before.inputs > 0 ? (before.tookMs / before.inputs) * BLOCK : 1000
      progress.set(name, {...before, next: from + BLOCK, tookMs: before.tookMs + expectedMs})
      const outcome = await runOrder({target: name, seed, from, to: from + BLOCK, isCareful: false})
      for (const {number, fault} of outcome.found) console.log(`${name} ${number}: ${fault.slice(0, 500)}`)
      const now = progress.get(name) ?? START
      const tookMs = now.tookMs - expectedMs + performance.now() - startedAt
      progress.set(name, {...worseOf(now, outcome), next: now.next, tookMs})
      if (given.state) writeFileSync(given.state, JSON.stringify({seed, targets: [...progress]}))
    }
  }
  const timeOf = (name: string): number => (progress.get(name) ?? START).tookMs
  await Promise.all(Array.from({length: Number(given.jobs)}, worker))
  report(progress)
}

const report = (progress: ReadonlyMap<string, Progress>): void => {
  console.log('target                 inputs  per second  slowest (ms)       peak heap  found')
  let [inputs, found] = [0, 0]
  for (const name of names) {
    const one = progress.get(name) ?? START
    inputs += one.inputs
    found += one.found.length
    const cells = [
      name.padEnd(18),
      String(one.inputs).padStart(10),
      ((one.inputs / one.tookMs) * 1000).toFixed(0).padStart(11),
      `${one.slowestMs.toFixed(0)} (#${one.slowest})`.padStart(17),
      `${(one.peakBytes / 1024 / 1024).toFixed(0)} MiB`.padStart(12),
      String(one.found.length).padStart(6),
    ]
    console.log(cells.join(''))
  }
  console.log(`${inputs} inputs of ${names.length} targets with seed ${seed}, ${found} found`)
  process.exitCode = found > 0 ? 1 : 0
}

await (given.number === undefined ? fuzz() : tryAgain(Number(given.number)))
