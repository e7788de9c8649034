import {expect} from 'chai'
import {array, assert, constantFrom, nat, oneof, property, string, tuple} from 'fast-check'

import {cacheKey} from '../../../src/lib/cache/cache-key.ts'
import type {Identity} from '../../../src/lib/cache/identity.ts'

// Digits and colons are what the lengths are written with; half a surrogate pair has no UTF-8.
const text = oneof(string({unit: 'binary'}), string({unit: constantFrom('0', '1', ':', 'a', '\uD800', '\uFFFD')}))
const pair = tuple(text, text)
const pairs = array(pair, {maxLength: 6})
const somePairs = array(pair, {minLength: 1, maxLength: 6})

const key = (identity: Identity): string => cacheKey('credentials', identity)
const at = (list: Identity, place: number): number => place % list.length

describe('cacheKey', () => {
  it('is 64 hex digits, and the same for equal identities', () => {
    assert(
      property(pairs, (identity) => {
        const name = key(identity)
        expect(name).to.match(/^[0-9a-f]{64}$/)
        expect(key(structuredClone(identity))).to.equal(name)
      }),
    )
  })

  it('stays the same from one release to the next', () => {
    expect(key([['kind', 'AssumeRole']])).to.equal('a033865bdb79c1e6e02755826164b980e70b1ea5783bac8e07a686507a1d02aa')
  })

  it('is another one for any two identities that differ', () => {
    assert(
      property(pairs, pairs, (one, other) => {
        expect(key(one) === key(other)).to.equal(JSON.stringify(one) === JSON.stringify(other))
      }),
    )
  })

  it('changes when one name or value does', () => {
    assert(
      property(somePairs, nat(), nat(1), text, (identity, place, side, other) => {
        const changed = structuredClone(identity)
        const target = changed[at(changed, place)]
        if (!target || target[side] === other) return
        target[side] = other
        expect(key(changed)).not.to.equal(key(identity))
      }),
    )
  })

  it('changes when a pair is added or dropped', () => {
    assert(
      property(pairs, nat(), pair, (identity, place, added) => {
        const longer = identity.toSpliced(place % (identity.length + 1), 0, added)
        expect(key(longer)).not.to.equal(key(identity))
      }),
    )
  })

  it('changes when two pairs, or a name and its value, are swapped', () => {
    assert(
      property(somePairs, nat(), nat(), (identity, from, to) => {
        const swapped = structuredClone(identity)
        const [one, other] = [at(identity, from), at(identity, to)]
        ;[swapped[one], swapped[other]] = [identity[other]!, identity[one]!]
        expect(key(swapped) === key(identity)).to.equal(JSON.stringify(swapped) === JSON.stringify(identity))
        const [name, value] = identity[one]!
        const turned = identity.with(one, [value, name])
        expect(key(turned) === key(identity)).to.equal(name === value)
      }),
    )
  })

  it('changes when text moves from one place to the next, and when two are joined', () => {
    assert(
      property(text, text, text, text, nat(), (a, b, c, d, cut) => {
        const moved = b.slice(0, cut % (b.length + 1))
        if (moved !== '') {
          const identity: Identity = [[a, b]]
          expect(key([[a + moved, b.slice(moved.length)]])).not.to.equal(key(identity))
        }
        const two: Identity = [
          [a, b],
          [c, d],
        ]
        expect(key([[a, b + c + d]])).not.to.equal(key(two))
        expect(key([[a + b, c + d]])).not.to.equal(key(two))
      }),
    )
  })

  it('is another one for another kind of value', () => {
    expect(cacheKey('certificate', [])).not.to.equal(cacheKey('credentials', []))
    expect(cacheKey('a', [['b', 'c']])).not.to.equal(cacheKey('ab', [['', 'c']]))
  })
})
