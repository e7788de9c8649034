import type {Log} from './log.ts'

/** A log whose lines wait until it is known how the run ends. */
export interface HeldLog extends Log {
  /** Writes the lines that have waited; later ones are written at once. */
  release(): void
}

/**
 * Holds the lines of a log back: there are clients that take any word on stderr for a failure, so a success says nothing,
 * and a failure everything.
 *
 * @param isHeld - false for a log that is written at once
 */
export const heldLog = (log: Log, isHeld: boolean): HeldLog => {
  let waiting: (() => void)[] | undefined = isHeld ? [] : undefined
  const write = (line: () => void): void => {
    if (waiting) waiting.push(line)
    else line()
  }
  return {
    debug: (message) => write(() => log.debug(message)),
    info: (message) => write(() => log.info(message)),
    warn: (message) => write(() => log.warn(message)),
    error: (message) => write(() => log.error(message)),
    flush: () => log.flush(),
    release: () => {
      const lines = waiting ?? []
      waiting = undefined
      for (const line of lines) line()
    },
  }
}
