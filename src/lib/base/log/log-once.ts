import type {Log} from './log.ts'

type FileLog = Pick<Log, 'debug' | 'warn'>

/** A log that says each thing once: an entry is read many times while waiting for a lock. */
export const logOnce = (log: FileLog): FileLog => {
  const said = new Set<string>()
  const isNew = (message: string): boolean => !said.has(message) && Boolean(said.add(message))
  return {
    debug: (message) => {
      if (isNew(message)) log.debug(message)
    },
    warn: (message) => {
      if (isNew(message)) log.warn(message)
    },
  }
}
