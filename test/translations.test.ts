import {existsSync} from 'node:fs'
import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {expect} from 'chai'

import {problemsOf, sourceOf, translationOf, withNotes} from '../scripts/translation/compare.ts'
import {makeHome, type TestHome} from './support/home.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** What a Chinese reader needs to install it, to log in, and to find help. */
const TRANSLATED = [
  'README.md',
  ...['install', 'credentials', 'kubeconfig', 'rrsa', 'rbac', 'troubleshooting', 'diagnose', 'plugins'].map(
    (name) => `docs/${name}.md`,
  ),
]

describe('the Chinese documents', () => {
  it('are those that readers need', () => {
    for (const path of TRANSLATED) expect(existsSync(join(ROOT, translationOf(path))), path).to.equal(true)
  })

  it('say what the English ones say now', async () => {
    const below = await readdir(join(ROOT, 'docs/zh'), {recursive: true, encoding: 'utf8'})
    const paths = [...(await readdir(ROOT)), ...below.map((name) => `docs/zh/${name.replaceAll('\\', '/')}`)]
    const translations = paths.filter((path) => path.endsWith('.md') && sourceOf(path) !== undefined)
    const problems = translations.flatMap((path) => problemsOf(path, ROOT)).map(({text}) => text)
    expect(problems, 'translate what has changed, then: npm run docs:zh -- --accept PAGE').to.deep.equal([])
  })

  describe('are compared with the English ones, and that', () => {
    const ENGLISH = `# Title

Run \`tool\`, see [below](#the-end) and [other](other.md#part).

\`\`\`sh
# no heading
tool run
\`\`\`

## The end

- one
- two

| a | b |
| - | - |
| 1 | 2 |
`
    const CHINESE = `# 标题

执行 \`tool\`，参见[下文](#结尾)和[其他](../other.md#part)。

\`\`\`sh
# no heading
tool run
\`\`\`

## 结尾

- 一
- 二

| 甲 | 乙 |
| -- | -- |
| 1  | 2  |
`
    let home: TestHome

    beforeEach(async () => {
      home = await makeHome()
    })
    afterEach(() => home.remove())

    const write = async (path: string, text: string): Promise<void> => {
      await mkdir(dirname(join(home.dir, path)), {recursive: true})
      await writeFile(join(home.dir, path), text)
    }

    /** The problems of a translation that was up to date before it, or the English one, was changed. */
    const problems = async (change: {
      chinese?: (text: string) => string
      english?: (text: string) => string
      files?: Readonly<Record<string, string>>
    }): Promise<readonly string[]> => {
      const same = (text: string): string => text
      await write('docs/other.md', '# Other\n\n## Part\n')
      for (const [path, text] of Object.entries(change.files ?? {})) await write(path, text)
      await write('docs/page.md', (change.english ?? same)(ENGLISH))
      await write('docs/zh/page.md', (change.chinese ?? same)(withNotes(CHINESE, ENGLISH)))
      return problemsOf('docs/zh/page.md', home.dir).map(({text}) => text)
    }
    const TITLE = 'docs/zh/page.md:1: "标题" (docs/page.md, "Title")'
    const END = 'docs/zh/page.md:10: "结尾" (docs/page.md, "The end")'

    it('finds nothing where nothing has changed, and where only lines are broken elsewhere', async () => {
      expect(await problems({})).to.deep.equal([])
      expect(await problems({english: (text) => text.replace('see [below]', 'see\n[below]')})).to.deep.equal([])
    })

    it('names the section that has changed in English, and no other one', async () => {
      expect(await problems({english: (text) => text.replace('- two', '- three')})).to.deep.equal([
        `${END} is behind: the English text has changed`,
      ])
      expect(await problems({english: (text) => text.replace('# Title', '# New title')})).to.deep.equal([
        `${TITLE.replace('Title', 'New title')} is behind: the English text has changed`,
      ])
    })

    it('finds code, links, lists, tables and headings that differ', async () => {
      const cases: readonly (readonly [string, string, string])[] = [
        ['tool run', 'tool walk', `${TITLE} has other code blocks`],
        ['`tool`', '`工具`', `${TITLE} code: misses tool; adds 工具`],
        ['- 二\n', '', `${END} has more or fewer list items`],
        ['| 1  | 2  |\n', '', `${END} has tables of another shape`],
        ['#结尾', '#标题', `${TITLE} links: misses docs/page.md heading 2; adds docs/page.md heading 1`],
        [
          'other.md#part',
          'other.md#parts',
          `${TITLE} links: misses docs/other.md heading 2; adds docs/other.md heading parts, which is not there`,
        ],
      ]
      for (const [before, after, problem] of cases) {
        const found = await problems({chinese: (text) => text.replace(before, after)})
        expect(found, after).to.deep.equal([problem])
      }
      const found = await problems({chinese: (text) => text.replace('## 结尾', '### 结尾')})
      expect(found).to.deep.equal(['docs/zh/page.md: its headings are # ###, those of docs/page.md # ##'])
    })

    it('wants the Chinese page linked where there is one', async () => {
      const [problem] = await problems({files: {'docs/zh/other.md': '# 其他\n\n## 部分\n'}})
      expect(problem).to.contain('docs/other.md heading 2 in English, which is there in Chinese')
    })

    it('finds a page that is left of an English one that was removed', () => {
      const [problem] = problemsOf('docs/zh/gone.md', home.dir)
      expect(problem?.text).to.equal('docs/zh/gone.md: there is no English document of it')
    })

    it('reads notes that a translator has not touched', async () => {
      const noted = withNotes(CHINESE, ENGLISH)
      expect(withNotes(noted, ENGLISH)).to.equal(noted)
      await write('docs/zh/page.md', noted)
      expect(await readFile(join(home.dir, 'docs/zh/page.md'), 'utf8')).to.match(/\n[0-9a-f]{12} The end\n-->\n$/)
    })
  })
})
