import {expect} from 'chai'

import {AckError} from '../../../src/lib/base/errors.ts'
import {parseDuration} from '../../../src/lib/options/duration.ts'

const parse = (value: string): number => parseDuration({value, from: '--expiration'})

describe('parseDuration', () => {
  it("reads Go's durations", () => {
    const durations = {
      '3h': 10_800_000,
      '3h0m0s': 10_800_000,
      '1h30m': 5_400_000,
      '1.5h': 5_400_000,
      '.5m': 30_000,
      '1.s': 1000,
      '+90s': 90_000,
      '250ms': 250,
      '2000us': 2,
      '2000µs': 2,
      '2000μs': 2,
      '3000000ns': 3,
    }
    for (const [text, ms] of Object.entries(durations)) expect(parse(text), text).to.equal(ms)
  })

  it('reads a bare number as seconds', () => {
    expect(parse('90')).to.equal(90_000)
    expect(parse('0090s')).to.equal(90_000)
  })

  it('makes nothing but zero zero', () => {
    for (const text of ['0', '0s', '0h0m']) expect(parse(text), text).to.equal(0)
    for (const text of ['1ns', '0.2ms', '100us']) expect(parse(text), text).to.equal(1)
  })

  it('refuses everything else, without quoting it', () => {
    for (const text of [
      '',
      '-3h',
      '3 h',
      '3d',
      'h',
      '1h30',
      '3H',
      '1..5h',
      '1.2.3h',
      '.',
      '.h',
      '+',
      '+90',
      '1.5',
      '++1s',
      '1s ',
      '1ss',
      '1constructor',
      '٣s',
      'Infinity',
      '1e3s',
    ])
      expect(() => parse(text), text).to.throw(AckError, /^invalid duration for --expiration$/)
  })
})
