import {once} from './log-once.ts'
import {printableLines} from '../printable.ts'
import {scrub} from '../secret.ts'
import type {Log, LogLevel} from './log.ts'
import type {createLogger, LogSettings} from './winston-logger.ts'

/** winston's order: a smaller number is more important. */
const LEVELS: Readonly<Record<LogLevel, number>> = {error: 0, warn: 1, info: 2, debug: 3}

/**
 * A log on stderr, written by winston. winston is loaded with the first line, so a run that logs nothing does not pay
 * for it. A warning is written once.
 */
export const winstonLog = (settings: LogSettings): Log => {
  let logger: ReturnType<typeof createLogger> | undefined
  let written: Promise<unknown> = Promise.resolve()
  const write = (level: LogLevel, message: string): void => {
    if (LEVELS[level] > LEVELS[settings.level]) return
    logger ??= import('./winston-logger.ts').then((adapter) => adapter.createLogger(settings, LEVELS))
    const ready = logger
    written = written.then(async () => (await ready).log(level, printableLines(scrub(message))))
  }
  return {
    debug: (message) => write('debug', message),
    info: (message) => write('info', message),
    // The cache's directory, for one, is looked at for several things.
    warn: once((message) => write('warn', message)),
    error: (message) => write('error', message),
    flush: async () => {
      await written
    },
  }
}
