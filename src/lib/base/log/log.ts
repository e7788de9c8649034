export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
/** The format of log lines and of errors. */
export type OutputFormat = 'text' | 'json'

/**
 * The log of one run. A line goes to stderr when its level is at least the one that the user chose.
 *
 * Known secrets are scrubbed from a message all the same, never build one from a value that may be secret.
 */
export interface Log {
  debug(message: string): void
  info(message: string): void
  warn(message: string): void
  error(message: string): void
  /** Resolves when all lines so far are written. */
  flush(): Promise<void>
}
