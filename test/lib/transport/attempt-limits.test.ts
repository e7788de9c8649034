import {expect} from 'chai'

import {attemptLimits} from '../../../src/lib/transport/attempt-limits.ts'

const MINUTE = 60_000

describe('attemptLimits', () => {
  it('gives a slow service most of the time that is left, and the last attempt all of it', () => {
    expect(attemptLimits({}, MINUTE, false)).to.include({connectTimeoutMs: 40_000, silenceMs: 40_000})
    expect(attemptLimits({}, 3000, false)).to.include({connectTimeoutMs: 5000, silenceMs: 5000})
    expect(attemptLimits({}, MINUTE, true)).to.include({connectTimeoutMs: undefined, silenceMs: undefined})
  })

  it('keeps the limit for connecting that a call has', () => {
    expect(attemptLimits({connectTimeoutMs: 1500}, MINUTE, true).connectTimeoutMs).to.equal(1500)
  })

  it('gives each address of a host a part of the time, and never less than Node gives it', () => {
    for (const [leftMs, addressTimeoutMs] of [
      [100, 250],
      [4000, 500],
      [20_000, 2500],
      [MINUTE, 5000],
      [Infinity, 5000],
    ] as const)
      expect(attemptLimits({}, leftMs, false).addressTimeoutMs, String(leftMs)).to.equal(addressTimeoutMs)
  })
})
