/** How a Chinese document differs from the English one that it was made from, section by section. */
import {createHash} from 'node:crypto'
import {existsSync, readFileSync} from 'node:fs'
import {join, posix} from 'node:path'

import {
  anchorsOf,
  codeBlocksOf,
  inlineCodeOf,
  linksOf,
  listItemsOf,
  sectionsOf,
  tablesOf,
  type Section,
} from './markdown.ts'

/** The Chinese edition of a document, whether it exists or not. Paths are from the root of the repository, with `/`. */
export const translationOf = (source: string): string =>
  source.startsWith('docs/') ? source.replace('docs/', 'docs/zh/') : source.replace(/\.md$/, '.zh-CN.md')

/** The English document of a Chinese one; undefined for any other. */
export const sourceOf = (path: string): string | undefined => {
  if (path.startsWith('docs/zh/')) return path.replace('docs/zh/', 'docs/')
  return path.endsWith('.zh-CN.md') ? path.replace('.zh-CN.md', '.md') : undefined
}

/** Line breaks say nothing to a reader, nor do comments. */
const hashOf = ({text}: Section): string =>
  createHash('sha256')
    .update(
      text
        .replaceAll(/<!--[^]*?-->/g, '')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    )
    .digest('hex')
    .slice(0, 12)

const NOTES = /\n*<!-- The hashes of the English sections[^]*?-->\n*$/

/** The Chinese document with notes of the English text that it is a translation of. */
export const withNotes = (translation: string, source: string): string => {
  const notes = sectionsOf(source).map((section) => `${hashOf(section)} ${section.heading}`)
  return `${translation.replace(NOTES, '').trimEnd()}\n\n<!-- The hashes of the English sections that this is a translation of\n${notes.join('\n')}\n-->\n`
}

const notedHashes = (translation: string): readonly string[] =>
  [...(NOTES.exec(translation)?.[0] ?? '').matchAll(/^([0-9a-f]{12}) /gm)].map(([, hash = '']) => hash)

/**
 * Where a link of a document leads, so that those of both languages can be compared: the English document, the number
 * of the heading in it, and whether it is the edition in the language of the link.
 */
const targetOf = (link: string, path: string, root: string): string => {
  if (/^[a-z]+:/.test(link)) return link
  const [file = '', anchor] = link.split('#')
  const target = file === '' ? path : posix.join(posix.dirname(path), file)
  const english = sourceOf(target) ?? target.replace(/\.zh\.svg$/, '.svg')
  const isTranslated = english.endsWith('.md') && existsSync(join(root, translationOf(english)))
  const isSamePage = english === (sourceOf(path) ?? path)
  const isOwnLanguage = isSamePage || sourceOf(path) === undefined || sourceOf(target) !== undefined || !isTranslated
  const edition = isOwnLanguage ? '' : ' in English, which is there in Chinese'
  if (!existsSync(join(root, target))) return `${english}, of which there is no ${target}`
  if (anchor === undefined) return `${english}${edition}`
  const heading = anchorsOf(readFileSync(join(root, target), 'utf8')).indexOf(decodeURIComponent(anchor))
  return `${english} heading ${heading < 0 ? `${anchor}, which is not there` : heading + 1}${edition}`
}

const difference = (expected: readonly string[], found: readonly string[]): string | undefined => {
  const left = [...expected]
  const added = found.filter((one) => {
    const index = left.indexOf(one)
    if (index >= 0) left.splice(index, 1)
    return index < 0
  })
  const parts = [
    ...(left.length > 0 ? [`misses ${left.join(', ')}`] : []),
    ...(added.length > 0 ? [`adds ${added.join(', ')}`] : []),
  ]
  return parts.length > 0 ? parts.join('; ') : undefined
}

const sectionProblems = (
  english: Section,
  chinese: Section,
  {source, path, root}: {source: string; path: string; root: string},
): readonly string[] => {
  const links = difference(
    linksOf(english.text).map((link) => targetOf(link, source, root)),
    linksOf(chinese.text).map((link) => targetOf(link, path, root)),
  )
  const code = difference([...inlineCodeOf(english.text)], [...inlineCodeOf(chinese.text)])
  const isSame = (of: (text: string) => unknown): boolean =>
    JSON.stringify(of(english.text)) === JSON.stringify(of(chinese.text))
  return [
    ...(isSame(codeBlocksOf) ? [] : ['has other code blocks']),
    ...(isSame(tablesOf) ? [] : ['has tables of another shape']),
    ...(isSame(listItemsOf) ? [] : ['has more or fewer list items']),
    ...(links === undefined ? [] : [`links: ${links}`]),
    ...(code === undefined ? [] : [`code: ${code}`]),
  ]
}

/**
 * What is wrong with a translation, a line for each, which names file and section; the notes are looked at last.
 *
 * @param path - The Chinese document, from the root of the repository, with `/`
 */
export const problemsOf = (path: string, root: string): readonly {text: string; isBehind: boolean}[] => {
  const source = sourceOf(path)
  if (source === undefined || !existsSync(join(root, source)))
    return [{text: `${path}: there is no English document of it`, isBehind: false}]
  const translation = readFileSync(join(root, path), 'utf8')
  const english = sectionsOf(readFileSync(join(root, source), 'utf8'))
  const chinese = sectionsOf(translation.replace(NOTES, ''))
  const noted = notedHashes(translation)
  const problems: {text: string; isBehind: boolean}[] = []
  const outline = (sections: readonly Section[]): string => sections.map(({level}) => '#'.repeat(level)).join(' ')
  if (outline(english) !== outline(chinese))
    problems.push({
      text: `${path}: its headings are ${outline(chinese)}, those of ${source} ${outline(english)}`,
      isBehind: false,
    })
  for (const [index, section] of english.entries()) {
    const own = chinese[index]
    const where = `${path}:${own?.line ?? 1}: "${own?.heading ?? ''}" (${source}, "${section.heading}")`
    for (const problem of own ? sectionProblems(section, own, {source, path, root}) : [])
      problems.push({text: `${where} ${problem}`, isBehind: false})
    if (!noted.includes(hashOf(section)))
      problems.push({text: `${where} is behind: the English text has changed`, isBehind: true})
  }
  return problems
}
