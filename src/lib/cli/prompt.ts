import {Transform} from 'node:stream'

import {AckError} from '../base/errors.ts'
import {printable, printableLines} from '../base/printable.ts'

/**
 * Prompts for a line of text, on stderr.
 *
 * @throws AckError `Cancelled` on Ctrl-C
 */
export const askText = (message: string): Promise<string> =>
  prompt({
    type: 'input',
    message,
    validate: (answer: string) => answer.trim() !== '' || 'enter a value (Ctrl-C to cancel)',
    filter: (answer: string) => answer.trim(),
  })

/**
 * Prompts for one of several names, on stderr.
 *
 * @throws AckError `Cancelled` on Ctrl-C
 */
export const askChoice = async (message: string, names: readonly string[]): Promise<string> =>
  prompt({
    type: 'select',
    message,
    choices: names.map((name) => ({name: printable(name), value: name})),
    pageSize: await pageSize(message),
  })

/** One of many things to choose from. */
export interface Choice {
  /** What is shown. */
  readonly name: string
  /** What is searched besides that. */
  readonly searched: string
  readonly value: string
  /** What stays on the screen of the one that is chosen. */
  readonly short: string
  /** What is shown below the list while the cursor is on it. */
  readonly description?: string | undefined
}

/**
 * Prompts for one of many, on stderr: typing filters by words, each of which has to be somewhere in the row, or in what
 * is searched besides.
 *
 * @throws AckError `Cancelled` on Ctrl-C
 */
export const searchChoice = async (message: string, choices: readonly Choice[]): Promise<string> => {
  const rows = choices.map((choice) => ({...choice, name: printableLines(choice.name)}))
  const below = choices.map(({description = ''}) => description)
  let filter = ''
  const source = (typed = ''): readonly Choice[] => {
    filter = typed
    const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
    return rows.filter(({name, searched}) => {
      const text = `${name} ${searched}`.toLowerCase()
      return words.every((word) => text.includes(word))
    })
  }
  const lines = await pageSize(`${message}${' '.repeat(TYPED)}`, below)
  return prompt({type: 'search', message, source, pageSize: lines}, () => filter)
}

/** Of a list, in lines; longer ones scroll. */
const LONGEST_PAGE = 12
/** Room for what is typed behind a message. */
const TYPED = 20
/** What inquirer writes besides: a mark before the message, an empty line and the keys below the list. */
const MARK = '? '
const KEYS = '↑↓ navigate • ⏎ select'

/**
 * The lines that a list may have so that message, list and all below it are on the screen at once.
 *
 * @param below - the texts of which one is shown below the list
 */
const pageSize = async (message: string, below: readonly string[] = []): Promise<number> => {
  // Not before somebody is asked: what only fetches credentials shares a file with this.
  const {default: stringWidth} = await import('string-width')
  const {rows, columns} = terminalSize()
  const lines = (text: string): number => Math.ceil(stringWidth(text) / columns)
  const lowest = below.reduce((most, text) => Math.max(most, lines(text)), 0)
  return Math.max(1, Math.min(LONGEST_PAGE, rows - lines(MARK + message) - 1 - lowest - lines(KEYS)))
}

/** The size of the terminal that questions are asked on; that of most where it does not know it. */
export const terminalSize = (): {readonly rows: number; readonly columns: number} => {
  const {rows, columns} = process.stderr
  return {rows: rows > 0 ? rows : 24, columns: columns > 0 ? columns : 80}
}

/**
 * Prompts for yes or no, on stderr; the default is no.
 *
 * @throws AckError `Cancelled` on Ctrl-C
 */
export const askYesNo = (message: string): Promise<boolean> => prompt({type: 'confirm', message, default: false})

type Question =
  | {type: 'input'; message: string; validate: (answer: string) => string | boolean; filter: (answer: string) => string}
  | {type: 'confirm'; message: string; default: boolean}
  | {type: 'select'; message: string; choices: {name: string; value: string}[]; pageSize: number}
  | {type: 'search'; message: string; source: (typed?: string) => readonly Choice[]; pageSize: number}

/** @param typedSoFar - what a person has typed, where an arrow leaves that on the screen but not in the line */
const prompt = async <T extends string | boolean>(question: Question, typedSoFar?: () => string): Promise<T> => {
  const {default: inquirer} = await import('inquirer')
  // Of Ctrl-D, and the end of a terminal, inquirer takes notice only when nothing else keeps the process.
  const end = new AbortController()
  const input = stepByStep(process.stdin, () => end.abort(), typedSoFar)
  // stdout is for the ExecCredential.
  const promptOnStderr = inquirer.createPromptModule({input, output: process.stderr, signal: end.signal})
  try {
    // Others may have named what is asked about.
    const message = printableLines(question.message)
    const {answer} = await promptOnStderr<{answer: T}>([{...question, message, name: 'answer'}])
    return answer
  } catch (error) {
    if (error instanceof Error && ['ExitPromptError', 'AbortPromptError'].includes(error.name))
      throw new AckError('Cancelled', 'cancelled', '', {cause: error})
    throw error
  } finally {
    process.stdin.unpipe(input).pause()
  }
}

/* oxlint-disable no-control-regex -- arrows begin with ESC */
const BEFORE_ENTER_OR_ESCAPE = /(?=[\r\n\u001B])/
/** The arrows up and down, as terminals write them. */
const ARROW = /^\u001B(?:\[[\d;]*|O)[AB]/
/* oxlint-enable no-control-regex */
/** Ctrl-E and Ctrl-U. */
const CLEAR_LINE = '\u0005\u0015'

/** By bytes (latin1): a character may continue in the next chunk. What follows an arrow is a step of its own. */
const stepsIn = (chunk: Buffer): string[] =>
  chunk
    .toString('latin1')
    .split(BEFORE_ENTER_OR_ESCAPE)
    .flatMap((piece) => {
      const [arrow] = ARROW.exec(piece) ?? []
      return arrow === undefined || arrow === piece ? [piece] : [arrow, piece.slice(arrow.length)]
    })

/**
 * The keys of a terminal, with a turn of the event loop before each Enter and arrow: inquirer filters in between. Of a word
 * and Enter that come at once, as by pasting, Enter would otherwise choose from the rows that stood there before.
 *
 * @param atEnd - called when nothing is read from the terminal any more
 * @param typedSoFar - typed anew before the first key behind an arrow, since inquirer empties its line on arrows
 */
const stepByStep = (terminal: typeof process.stdin, atEnd: () => void, typedSoFar?: () => string): Transform => {
  let isLineLost = false
  const restored = (piece: string): Buffer => {
    const isMove = ARROW.test(piece)
    const isTyped = !isMove && !/^[\r\n]/.test(piece)
    const before = typedSoFar && isLineLost && isTyped ? CLEAR_LINE + typedSoFar() : ''
    isLineLost = isMove || (isLineLost && !isTyped)
    return Buffer.concat([Buffer.from(before), Buffer.from(piece, 'latin1')])
  }
  const steps = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const pieces = stepsIn(chunk)
      const pushNext = (): void => {
        const piece = pieces.shift()
        if (piece === undefined) return done()
        this.push(restored(piece))
        setImmediate(pushNext)
      }
      pushNext()
    },
  })
  const setRawMode = (isRaw: boolean): Transform => {
    terminal.setRawMode(isRaw)
    // readline gives the terminal back.
    if (!isRaw) atEnd()
    return steps
  }
  return terminal.pipe(Object.assign(steps, {isTTY: true, setRawMode}))
}
