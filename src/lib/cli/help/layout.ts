/** Of the lines below a heading. */
const INDENT = 2
/** Longer labels have a line of their own. */
const MAX_LABEL = 30
/** Between a label and its text. */
const GAP = 2
/** A text beside its label is not narrower than this. */
const MIN_TEXT = 30

/** Breaks a text into lines of a width; a word that is longer than a line is broken too. */
export const wrap = (text: string, width: number, indent = 0): readonly string[] => {
  const room = width - indent
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/).filter(Boolean)) {
    let rest = word
    if (line !== '' && line.length + 1 + rest.length <= room) {
      line += ` ${rest}`
      continue
    }
    if (line !== '') lines.push(line)
    while (rest.length > room) {
      const begin = rest.slice(0, room)
      // Between two of the values that are accepted, if it is a list of them.
      const length = begin.lastIndexOf('|') + 1 || room
      lines.push(rest.slice(0, length))
      rest = rest.slice(length)
    }
    line = rest
  }
  return [...lines, line].filter(Boolean).map((one) => ' '.repeat(indent) + one)
}

/** A label, and what it means. */
export type Row = readonly [label: string, text: string]

/** The column in which the texts of rows begin; undefined where they stand below their labels. */
export const textColumn = (rows: readonly Row[], width: number): number | undefined => {
  const widest = Math.max(0, ...rows.map(([label]) => label.length).filter((length) => length <= MAX_LABEL))
  const column = INDENT + widest + GAP
  return width - column < MIN_TEXT ? undefined : column
}

/** Rows as two columns, or where the width is too small with each text below its label. */
export const inColumns = (rows: readonly Row[], width: number, column: number | undefined): readonly string[] =>
  rows.flatMap(([label, text]) => {
    const [first = '', ...others] = wrap(text, width, column ?? 3 * INDENT)
    if (column !== undefined && label.length <= column - INDENT - GAP)
      return [(' '.repeat(INDENT) + label.padEnd(column - INDENT) + first.trimStart()).trimEnd(), ...others]
    const fits = column !== undefined && INDENT + label.length <= width
    return [...(fits ? [' '.repeat(INDENT) + label] : wrap(label, width, INDENT)), first, ...others].filter(Boolean)
  })

/**
 * Breaks a command line where a POSIX shell lets it be broken, so that what is copied still runs: with a backslash, and
 * never within quotes.
 */
export const breakCommand = (command: string, width: number): readonly string[] => {
  const indent = ' '.repeat(2 * INDENT)
  const lines: string[] = []
  let line = `${' '.repeat(INDENT)}$`
  // What ends a line has a backslash behind it, but for the last one.
  const fits = (text: string, isLast: boolean): boolean => text.length + (isLast ? 0 : 2) <= width
  const add = (words: readonly string[], isLast: boolean): void => {
    const text = words.join(' ')
    if (fits(`${line} ${text}`, isLast)) {
      line += ` ${text}`
    } else if (fits(indent + text, isLast)) {
      lines.push(`${line} \\`)
      line = indent + text
    } else if (words.length > 1) {
      for (const [index, word] of words.entries()) add([word], isLast && index === words.length - 1)
    } else {
      lines.push(`${line} \\`)
      // The shell would take blanks at the beginning of a line for the end of the word.
      for (line = indent + text; !fits(line, isLast); line = line.slice(width - 1))
        lines.push(`${line.slice(0, width - 1)}\\`)
    }
  }
  const parts = partsOf(command)
  for (const [index, part] of parts.entries()) add(part, index === parts.length - 1)
  return [...lines, line]
}

/** The words of a command line, with the value of a flag beside the flag, and what is behind a pipe beside that. */
const partsOf = (command: string): readonly (readonly string[])[] => {
  const parts: string[][] = []
  let isOpen = false
  for (const word of command.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? []) {
    const isFlag = /^-./.test(word) && word !== '--'
    if (isOpen && !isFlag) parts.at(-1)?.push(word)
    else parts.push([word])
    isOpen = (isFlag && !word.includes('=')) || /^[|<>]$/.test(word)
  }
  return parts
}
