import {inspect} from 'node:util'

import {expect} from 'chai'

import {scrub, Secret} from '../../../src/lib/base/secret.ts'

describe('Secret', () => {
  const secret = new Secret('SECRET-of/the+test')

  it('gives its value only when asked for it', () => {
    expect(secret.reveal()).to.equal('SECRET-of/the+test')
    expect(secret.length).to.equal(18)
  })

  it('is a mask in templates, concatenation, JSON, inspect and console formatting', () => {
    const written = [
      String(secret),
      ['x', secret].join(''),
      JSON.stringify({secret}),
      inspect({deep: {secret}}, {showHidden: true}),
    ]
    for (const text of written) expect(text).to.contain('[secret]').and.not.contain('SECRET-of')
  })

  it('has no own property that a spread, a clone or a key listing could reach', () => {
    expect(Object.assign({}, secret)).to.deep.equal({})
    expect(Reflect.ownKeys(secret)).to.deep.equal([])
  })
})

describe('scrub', () => {
  it('masks a known secret as it is, percent-encoded, JSON-escaped and in base64', () => {
    const value = 'SECRET "quoted"/+='
    expect(new Secret(value).length).to.equal(18)
    for (const form of [
      value,
      encodeURIComponent(value),
      JSON.stringify(value),
      Buffer.from(value).toString('base64'),
    ]) {
      expect(scrub(`before ${form} after`)).to.match(/^before "?\[secret\]"? after$/)
    }
  })

  it('masks the whole of one that begins with another', () => {
    const [short, long] = [new Secret('SECRET-begin'), new Secret('SECRET-begin-and-end')]
    expect(scrub(`${long.reveal()} ${short.reveal()}`)).to.equal('[secret] [secret]')
  })

  it('masks one with half a surrogate pair, which JSON may hold', () => {
    expect(scrub(`before ${new Secret('abc\ud800def').reveal()} after`)).to.equal('before [secret] after')
  })

  it('leaves other text, and text that a very short value happens to be in, as it is', () => {
    expect(new Secret('abc').length).to.equal(3)
    expect(scrub('abc is not masked')).to.equal('abc is not masked')
  })
})
