import {expect} from 'chai'

import {MAX_DEPTH, parseJson, parseJsonObject} from '../../../src/lib/base/json-object.ts'

const nested = (open: string, close: string, depth: number): string => open.repeat(depth) + close.repeat(depth)

describe('parseJson', () => {
  it('refuses a text that nests too deep, and takes one at the limit', () => {
    expect(() => parseJson(nested('[', ']', MAX_DEPTH))).not.to.throw()
    expect(() => parseJson(nested('[', ']', MAX_DEPTH + 1))).to.throw(SyntaxError, 'nested too deeply')
    expect(() => parseJson('[{"a":'.repeat(MAX_DEPTH / 2 + 1))).to.throw(SyntaxError, 'nested too deeply')
    expect(() => parseJson('['.repeat(1024 * 1024))).to.throw(SyntaxError, 'nested too deeply')
    expect(parseJsonObject(`{"a":${nested('{"b":[', ']}', 1000)}}`)).to.equal(undefined)
  })

  it('counts no brackets in a text, and not those that are closed', () => {
    const many = 2 * MAX_DEPTH + 10
    const value = {text: nested('[{\\"', '"', many), list: Array.from({length: many}, () => ({a: [1]}))}
    expect(parseJson(JSON.stringify(value))).to.deep.equal(value)
  })
})
