import {readdir, readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {expect} from 'chai'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const PAGES = ['docs/guarantees.md', 'docs/threat-model.md', 'docs/platforms.md', 'SECURITY.md']
/** What only a file says that does something else on some system. */
const KNOWS_SYSTEMS = /\bwin32\b|\bprocess\.platform\b|'darwin'|\bgete?[ug]id\b/

const read = (path: string): Promise<string> => readFile(join(ROOT, path), 'utf8')

/** The lines of a page that belong together, without their breaks. */
const paragraphs = (text: string): readonly string[] =>
  text.split(/\n(?=\n|- |\|)/).map((lines) => lines.replaceAll(/\s+/g, ' '))

/** The tests that a page names: their files, each with the names behind it, which later ones may add to. */
const namedTests = (text: string): readonly (readonly [file: string, name: string | undefined])[] =>
  paragraphs(text).flatMap((paragraph) => {
    let file = ''
    return [...paragraph.matchAll(/`(test\/[\w/.-]+\.ts)`|“([^”]+)”/g)].map(([, path, name]) => {
      file = path ?? file
      return [file, name] as const
    })
  })

describe('what the documents promise', () => {
  it('names tests that exist', async () => {
    let count = 0
    for (const page of PAGES)
      for (const [file, name] of namedTests(await read(page))) {
        const text = await read(file).catch(() => expect.fail(`${page} names ${file}`))
        if (name === undefined) continue
        count += 1
        const isThere = [`'${name}'`, `"${name}"`, `\`${name}\``].some((quoted) => text.includes(`(${quoted}`))
        expect(isThere, `${page}: ${file} has no test “${name}”`).to.equal(true)
      }
    expect(count).to.be.greaterThan(50)
  })

  it('has a test and a command in each row of the guarantees', async () => {
    const rows = (await read('docs/guarantees.md'))
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .slice(2)
    expect(rows.length).to.be.greaterThan(8)
    for (const row of rows) {
      const [promise = '', figure = '', tests = '', command = ''] = row.split(' | ')
      for (const cell of [promise, figure]) expect(cell.replace(/^\|/, '').trim(), row).not.to.equal('')
      expect(tests, promise).to.match(/`test\/|`npm run /)
      expect(command, promise).to.match(/`npm run /)
    }
  })

  it('names commands and files that exist', async () => {
    const {scripts} = JSON.parse(await read('package.json')) as {scripts: Readonly<Record<string, string>>}
    for (const page of PAGES) {
      const text = await read(page)
      for (const [, script = ''] of text.matchAll(/npm run ([\w:-]+)/g)) expect(scripts, page).to.have.property(script)
      for (const [, file = ''] of text.matchAll(/(?:`|-- )((?:test|src|scripts)\/[\w/.-]+\.ts)\b/g))
        await read(file).catch(() => expect.fail(`${page} names ${file}`))
    }
  })

  it('name every file that knows of systems, and no other', async () => {
    const entries = await readdir(join(ROOT, 'src'), {recursive: true, withFileTypes: true})
    const files = entries.filter((entry) => entry.isFile()).map(({parentPath, name}) => join(parentPath, name))
    const found: string[] = []
    for (const path of files)
      if (KNOWS_SYSTEMS.test(await readFile(path, 'utf8'))) found.push(path.slice(ROOT.length).replaceAll('\\', '/'))
    const listed = [...(await read('docs/platforms.md')).matchAll(/^\| `(src\/[^`]+)`/gm)].map(([, file = '']) => file)
    expect(listed.toSorted()).to.deep.equal(found.toSorted())
  })
})
