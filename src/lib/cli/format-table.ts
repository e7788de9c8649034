import stringWidth from 'string-width'

import {printable} from '../base/printable.ts'

const GAP = 3

/**
 * Formats rows of cells in columns, the head first. The cells may be foreign text, so they are made printable; an empty
 * one becomes a dash.
 *
 * @returns text with a final newline, and without blanks at the ends of lines
 */
export const formatTable = (rows: readonly (readonly string[])[]): string => {
  const shown = rows.map((cells) => cells.map((cell) => printable(cell) || '-'))
  // A Chinese character takes two columns.
  const widths = (shown[0] ?? []).map((_, column) =>
    Math.max(...shown.map((cells) => stringWidth(cells[column] ?? ''))),
  )
  const pad = (cell: string, column: number): string =>
    cell + ' '.repeat((widths[column] ?? 0) - stringWidth(cell) + GAP)
  return shown.map((cells) => `${cells.map(pad).join('').trimEnd()}\n`).join('')
}
