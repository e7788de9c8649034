import {createHash, createHmac} from 'node:crypto'

import {assert as assertProperty, property, string, uint8Array} from 'fast-check'

import {expect} from 'chai'

import {hmacSha256Hex, sha256Hex} from '../../../src/lib/signing/hash.ts'

const text = string({unit: 'binary', maxLength: 300})

describe('the hash functions', () => {
  it('give what node:crypto gives, for any text and bytes', () => {
    assertProperty(
      property(text, text, uint8Array({maxLength: 300}), (key, content, bytes) => {
        expect(sha256Hex(content)).to.equal(createHash('sha256').update(content).digest('hex'))
        expect(sha256Hex(bytes)).to.equal(createHash('sha256').update(bytes).digest('hex'))
        expect(hmacSha256Hex(key, content)).to.equal(createHmac('sha256', key).update(content).digest('hex'))
      }),
    )
  })

  it('give it around every border of a block', () => {
    for (let length = 0; length <= 260; length++) {
      const content = 'x'.repeat(length)
      expect(sha256Hex(content), `${length}`).to.equal(createHash('sha256').update(content).digest('hex'))
      expect(hmacSha256Hex(content, content), `${length}`).to.equal(
        createHmac('sha256', content).update(content).digest('hex'),
      )
    }
  })

  it('hash nothing to the value that requests without a body carry', () => {
    expect(sha256Hex('')).to.equal('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  })
})
