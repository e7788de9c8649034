import {expect} from 'chai'
import * as fc from 'fast-check'

import {clockOffset, describeSkew, LARGEST_SKEW_MS, SKEW_MS} from '../../../src/lib/transport/clock-offset.ts'
import {howMany} from '../../support/full.ts'

const HOUR = 3_600_000
const SENT = Date.parse('2026-01-02T03:04:05.678Z')

describe('clockOffset', () => {
  /** What an answer shows that took so long, was written after a part of it, by a clock that is so far ahead. */
  const heard = (aheadMs: number, tookMs: number, part = 0.5): number | undefined =>
    clockOffset({
      date: new Date(SENT + tookMs * part + aheadMs).toUTCString(),
      sentAt: SENT,
      receivedAt: SENT + tookMs,
      tookMs,
    })

  it('never moves a clock that is right, however long an answer takes', () => {
    fc.assert(
      fc.property(
        fc.integer({min: -SKEW_MS, max: SKEW_MS}),
        fc.integer({min: 0, max: 24 * HOUR}),
        fc.double({min: 0, max: 1, noNaN: true}),
        (ahead, took, part) => {
          expect(heard(ahead, took, part) ?? 0).to.equal(0)
        },
      ),
      {numRuns: howMany(10_000, 500)},
    )
  })

  it('finds how far a clock is off, within half of what the answer took and a second', () => {
    fc.assert(
      fc.property(
        fc.integer({min: SKEW_MS + 22_000, max: LARGEST_SKEW_MS - 22_000}),
        fc.constantFrom(1, -1),
        fc.integer({min: 0, max: 20_000}),
        fc.double({min: 0, max: 1, noNaN: true}),
        (size, sign, took, part) => {
          const found = heard(size * sign, took, part) ?? expect.fail('it tells nothing')
          expect(Math.abs(found - size * sign)).to.be.at.most(took / 2 + 1500)
          expect(found % 1000).to.equal(0)
        },
      ),
      {numRuns: howMany(10_000, 500)},
    )
  })

  it('finds nothing beyond a day and an hour, nor while the clock is set', () => {
    for (const hours of [25.1, -25.1, 24 * 3650, -24 * 3650]) expect(heard(hours * HOUR, 100)).to.equal(undefined)
    for (const step of [-24 * HOUR, -3000, 3000, 24 * HOUR]) {
      const date = new Date(SENT + HOUR).toUTCString()
      expect(clockOffset({date, sentAt: SENT, receivedAt: SENT + 100 + step, tookMs: 100})).to.equal(undefined)
    }
  })

  it('takes no text for a date but that of HTTP', () => {
    for (const date of [
      undefined,
      '',
      '0',
      '2026-01-02T05:04:05Z',
      'Fri, 02 Jan 2026 05:04:05 +0000',
      'Fri, 02 Jan 2026 05:04:05 GMT, Fri, 02 Jan 2026 05:04:05 GMT',
      'Fri, 99 Jan 2026 05:04:05 GMT',
      'Fri, 02 Abc 2026 05:04:05 GMT',
    ])
      expect(clockOffset({date, sentAt: SENT, receivedAt: SENT, tookMs: 0}), date).to.equal(undefined)
    const date = 'Fri, 02 Jan 2026 05:04:05 GMT'
    expect(clockOffset({date, sentAt: SENT, receivedAt: SENT, tookMs: 0})).to.equal(2 * HOUR)
  })

  it('is said in words', () => {
    expect(describeSkew(90_000)).to.equal('90 seconds behind')
    expect(describeSkew(-40 * 60_000)).to.equal('40 minutes ahead of')
    expect(describeSkew(24 * HOUR)).to.equal('24 hours behind')
  })
})
