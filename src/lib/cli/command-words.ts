import {ALWAYS_KNOWN, takesNextArgument, type FlagShapes} from './read-flags.ts'

/** The commands of a program, as far as one has to know them to find one among flags. */
export interface CommandCatalog {
  isCommand(words: readonly string[]): boolean
  /** Whether more words make a command of these. */
  isTopic(words: readonly string[]): boolean
  /** The flags of the commands that begin with these words. */
  flagsBelow(words: readonly string[]): readonly FlagShapes[]
}

/** Where the words of a command stand in a command line. */
export interface FoundCommand {
  /** The words of the command, or of a topic; empty for neither. A colon between two is taken for a space, as by oclif. */
  readonly words: readonly string[]
  readonly isCommand: boolean
  /** The argument behind the words: for a topic the word that makes no command of it, or `--`; undefined at the end. */
  readonly stray: string | undefined
  /** All other arguments, in order. */
  readonly others: readonly string[]
}

/**
 * Finds a command's words wherever flags stand, as the Go tool (cobra) does: before them, between them, behind them. The
 * words of an argument that is a flag's value are none.
 *
 * @param argv - arguments without the program's own name
 */
export const findCommand = (argv: readonly string[], catalog: CommandCatalog): FoundCommand => {
  let words: readonly string[] = []
  const others: string[] = []
  let at = 0
  for (; at < argv.length && (words.length === 0 || catalog.isTopic(words)); at += 1) {
    const argument = argv[at] ?? ''
    if (argument === '--') break
    if (argument.startsWith('-') && argument !== '-') {
      others.push(argument)
      if (!takesNextArgument(argument, [...catalog.flagsBelow(words), ALWAYS_KNOWN])) continue
      at += 1
      others.push(...argv.slice(at, at + 1))
      continue
    }
    const longer = [...words, ...argument.split(':')]
    if (!catalog.isCommand(longer) && !catalog.isTopic(longer)) break
    words = longer
  }
  return {words, isCommand: catalog.isCommand(words), stray: argv[at], others: [...others, ...argv.slice(at)]}
}
