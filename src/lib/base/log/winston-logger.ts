import type {Writable} from 'node:stream'

import type {Logger} from 'winston'

import type {Runtime} from '../runtime.ts'
import type {LogLevel, OutputFormat} from './log.ts'

const COLOURS: Readonly<Record<LogLevel, string>> = {error: 'red', warn: 'yellow', info: 'green', debug: 'gray'}

export interface LogSettings {
  readonly level: LogLevel
  readonly format: OutputFormat
  readonly runtime: Pick<Runtime, 'env' | 'stderrIsTerminal'>
}

/**
 * Makes a logger of winston, which writes to stderr.
 *
 * @param levels - in winston's order: a smaller number is more important
 */
export const createLogger = async (
  {level, format: outputFormat, runtime}: LogSettings,
  levels: Readonly<Record<LogLevel, number>>,
): Promise<Logger> => {
  const {createLogger: create, format, transports} = await import('winston')
  const text = format.printf((entry) => `${String(entry['timestamp'])} ${entry.level}: ${String(entry.message)}`)
  const colour = useColour(runtime) ? [format.colorize({colors: COLOURS})] : []
  const lines = outputFormat === 'json' ? [format.json()] : [...colour, text]
  return create({
    levels,
    level,
    format: format.combine(format.timestamp(), ...lines),
    transports: [new transports.Stream({stream: await lossyStderr()})],
  })
}

const ignore = (): void => {}

/** A line that cannot be written, since stderr is closed or its disk is full, is lost: it must not change the exit code. */
const lossyStderr = async (): Promise<Writable> => {
  const stream = await import('node:stream')
  // Once, however many logs there are: Node warns of more than ten listeners.
  process.stderr.off('error', ignore).on('error', ignore)
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
