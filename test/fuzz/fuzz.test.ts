import {readdirSync, readFileSync} from 'node:fs'

import {expect} from 'chai'

import {howMany} from '../support/full.ts'
import {examine} from './examine.ts'
import {BATCH} from './inputs.ts'
import {runOrder} from './run-order.ts'
import {TARGETS} from './targets.ts'

/** Always the same inputs: a long round with others is `npm run fuzz`. */
const SEED = 1
const EXAMPLES = new URL('examples/', import.meta.url)

interface Example {
  /** What was wrong. */
  readonly was: string
  readonly input: unknown
}

describe('hostile input', () => {
  for (const target of TARGETS.keys())
    it(`does no harm as ${target}`, async () => {
      const {found, inputs} = await runOrder({
        target,
        seed: SEED,
        from: 0,
        to: howMany(2 * BATCH, 150, 50),
        isCareful: false,
      })
      expect(found).to.deep.equal([])
      expect(inputs).to.be.above(0)
    })

  for (const file of readdirSync(EXAMPLES)) {
    const name = file.replace('.json', '')
    const target = TARGETS.get(name)
    const examples = JSON.parse(readFileSync(new URL(file, EXAMPLES), 'utf8')) as readonly Example[]
    for (const {was, input} of examples)
      it(`${was}: no more, as ${name}`, async () => {
        const {fault} = target ? await examine(target, input) : {fault: 'there is no such target'}
        expect(fault).to.equal(undefined)
      })
  }
})
