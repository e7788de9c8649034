/** What a command prints, as it stands on a terminal. */
import {escapeXml, picture} from './svg.ts'

const COLUMNS = 104
const LINE = 19
const WIDTH_OF_A_CHARACTER = 7.83
const TOP = 26
const LEFT = 16

/** A long line goes on below, where it stands under its own beginning. */
const wrapped = (line: string): readonly string[] => {
  const rows: string[] = []
  const indent = ' '.repeat(/^ {2}\S+ +/.exec(line)?.[0].length ?? /^ */.exec(line)?.[0].length ?? 0)
  let rest = line
  while (rest.length > COLUMNS) {
    const end = rest.lastIndexOf(' ', COLUMNS)
    const cut = end > indent.length ? end : COLUMNS
    rows.push(rest.slice(0, cut))
    rest = indent + rest.slice(cut).trimStart()
  }
  return [...rows, rest]
}

/** @param text - The command line after `$ `, then what it prints */
export const drawTerminal = (title: string, text: string): string => {
  const rows = text.trimEnd().split('\n').flatMap(wrapped)
  const height = TOP + rows.length * LINE + 4
  const width = Math.ceil(2 * LEFT + COLUMNS * WIDTH_OF_A_CHARACTER)
  const lines = rows.map(
    (row, index) =>
      `<text class="code${row.startsWith('$ ') ? ' accent' : ''}" x="${LEFT}" y="${TOP + index * LINE}" xml:space="preserve">${escapeXml(row)}</text>`,
  )
  return picture(width, height, title, [
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    ...lines,
  ])
}
