export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
/** How lines of log and errors are written. */
export type OutputFormat = 'text' | 'json'

/**
 * The log of one run. Lines go to stderr when the level is at least the one that the user chose.
 *
 * A message is text for people and passes the scrubbing of secrets; never build one from a value that is not known to
 * be harmless.
 */
export interface Log {
  debug(message: string): void
  info(message: string): void
  warn(message: string): void
  error(message: string): void
  /** Resolves when every line so far is written. */
  flush(): Promise<void>
}
