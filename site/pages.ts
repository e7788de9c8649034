/**
 * Which documents of the repository are pages of the site, in which languages, and at which addresses. A page whose
 * document is not translated is shown in English below `/zh/`, and says so.
 */
import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {translationOf} from '../scripts/translation/compare.ts'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))

export type Language = 'en' | 'zh'

export interface Page {
  readonly language: Language
  /** The document, from the root of the repository. */
  readonly source: string
  /** The page, from the root of the site: `zh/errors.md`. */
  readonly path: string
  readonly isTranslated: boolean
  /** What its first heading says. */
  readonly title: string
}

/** Documents outside of `docs/` that are pages, and what they are called there. */
const OUTSIDE = new Map([
  ['README.md', 'index.md'],
  ['SECURITY.md', 'security.md'],
  ['CHANGELOG.md', 'changelog.md'],
  ['ARCHITECTURE.md', 'architecture.md'],
  ['CONTRIBUTING.md', 'contributing.md'],
])

const documentsBelow = (dir: string): readonly string[] =>
  readdirSync(join(ROOT, dir), {recursive: true, encoding: 'utf8'})
    .map((name) => `${dir}/${name.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.md') && !path.startsWith('docs/zh/'))
    .toSorted()

const titleOf = (source: string): string => {
  const heading = /^# (.*)$/m.exec(readFileSync(join(ROOT, source), 'utf8'))?.[1]
  if (heading === undefined) throw new Error(`${source} has no heading of the first level`)
  return heading.replaceAll('`', '')
}

const pageNameOf = (source: string): string =>
  OUTSIDE.get(source) ?? source.replace(/^docs\//, '').replace(/(^|\/)README\.md$/, '$1contents.md')

export const allPages = (): readonly Page[] => {
  const sources = [...OUTSIDE.keys(), ...documentsBelow('docs')]
  return sources.flatMap((source): Page[] => {
    const path = pageNameOf(source)
    const translation = translationOf(source)
    const isTranslated = existsSync(join(ROOT, translation))
    const shown = isTranslated ? translation : source
    return [
      {language: 'en', source, path, isTranslated: true, title: titleOf(source)},
      {language: 'zh', source: shown, path: `zh/${path}`, isTranslated, title: titleOf(shown)},
    ]
  })
}
