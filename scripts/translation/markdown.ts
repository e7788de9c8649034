/** A document as what a translation has to keep: its headings, code, links, tables and lists. */

export interface Section {
  /** The heading as it is written, without its level. The text before the first heading has none. */
  readonly heading: string
  readonly level: number
  /** The heading and all up to the next one, of whatever level. */
  readonly text: string
  /** The line of the heading, from 1. */
  readonly line: number
}

const FENCE = /^\s*```/
const HEADING = /^(#+) (.*)$/

/** The sections of a document, one for each heading; what looks like a heading in a code block is none. */
export const sectionsOf = (document: string): readonly Section[] => {
  const sections: {heading: string; level: number; lines: string[]; line: number}[] = []
  let isCode = false
  for (const [index, line] of document.split('\n').entries()) {
    if (FENCE.test(line)) isCode = !isCode
    const [, marks, heading] = (isCode ? undefined : HEADING.exec(line)) ?? []
    if (marks !== undefined && heading !== undefined)
      sections.push({heading, level: marks.length, lines: [], line: index + 1})
    else if (sections.length === 0) sections.push({heading: '', level: 0, lines: [], line: 1})
    sections.at(-1)?.lines.push(line)
  }
  return sections
    .map(({heading, level, line, lines}) => ({heading, level, line, text: lines.join('\n').trim()}))
    .filter(({level, text}) => level > 0 || text !== '')
}

/** A text without its code blocks and comments, in which nothing is a link or a table. */
export const proseOf = (text: string): string =>
  text.replaceAll(/^\s*```[^]*?^\s*```$/gm, '').replaceAll(/<!--[^]*?-->/g, '')

/** The anchors of a document's headings, in their order, as GitHub makes them. */
export const anchorsOf = (document: string): readonly string[] => {
  const anchors = new Set<string>()
  for (const {heading, level} of sectionsOf(document)) {
    if (level === 0) continue
    const words = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    const anchor = words.replaceAll(/[^\p{L}\p{N}_ -]/gu, '').replaceAll(' ', '-')
    let unique = anchor
    for (let count = 1; anchors.has(unique); count += 1) unique = `${anchor}-${count}`
    anchors.add(unique)
  }
  return [...anchors]
}

export const codeBlocksOf = (text: string): readonly string[] =>
  [...text.matchAll(/^(\s*)```[^]*?^\s*```$/gm)].map(([block, indent = '']) =>
    block.replaceAll(`\n${indent}`, '\n').trim(),
  )

/** What stands in backticks, each once. */
export const inlineCodeOf = (text: string): ReadonlySet<string> =>
  new Set([...proseOf(text).matchAll(/(?<!`)`([^`]+)`(?!`)/g)].map(([, code = '']) => code.replaceAll(/\s+/g, ' ')))

/** The targets of links and pictures. */
export const linksOf = (text: string): readonly string[] =>
  [...proseOf(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link)

/** For each table its rows, each as the number of its cells. */
export const tablesOf = (text: string): readonly (readonly number[])[] =>
  [...proseOf(text).matchAll(/(?:^[ \t]*\|.*\n?)+/gm)].map(([table]) =>
    table
      .trim()
      .split('\n')
      .map((row) => row.replaceAll('\\|', '').split('|').length - 2),
  )

export const listItemsOf = (text: string): number => [...proseOf(text).matchAll(/^\s*(?:[-*]|\d+\.) /gm)].length
