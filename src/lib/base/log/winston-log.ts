import type {Writable} from 'node:stream'

import type {Logger} from 'winston'

import type {Runtime} from '../runtime.ts'
import {printableLines} from '../printable.ts'
import {scrub} from '../secret.ts'
import type {Log, LogLevel, OutputFormat} from './log.ts'

/** winston's order: a smaller number is more important. */
const LEVELS: Readonly<Record<LogLevel, number>> = {error: 0, warn: 1, info: 2, debug: 3}
const COLOURS: Readonly<Record<LogLevel, string>> = {error: 'red', warn: 'yellow', info: 'green', debug: 'gray'}

export interface LogSettings {
  readonly level: LogLevel
  readonly format: OutputFormat
  readonly runtime: Pick<Runtime, 'env' | 'stderrIsTerminal'>
}

/**
 * A log on stderr, written by winston. winston is loaded with the first line, so a run that logs nothing does not pay
 * for it.
 */
export const winstonLog = (settings: LogSettings): Log => {
  let logger: Promise<Logger> | undefined
  let written: Promise<unknown> = Promise.resolve()
  const write = (level: LogLevel, message: string): void => {
    if (LEVELS[level] > LEVELS[settings.level]) return
    logger ??= createLogger(settings)
    const ready = logger
    written = written.then(async () => (await ready).log(level, printableLines(scrub(message))))
  }
  return {
    debug: (message) => write('debug', message),
    info: (message) => write('info', message),
    warn: (message) => write('warn', message),
    error: (message) => write('error', message),
    flush: async () => {
      await written
    },
  }
}

const createLogger = async ({level, format: outputFormat, runtime}: LogSettings): Promise<Logger> => {
  const {createLogger: create, format, transports} = await import('winston')
  const text = format.printf((entry) => `${String(entry['timestamp'])} ${entry.level}: ${String(entry.message)}`)
  const colour = useColour(runtime) ? [format.colorize({colors: COLOURS})] : []
  const lines = outputFormat === 'json' ? [format.json()] : [...colour, text]
  return create({
    levels: LEVELS,
    level,
    format: format.combine(format.timestamp(), ...lines),
    transports: [new transports.Stream({stream: await lossyStderr()})],
  })
}

/** A line that cannot be written, since stderr is closed or its disk is full, is lost: it must not change the exit code. */
const lossyStderr = async (): Promise<Writable> => {
  const stream = await import('node:stream')
  process.stderr.on('error', () => {})
  return new stream.Writable({
    write: (chunk: Uint8Array, _encoding, done) => {
      try {
        process.stderr.write(chunk)
      } catch {
        // To a file or device it is written at once.
      }
      // Waiting for the write would hold back the lines behind it, and the run may end before they have their turn.
      done()
    },
  })
}

/** @see https://no-color.org: any non-empty NO_COLOR means no colour */
const useColour = ({env, stderrIsTerminal}: LogSettings['runtime']): boolean =>
  stderrIsTerminal && !env['NO_COLOR'] && env['TERM'] !== 'dumb'
