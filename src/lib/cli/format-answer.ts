import {printableLines} from '../base/printable.ts'
import {jsonText, yamlText} from './data-text.ts'

/** The formats of `--output`; those of a person are called table or text. */
export type OutputChoice = 'table' | 'text' | 'json' | 'yaml'

/**
 * Formats an answer as data, or as text for a person, without what would steer a terminal.
 *
 * @param text - for a person, asked for only if it is wanted
 * @returns text with a final newline
 */
export const formatAs = async (data: object, format: OutputChoice, text: () => string): Promise<string> => {
  if (format === 'json') return `${jsonText(data, 2)}\n`
  return format === 'yaml' ? yamlText(data) : printableLines(text())
}

/** Two columns, the first one padded: two blanks between them, and no blank at the end of a line. */
export const formatRows = (rows: readonly (readonly [name: string, value: string])[]): string => {
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `${`${name.padEnd(width)}  ${value}`.trimEnd()}\n`).join('')
}
