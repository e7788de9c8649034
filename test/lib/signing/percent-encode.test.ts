import {expect} from 'chai'
import {assert, nat, property, string, tuple, uniqueArray} from 'fast-check'

import {canonicalQuery, compareBytes, percentEncode} from '../../../src/lib/signing/percent-encode.ts'

const text = string({unit: 'grapheme'})

describe('percentEncode', () => {
  it('leaves only unreserved characters bare, and loses nothing', () => {
    assert(
      property(text, (value) => {
        const encoded = percentEncode(value)
        expect(encoded).to.match(/^(?:[A-Za-z0-9\-_.~]|%[0-9A-F]{2})*$/)
        expect(decodeURIComponent(encoded)).to.equal(value)
      }),
    )
  })

  it('takes half a surrogate pair for U+FFFD', () => {
    expect(percentEncode('a\ud800b\udc00')).to.equal('a%EF%BF%BDb%EF%BF%BD')
  })

  it('encodes what JavaScript leaves bare', () => {
    expect(percentEncode("!'()* ~")).to.equal('%21%27%28%29%2A%20~')
  })
})

describe('canonicalQuery', () => {
  it('does not depend on the order of the entries, and sorts raw names by bytes', () => {
    assert(
      property(uniqueArray(tuple(text, text), {selector: ([name]) => name}), nat(), (entries, rotation) => {
        const cut = entries.length === 0 ? 0 : rotation % entries.length
        const query = canonicalQuery(new Map(entries))
        expect(canonicalQuery(new Map([...entries.slice(cut), ...entries.slice(0, cut)]))).to.equal(query)
        const names =
          query === '' ? [] : query.split('&').map((pair) => Buffer.from(decodeURIComponent(pair.split('=')[0] ?? '')))
        for (const [index, name] of names.slice(1).entries())
          expect(Buffer.compare(names[index] ?? name, name)).to.equal(-1)
      }),
    )
  })
})

describe('compareBytes', () => {
  it('orders texts as their UTF-8 bytes are ordered', () => {
    const sign = (one: string, other: string): number => Math.sign(compareBytes(one, other))
    for (const [one, other] of [
      ['', 'a'],
      ['a', 'ab'],
      ['A', 'a'],
      ['\uD7FF', '\uE000'],
      ['\uE000', '\u{10000}'],
      ['\uFFFD', '\u{10FFFF}'],
      ['\u{10000}', '\u{10001}'],
    ] as const) {
      expect([sign(one, other), sign(other, one), sign(one, one)], JSON.stringify([one, other])).to.deep.equal([
        -1, 1, 0,
      ])
    }
    assert(
      property(text, text, (one, other) => {
        expect(sign(one, other)).to.equal(Buffer.compare(Buffer.from(one), Buffer.from(other)))
      }),
    )
  })
})
