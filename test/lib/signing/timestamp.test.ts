import {expect} from 'chai'
import {assert, date, property} from 'fast-check'

import {formatTimestamp, wholeSeconds} from '../../../src/lib/signing/timestamp.ts'

const anyDate = date({
  min: new Date('0000-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59Z'),
  noInvalidDate: true,
})

describe('formatTimestamp', () => {
  it('is what toISOString gives, without what is below a second', () => {
    assert(
      property(anyDate, (when) => {
        expect(formatTimestamp(when)).to.equal(`${when.toISOString().slice(0, 19)}Z`)
      }),
    )
  })
})

describe('wholeSeconds', () => {
  it('rounds down to the second', () => {
    for (const [when, second] of [
      ['2026-01-02T03:04:05.000Z', '2026-01-02T03:04:05.000Z'],
      ['2026-01-02T03:04:05.001Z', '2026-01-02T03:04:05.000Z'],
      ['2026-01-02T03:04:05.999Z', '2026-01-02T03:04:05.000Z'],
    ] as const)
      expect(wholeSeconds(new Date(when)).toISOString()).to.equal(second)
  })
})
