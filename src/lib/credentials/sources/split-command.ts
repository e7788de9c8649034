import {AckError} from '../../base/errors.ts'

/** On POSIX a backslash inside double quotes escapes these characters; before others it is literal. */
const ESCAPED_IN_QUOTES = '"\\$`'

/**
 * Splits a command into program and arguments by the rules of the aliyun CLI, without a shell. White space separates
 * arguments; `'…'` is literal; `"…"` groups. POSIX: a backslash escapes the next character, inside `"…"` only one of
 * `" \ $` and the backtick, and is removed together with a line break after it. Windows: it is literal, except in `\"`
 * inside `"…"`. An empty argument in quotes is kept.
 *
 * @param description - of the profile, for messages: these never quote the command, since it may hold a secret
 * @returns the program, which is not empty, and its arguments
 * @throws AckError `ProfileInvalid` if it has no program, ends in a backslash, or has an unclosed quote
 */
export const splitCommand = (text: string, platform: NodeJS.Platform, description: string): [string, ...string[]] => {
  const nextPiece = platform === 'win32' ? windowsPiece : posixPiece
  const words: string[] = []
  let word: string | undefined
  let quote = ''
  for (let at = 0; at < text.length;) {
    const piece = nextPiece(text, at, quote)
    if (!piece) throw invalidCommand(description, 'ends in a backslash')
    at += piece.length
    if (piece.kind === 'text') {
      word = (word ?? '') + piece.text
    } else if (piece.kind === 'quote') {
      word ??= ''
      quote = quote === '' ? piece.text : ''
    } else if (piece.kind === 'space') {
      if (word !== undefined) words.push(word)
      word = undefined
    }
  }
  if (quote !== '') throw invalidCommand(description, `has an unclosed quote (${quote})`)
  if (word !== undefined) words.push(word)
  const [program, ...args] = words
  if (!program) throw invalidCommand(description, 'has no program')
  return [program, ...args]
}

interface Piece {
  readonly kind: 'text' | 'quote' | 'space' | 'nothing'
  readonly text: string
  /** How many characters of the command it takes. */
  readonly length: number
}

const windowsPiece = (text: string, at: number, quote: string): Piece =>
  quote === '"' && text.startsWith('\\"', at) ? {kind: 'text', text: '"', length: 2} : plainPiece(text, at, quote)

const posixPiece = (text: string, at: number, quote: string): Piece | undefined => {
  if (text[at] !== '\\' || quote === "'") return plainPiece(text, at, quote)
  const next = text[at + 1]
  // Inside quotes the unclosed quote is the better error.
  if (next === undefined) return quote === '' ? undefined : plainPiece(text, at, quote)
  if (next === '\n') return {kind: 'nothing', text: '', length: 2}
  if (quote === '' || ESCAPED_IN_QUOTES.includes(next)) return {kind: 'text', text: next, length: 2}
  return plainPiece(text, at, quote)
}

const plainPiece = (text: string, at: number, quote: string): Piece => {
  const character = text[at] ?? ''
  const isQuote = quote === '' ? character === '"' || character === "'" : character === quote
  if (isQuote) return {kind: 'quote', text: character, length: 1}
  if (quote === '' && /\s/.test(character)) return {kind: 'space', text: '', length: 1}
  return {kind: 'text', text: character, length: 1}
}

const invalidCommand = (description: string, complaint: string): AckError =>
  new AckError(
    'ProfileInvalid',
    `the process_command of ${description} ${complaint}`,
    'correct the command: put an argument with white space or backslashes into single quotes',
  )
