import type {Log} from './log.ts'

/** A log that writes each message only once: a cache entry is read many times while waiting for a lock. */
export const logOnce = (log: Pick<Log, 'debug' | 'warn'>): Pick<Log, 'debug' | 'warn'> => {
  const logged = new Set<string>()
  const isNew = (message: string): boolean => !logged.has(message) && Boolean(logged.add(message))
  return {
    debug: (message) => {
      if (isNew(message)) log.debug(message)
    },
    warn: (message) => {
      if (isNew(message)) log.warn(message)
    },
  }
}
