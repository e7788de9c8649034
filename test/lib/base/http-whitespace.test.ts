import {expect} from 'chai'

import {stripHttpWhitespace} from '../../../src/lib/base/http-whitespace.ts'

describe('stripHttpWhitespace', () => {
  it('does what the values of headers go through', () => {
    for (const text of ['', ' ', 'a', ' a b\t', '\r\na\n', '\u00A0a\u00A0 ', ' \u00A0', 'a\u0085'])
      expect(stripHttpWhitespace(text), JSON.stringify(text)).to.equal(new Headers({name: text}).get('name'))
    // Headers refuses these.
    for (const text of ['\u000Ba\u000C', '\uFEFFa', 'a\u2028'])
      expect(stripHttpWhitespace(`${text}\n`), JSON.stringify(text)).to.equal(text)
  })
})
