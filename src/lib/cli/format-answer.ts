import {printableLines} from '../base/printable.ts'
import {jsonText, yamlText} from './data-text.ts'

/** The formats of `--output`. */
export type OutputChoice = 'table' | 'json' | 'yaml'

/**
 * Formats an answer as data, or as text for a person, without what would steer a terminal.
 *
 * @param table - the text, asked for only if it is wanted
 * @returns text with a final newline
 */
export const formatAs = async (data: object, format: OutputChoice, table: () => string): Promise<string> => {
  if (format === 'table') return printableLines(table())
  return format === 'yaml' ? yamlText(data) : `${jsonText(data, 2)}\n`
}

/** Two columns, the first one padded: two blanks between them, and no blank at the end of a line. */
export const formatRows = (rows: readonly (readonly [name: string, value: string])[]): string => {
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `${`${name.padEnd(width)}  ${value}`.trimEnd()}\n`).join('')
}
