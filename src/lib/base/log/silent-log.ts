import type {Log} from './log.ts'

const nothing = (): void => {}

/** A log that writes nothing. */
export const SILENT_LOG: Log = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  flush: () => Promise.resolve(),
}
