/** Offset of the first character of the line that an offset is in. */
export const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1

/** Offset of the first character of the next line; the end of the text when there is none. */
export const nextLine = (text: string, offset: number): number => {
  const end = text.indexOf('\n', offset)
  return end === -1 ? text.length : end + 1
}

/** How far an offset is from the start of its line, in characters. */
export const columnOf = (text: string, offset: number): number => offset - lineStart(text, offset)

/** The number of the line that an offset is in; the first is 1. */
export const lineNumber = (text: string, offset: number): number => text.slice(0, offset).split('\n').length

/** The line end that a text has: that of its first line. */
export const lineEndOf = (text: string): '\n' | '\r\n' => (/\r?\n/.exec(text)?.[0] === '\r\n' ? '\r\n' : '\n')

/** A text whose lines, all but the first and empty ones, are moved to the right. */
export const indentRest = (text: string, columns: number): string =>
  text.replaceAll(/\n(?=.)/g, `\n${' '.repeat(columns)}`)
