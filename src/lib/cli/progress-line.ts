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
    tell: ({done, failed, total}) => {
      // A question may follow.
      isWritten = done < total
      writeMessage(isWritten ? `${CLEAR}Clusters: ${done} of ${total}${failed > 0 ? `, ${failed} failed` : ''}` : CLEAR)
    },
    end: () => {
      if (isWritten) writeMessage(CLEAR)
    },
  }
}
