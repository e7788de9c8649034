import {expect} from 'chai'
import {assert, date, property} from 'fast-check'

import {formatTimestamp} from '../../../src/lib/signing/timestamp.ts'

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
