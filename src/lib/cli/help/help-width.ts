import type {Runtime} from '../../base/runtime.ts'

const STANDARD = 80
/** What is narrower cannot be laid out; lines that are wider are hard to read. */
const NARROWEST = 40
const WIDEST = 120

/** The number of characters in a line of help: what a variable says, else the width of the terminal, else 80. */
export const helpWidth = (
  {env, stdoutIsTerminal}: Pick<Runtime, 'env' | 'stdoutIsTerminal'>,
  columns = stdoutIsTerminal ? process.stdout.columns : undefined,
): number => {
  const asked = [env['OCLIF_COLUMNS'], env['COLUMNS']].map((text) => Number.parseInt(text ?? '', 10))
  const width = [...asked, columns].find((count) => count !== undefined && count > 0) ?? STANDARD
  return Math.min(WIDEST, Math.max(NARROWEST, width))
}
