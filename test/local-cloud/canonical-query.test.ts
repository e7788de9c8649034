import {expect} from 'chai'

import {canonicalQuery, percentEncode} from './canonical-query.ts'

describe('percentEncode', () => {
  it('leaves only letters, digits and four marks bare', () => {
    expect(percentEncode("aZ09-_.~ +*!'()%/é😀")).to.equal('aZ09-_.~%20%2B%2A%21%27%28%29%25%2F%C3%A9%F0%9F%98%80')
  })
})

describe('canonicalQuery', () => {
  it('sorts by the bytes of the raw names', () => {
    const names = ['b', 'a-b', 'a', '\u{1F600}', '\uFF5E', 'B', 'a b']
    expect(canonicalQuery(names.map((name) => [name, '']))).to.equal('B=&a=&a%20b=&a-b=&b=&%EF%BD%9E=&%F0%9F%98%80=')
  })
})
