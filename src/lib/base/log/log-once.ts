import type {Log} from './log.ts'

/** A log that writes each message only once: a cache entry is read many times while waiting for a lock. */
export const logOnce = ({debug, warn}: Pick<Log, 'debug' | 'warn'>): Pick<Log, 'debug' | 'warn'> => {
  const isNew = unseen()
  return {debug: once(debug, isNew), warn: once(warn, isNew)}
}

/** Writes each message only once, or those that `isNew` says are. */
export const once =
  (write: (message: string) => void, isNew = unseen()): ((message: string) => void) =>
  (message) => {
    if (isNew(message)) write(message)
  }

const unseen = (): ((message: string) => boolean) => {
  const seen = new Set<string>()
  return (message) => !seen.has(message) && Boolean(seen.add(message))
}
