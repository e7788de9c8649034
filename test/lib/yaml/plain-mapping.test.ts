import {expect} from 'chai'

import {plainMapping} from '../../../src/lib/yaml/plain-mapping.ts'
import {loadYaml} from '../../../src/lib/yaml/yaml-library.ts'

const KEYS = ['timeout', 'a', 'no', 'region-id', 'x_y', '"a"', 'A', '- a', '  a', '? a']
const WORDS = [
  '30s', '1h30m', '5ms', '30', '1:30', '1e3', '0x1f', '0123', '1_000', '.5', '2026-01-02', '30s s', 'true', 'false',
  'True', 'yes', 'No', 'on', 'y', 'n', 'null', '~', '~/a', '/etc/a.json', '/', 'acs:ram::1:role/a', 'a:', 'a: b', 'a #b',
  'a#b', '@a', '&a', '*a', '!a', '|', '>', '[a]', '{a}', '"a"', "'a'", 'https://host:1/x', 'NaN', '.inf', 'Inf', '', 'a\t',
  'a  ', 'é', 'a\r', '---', '%a', 'x-y_z', 'cn-hangzhou', 'a\u0085', '\u00A0a',
  'a\uFEFF', 'a\u2028', 'a\u00A0', '30s\u3000',
] // prettier-ignore
const OTHER_LINES = ['', '# a', '  # a: b', '---', '...', '\t', ' ', '#é', '# \u0007', 'a', '\uFEFF']

describe('lines that need no YAML library', () => {
  it('mean what the library reads in them, or are left to it', async () => {
    const yaml = await loadYaml()
    const lines = [
      ...KEYS.flatMap((key) =>
        [':', ': ', ':  ', ' : ', ':\t'].flatMap((mark) => WORDS.map((word) => key + mark + word)),
      ),
      ...OTHER_LINES,
    ]
    let read = 0
    for (const line of lines)
      for (const text of [line, `${line}\n`, `# a\n\n${line}\nb: c`, `b: true\n${line}\n`]) {
        const entries = plainMapping(text)
        if (entries === undefined || entries.length === 0) continue
        read += 1
        const parsed = yaml.parse(text)
        expect('value' in parsed && parsed.value, JSON.stringify(text)).to.deep.equal(
          Object.fromEntries(entries.map(({key, value}) => [key, value])),
        )
        for (const {key, line: at} of entries) expect(text.split('\n')[at - 1]).to.match(new RegExp(`^${key}:`))
      }
    expect(read).to.be.greaterThan(100)
  })

  it('leave a key that is there twice to the library', () => {
    expect(plainMapping('a: b\na: c\n')).to.equal(undefined)
  })
})
