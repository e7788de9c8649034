/** The offset of the start of the line that an offset is in. */
export const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1

/** The offset of the start of the next line; the end of the text on the last line. */
export const nextLine = (text: string, offset: number): number => {
  const end = text.indexOf('\n', offset)
  return end === -1 ? text.length : end + 1
}

/** The distance of an offset from the start of its line, in characters. */
export const columnOf = (text: string, offset: number): number => offset - lineStart(text, offset)

/** The number of the line that an offset is in, from 1. */
export const lineNumber = (text: string, offset: number): number => text.slice(0, offset).split('\n').length

/** The line end of a text's first line. */
export const lineEndOf = (text: string): '\n' | '\r\n' => (/\r?\n/.exec(text)?.[0] === '\r\n' ? '\r\n' : '\n')

/** Indents every line of a text but the first one and empty ones. */
export const indentRest = (text: string, columns: number): string =>
  text.replaceAll(/\n(?=.)/g, `\n${' '.repeat(columns)}`)
