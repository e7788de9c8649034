/** A command of a page, and what the page says that it prints. */
export interface PageCommand {
  /** Of the page, from 1. */
  readonly line: number
  /** Lines that end in a backslash are one command. */
  readonly command: string
  /** Undefined where the page shows no output: then any is right. */
  readonly expected: string | undefined
  /** Why it is not run, if the page says so. */
  readonly notRun: string | undefined
}

const FENCE = /^( *)```(\w*)$/
const NOT_RUN = /^ *<!-- not run: (.+) -->$/

/**
 * The commands of a page, in its order: each line of a block of sh, and in a block of console each line that begins with
 * `$ `, with the lines behind it as its output. A comment `<!-- not run: reason -->` above a block is for all of it.
 */
export const readPageCommands = (text: string): readonly PageCommand[] => {
  const commands: PageCommand[] = []
  let notRun: string | undefined
  let block:
    | {readonly kind: string; readonly indent: string; readonly from: number; readonly lines: string[]}
    | undefined
  for (const [index, line] of text.split('\n').entries()) {
    const [, indent = '', kind = ''] = FENCE.exec(line) ?? []
    if (block) {
      if (line === `${block.indent}\`\`\``) {
        for (const found of commandsOf(block)) commands.push({...found, notRun})
        block = undefined
        notRun = undefined
      } else block.lines.push(line.slice(block.indent.length))
    } else if (FENCE.test(line)) block = {kind, indent, from: index + 2, lines: []}
    else if (NOT_RUN.test(line)) notRun = NOT_RUN.exec(line)?.[1]
    else if (line.trim() !== '') notRun = undefined
  }
  return commands
}

type Found = Omit<PageCommand, 'notRun'>

const commandsOf = ({kind, from, lines}: {kind: string; from: number; lines: readonly string[]}): readonly Found[] => {
  if (kind === 'sh') {
    const parts = joined(lines).filter(({text}) => text.trim() !== '' && !text.trimStart().startsWith('#'))
    return parts.map(({text, at}) => ({line: from + at, command: text, expected: undefined}))
  }
  if (kind !== 'console') return []
  const found: {line: number; command: string; expected: string}[] = []
  for (const {text, at} of joined(lines)) {
    const last = found.at(-1)
    if (text.startsWith('$ ')) found.push({line: from + at, command: text.slice(2), expected: ''})
    else if (last) last.expected += `${text}\n`
  }
  return found
}

/** The lines, with those that a backslash continues as one. */
const joined = (lines: readonly string[]): readonly {readonly text: string; readonly at: number}[] => {
  const parts: {text: string; at: number}[] = []
  let isOpen = false
  for (const [at, line] of lines.entries()) {
    const last = parts.at(-1)
    if (isOpen && last) last.text += `\n${line}`
    else parts.push({text: line, at})
    isOpen = line.endsWith('\\')
  }
  return parts
}

/** Whether output is what a page shows, where `…` stands for any text in a line, and alone in a line for any lines. */
export const isAsShown = (expected: string, seen: string): boolean => {
  const lines = trimmed(expected).map((line) =>
    line === '…'
      ? String.raw`(?:.*\n)*`
      : `${line
          .split('…')
          .map((text) => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`))
          .join('.*')}\\n`,
  )
  return new RegExp(`^${lines.join('')}$`).test(
    trimmed(seen)
      .map((line) => `${line}\n`)
      .join(''),
  )
}

/** Lines without the blanks at their ends, and without the empty ones at the end. */
const trimmed = (text: string): readonly string[] => {
  const lines = text.split('\n').map((line) => line.trimEnd())
  while (lines.at(-1) === '') lines.pop()
  return lines
}
