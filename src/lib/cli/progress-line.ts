import type {FleetProgress} from '../use-cases/fleet/update-fleet.ts'
import type {Invocation} from '../use-cases/invocation.ts'
import {writeMessage} from './write-answer.ts'

/** Back to the first column, and everything behind it is cleared. */
const CLEAR = '\r\u001B[2K'

/** One line on stderr that is written again and again. */
export interface ProgressLine {
  readonly tell: (progress: FleetProgress) => void
  /** Removes the line, if it is still there. */
  readonly end: () => void
}

/**
 * A line that shows how far a run is. It is shown to a person at a terminal alone, and not beside log lines, which it
 * would tear apart: not in CI, nor where a terminal cannot rewrite a line.
 */
export const progressLine = ({runtime, options}: Pick<Invocation, 'runtime' | 'options'>): ProgressLine => {
  const {env, stderrIsTerminal} = runtime
  const isCi = Boolean(env['CI']) && env['CI'] !== 'false'
  const isShown =
    stderrIsTerminal && !isCi && env['TERM'] !== 'dumb' && options.logLevel === 'info' && options.logFormat === 'text'
  if (!isShown) return {tell: () => {}, end: () => {}}
  let isWritten = false
  return {
    tell: (progress) => {
      // A question may follow.
      isWritten = progress.done < progress.total
      writeMessage(isWritten ? `${CLEAR}${describeProgress(progress, process.stderr.columns)}` : CLEAR)
    },
    end: () => {
      if (isWritten) writeMessage(CLEAR)
      isWritten = false
    },
  }
}

/**
 * The longest form that fits: a line that wraps could not be cleared. The last column stays free, since some terminals
 * wrap as soon as it is written.
 *
 * @param columns - 0 or undefined where a terminal does not know it
 */
const describeProgress = ({done, failed, total}: FleetProgress, columns: number | undefined): string => {
  const place = `${done} of ${total}`
  const count = failed > 0 ? `${place}, ${failed} failed` : place
  const room = columns ? columns - 1 : Number.POSITIVE_INFINITY
  return [`Clusters: ${count}`, count, place].find((text) => text.length <= room) ?? ''
}
