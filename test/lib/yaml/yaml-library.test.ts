import {expect} from 'chai'

import {loadYaml} from '../../../src/lib/yaml/yaml-library.ts'
import type {YamlText} from '../../../src/lib/yaml/yaml-text.ts'
import {howMany} from '../../support/full.ts'

/** Texts that have kept the library busy for minutes, or that have ended the process. */
const HOSTILE: Readonly<Record<string, string>> = {
  'keys in keys': '? '.repeat(450),
  'keys in keys by indentation': Array.from({length: 1000}, (_, column) => `${' '.repeat(column)}?`).join('\n'),
  'keys in keys in brackets': '{? '.repeat(5000),
  'lists in lists': '- '.repeat(5000),
  'lists in lists in brackets': '['.repeat(100_000),
  'lists in lists that are closed': '['.repeat(5000) + ']'.repeat(5000),
  'mappings in mappings': '{"a":'.repeat(20_000),
  'mappings by indentation': Array.from({length: 1000}, (_, column) => `${' '.repeat(column)}a:`).join('\n'),
  'aliases of aliases': `a0: &a0 [x]\n${Array.from({length: 2000}, (_, n) => `a${n + 1}: &a${n + 1} [*a${n},*a${n}]\n`).join('')}`,
  'a chain of aliases': `a0: &a0 [x]\n${Array.from({length: 5000}, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}]\n`).join('')}`,
  'many aliases': `a: &a {b: c}\nlist:\n${'- *a\n'.repeat(10_000)}`,
  'aliases of merged mappings': `a0: &a0 {x: y}\n${Array.from({length: 5000}, (_, n) => `a${n + 1}: &a${n + 1} {<<: [*a${n}, *a${n}]}\n`).join('')}`,
  commas: `[${','.repeat(100_000)}]`,
  'closing brackets': ']}'.repeat(30_000),
  quotes: '"'.repeat(60_000),
  'tags and quotes': '!"'.repeat(30_000),
  'aliases and brackets': '*a}'.repeat(30_000),
  marks: '---\n'.repeat(100_000),
  ends: '...\n'.repeat(100_000),
  directives: '%A\n'.repeat(100_000),
  anchors: '&a '.repeat(50_000),
  tags: '!a '.repeat(50_000),
  lines: '\n'.repeat(600_000),
  'an open text': `"${'a '.repeat(500_000)}`,
  tabs: '\t'.repeat(1_000_000),
}

describe('the YAML library', () => {
  it('is never kept busy, and never ends the process, whatever it is given', async () => {
    const yaml = await loadYaml()
    const ways = Object.entries({whole: yaml.parse, texts: yaml.parseTexts})
    for (const [index, [name, text]] of Object.entries(HOSTILE).entries()) {
      // In a short run each text goes one of the ways, in turn.
      for (const [way, parse] of ways.filter((_, at) => howMany(1, 1, 0) === 1 || (at + index) % ways.length === 0)) {
        const started = process.cpuUsage()
        parse(text)
        // In CPU time, since other processes may take their part; a tenth of it is usual.
        expect(process.cpuUsage(started).user / 1000, `${name}, ${way}: ms`).to.be.below(4000)
      }
    }
  }).timeout(120_000)

  it('says that a text nests too deep or is too large, and where', async () => {
    const {parse} = await loadYaml()
    expect(parse(`a:\n${'- '.repeat(300)}`)).to.include({cause: 'values are nested too deeply'})
    expect(parse(HOSTILE['a chain of aliases'] ?? '')).to.include({cause: 'values are nested too deeply'})
    expect(parse(HOSTILE['aliases of aliases'] ?? '')).to.include({cause: 'aliases (*) that expand to too much'})
    const {cause, offset} = parse(HOSTILE['lines'] ?? '') as {cause: string; offset: number}
    expect(cause).to.equal('it has too many values to be a kubeconfig')
    expect(offset).to.be.within(1, 500_000)
  })

  it('reads what nests as deep as anybody needs, and a thousand clusters', async () => {
    const {parse} = await loadYaml()
    expect('value' in parse('['.repeat(150) + ']'.repeat(150))).to.equal(true)
    const entry = (index: number): string =>
      `- name: "${index}"\n  cluster:\n    server: https://a\n    certificate-authority-data: ${'QUJD'.repeat(300)}\n`
    const {value} = parse(`clusters:\n${Array.from({length: 1000}, (_, index) => entry(index)).join('')}`) as YamlText
    expect((value as {clusters: readonly unknown[]}).clusters).to.have.length(1000)
  })

  it('tells where each value stands, through aliases and merges, and those that others replace', async () => {
    const {scalars} = (await loadYaml()).parse(
      'a: &x "1"\nb: {c: *x, c: [2, \'3\']}\nm: &m {e: 4}\nd:\n  <<: *m\n',
    ) as YamlText
    const found = scalars().map(({path, value}) => `${path.join('.')}=${String(value)}`)
    expect(found).to.deep.equal(['a=1', 'b.c=1', 'b.c.0=2', 'b.c.1=3', 'm.e=4', 'd.e=4'])
  })
})
