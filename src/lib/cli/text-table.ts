import stringWidth from 'string-width'

import {printable} from '../base/printable.ts'

const GAP = 3

/**
 * A table for people: columns as wide as their widest cell. Cells are foreign text, so they are made printable.
 *
 * @param rows - the titles first
 * @returns text with a final newline
 */
export const textTable = (rows: readonly (readonly string[])[]): string => {
  const cells = rows.map((row) => row.map((text) => printable(text) || '-'))
  // A Chinese character takes two columns.
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => stringWidth(row[column] ?? ''))))
  const line = (row: readonly string[]): string =>
    row.map((text, column) => text + ' '.repeat((widths[column] ?? 0) - stringWidth(text) + GAP)).join('')
  return cells.map((row) => `${line(row).trimEnd()}\n`).join('')
}
