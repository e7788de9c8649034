import {spawnSync} from 'node:child_process'
import {readdir, readFile} from 'node:fs/promises'
import {fileURLToPath} from 'node:url'

import {expect} from 'chai'

import {manPages} from '../../scripts/roff/man-pages.ts'
import {roff} from '../../scripts/roff/roff.ts'
import {ALL_COMMAND_OPTIONS} from '../../src/lib/options/all-commands.ts'
import {GLOBAL_OPTIONS, type OptionDefinitions} from '../../src/lib/options/definitions.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** The requests and macros that the pages may use: of roff, and of man(7). */
const MACROS = new Set(['TH', 'SH', 'SS', 'TP', 'PP', 'BR', 'RS', 'RE', 'nf', 'fi', 'br', 'nh', 'ad', 'so'])
/** And the escapes. */
const ESCAPES = /\\(?:-|e|&|:|f[BIR]|\((?:aq|ga|ha|ti|dq))/g

/** What a page says, as a reader sees it. */
const plain = (page: string): string =>
  page
    .replaceAll(/^\.[A-Z]+ ?/gm, '')
    .replaceAll(/\\f[BIR]|\\[&:]/g, '')
    .replaceAll('\\-', '-')
    .replaceAll('\\(aq', "'")
    .replaceAll('\\(ga', '`')
    .replaceAll('\\(ha', '^')
    .replaceAll('\\(ti', '~')
    .replaceAll('\\(dq', '"')
    .replaceAll('\\e', '\\')
    .replaceAll(/\s+/g, ' ')

/** A page has the default in the same parentheses as the values. */
const withoutDefault = (description: string): string => description.replace(/ \(default: [^()]*\)$/, '')

describe('the man pages', () => {
  let pages: ReadonlyMap<string, string>

  before(async () => {
    pages = await manPages(ROOT)
  })

  it('are those that the package has, where it looks for them', async () => {
    const {man, files} = JSON.parse(await readFile(`${ROOT}/package.json`, 'utf8')) as Record<string, readonly string[]>
    expect(files).to.include('man')
    const names = [...pages.keys()].toSorted()
    expect((await readdir(`${ROOT}/man`)).toSorted(), 'made by the build').to.deep.equal(names)
    // npm links what is named, and knows no patterns.
    expect(man, '"man" in package.json').to.deep.equal(names.map((name) => `man/${name}`))
    for (const [name, text] of pages) expect(await readFile(`${ROOT}/man/${name}`, 'utf8'), name).to.equal(text)
  })

  it('name every command, and every option with its variables', () => {
    const main = plain(pages.get('ack-ram-tool.1') ?? '')
    for (const [name, {env, description}] of Object.entries<OptionDefinitions[string]>(GLOBAL_OPTIONS)) {
      expect(main).to.contain(`--${name}`).and.contain(withoutDefault(description))
      for (const variable of env) expect(main, name).to.contain(variable)
    }
    for (const [words, options] of Object.entries<OptionDefinitions>(ALL_COMMAND_OPTIONS)) {
      const file = `ack-ram-tool-${words.replaceAll(' ', '-')}.1`
      const page = pages.get(file) ?? ''
      const target = /^\.so man1\/(\S+)\n$/.exec(page)?.[1]
      const text = plain(pages.get(target ?? file) ?? '')
      expect(text, file).to.contain(`NAME ${(target ?? file).replace(/\.1$/, '')} - `)
      for (const [name, {description, env}] of Object.entries(options)) {
        expect(text, file).to.contain(`--${name}`).and.contain(withoutDefault(description))
        for (const variable of env) expect(text, `${file} --${name}`).to.contain(variable)
      }
      expect(main, file).to.contain((target ?? file).replace(/\.1$/, ''))
    }
  })

  it('have no request, escape or sign in them that is not meant', () => {
    for (const [name, text] of pages) {
      expect(text.endsWith('\n'), name).to.equal(true)
      for (const line of text.trimEnd().split('\n')) {
        expect(line, name).not.to.equal('')
        const [, request] = /^[.'](\w*)/.exec(line) ?? []
        if (request !== undefined) expect(MACROS, `${name}: ${line}`).to.include(request)
        expect(line.replaceAll(ESCAPES, ''), name).not.to.contain('\\')
        // A bare one is a hyphen or a quotation mark, which no shell takes.
        if (request === undefined) expect(line.replaceAll(ESCAPES, ''), name).not.to.match(/[-'`^~"]/)
      }
    }
  })

  it('keep what roff would take for its own', () => {
    expect(roff(String.raw`.TH 'a' \fB -x ~ ^ "q"`)).to.equal(String.raw`\&.TH \(aqa\(aq \efB \-x \(ti \(ha \(dqq\(dq`)
    expect(roff('a\n.b')).to.equal('a\n\\&.b')
  })

  it('are without a warning for groff and mandoc, where those are', function () {
    const files = [...pages].filter(([, text]) => !text.startsWith('.so ')).map(([name]) => `man/${name}`)
    let count = 0
    for (const [program, ...args] of [
      ['groff', '-man', '-Tutf8', '-ww', '-z'],
      ['mandoc', '-Tlint', '-Werror'],
    ] as const) {
      const {error, status, stdout, stderr} = spawnSync(program, [...args, ...files], {cwd: ROOT, encoding: 'utf8'})
      if (error) continue
      count += 1
      expect({status, stdout, stderr}, program).to.deep.equal({status: 0, stdout: '', stderr: ''})
    }
    if (count === 0) this.skip()
  })
})
