import stringWidth from 'string-width'

import {printable} from '../base/printable.ts'

/**
 * A table for people: columns as wide as their widest cell. Cells are foreign text, so they are made printable.
 *
 * @param rows - the titles first
 * @param gap - the number of spaces between columns
 * @param empty - what stands in an empty cell
 * @returns text with a final newline
 */
export const textTable = (rows: readonly (readonly string[])[], {gap = 3, empty = '-'} = {}): string => {
  const cells = rows.map((row) => row.map((text) => printable(text) || empty))
  // A Chinese character takes two columns.
  const widths = (cells[0] ?? []).map((_, column) => widest(cells.map((row) => row[column] ?? '')))
  const line = (row: readonly string[]): string =>
    row.map((text, column) => text + ' '.repeat((widths[column] ?? 0) - stringWidth(text) + gap)).join('')
  return cells.map((row) => `${line(row).trimEnd()}\n`).join('')
}

/** Not by Math.max(...), which cannot take as many arguments as a table may have rows. */
const widest = (column: readonly string[]): number =>
  column.reduce((most, text) => Math.max(most, stringWidth(text)), 0)

/** The longest beginning of a foreign text that fits, in columns of a terminal, with an ellipsis where something is cut. */
export const cutToFit = (text: string, columns: number): string => cutPrintable(printable(text), columns)

/** The same of a text that is printable, and keeps its spaces. */
export const cutPrintable = (safe: string, columns: number): string => {
  if (stringWidth(safe) <= columns) return safe
  let begin = ''
  for (const {segment} of new Intl.Segmenter().segment(safe)) {
    if (stringWidth(begin + segment) >= columns) break
    begin += segment
  }
  return `${begin}…`
}
