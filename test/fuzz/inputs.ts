import {sample} from 'fast-check'

import type {FuzzTarget} from './fuzz-target.ts'
import {mutateText} from './mutate-text.ts'
import {mixed, numberOf, randomOf} from './random.ts'

/** How many inputs are made at once: one of them costs as much to make again as all of these. */
export const BATCH = 500

/** The inputs of one batch of a target: the same ones for the same seed. One half is structured, one changed by bytes. */
export const inputsOf = <I>(target: FuzzTarget<I>, seed: number, batch: number): readonly I[] => {
  const own = mixed(seed ^ mixed(batch + numberOf(target.name)))
  const structured = sample(target.structured, {seed: own, numRuns: BATCH / 2})
  const random = randomOf(own)
  return Array.from({length: BATCH}, (_, index) => {
    const whole = structured[index >> 1] as I
    if (index % 2 === 0) return whole
    const base = random(4) === 0 ? whole : (target.seeds[random(target.seeds.length)] ?? whole)
    return target.mutate(base, (text) => mutateText(text, random))
  })
}

/** One input by its number. */
export const inputAt = <I>(target: FuzzTarget<I>, seed: number, number: number): I =>
  inputsOf(target, seed, Math.floor(number / BATCH))[number % BATCH] as I
