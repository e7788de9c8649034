import {GLOBAL_OPTIONS} from '../options/definitions.ts'
import {parseDuration} from '../options/duration.ts'
import {readGlobalOptions, type GlobalOptions} from '../options/global-options.ts'
import type {Log} from '../base/log/log.ts'
import {winstonLog} from '../base/log/winston-log.ts'
import type {Environment, Runtime} from '../base/runtime.ts'
import {peekFlags} from './command-line.ts'

/**
 * The settings that are needed before a command reads its options. For an invalid command line these are the defaults:
 * the command itself will report the error.
 */
export const peekSettings = (
  argv: readonly string[],
  env: Environment,
): Pick<GlobalOptions, 'logLevel' | 'logFormat' | 'timeoutMs'> => {
  try {
    return readGlobalOptions({flags: peekFlags(argv, GLOBAL_OPTIONS), execInfo: {}, env})
  } catch {
    return {
      logLevel: GLOBAL_OPTIONS['log-level'].default,
      logFormat: 'text',
      timeoutMs: parseDuration({value: GLOBAL_OPTIONS.timeout.default, from: 'default'}),
    }
  }
}

/** The log for the time before a command has read its options. */
export const peekLog = (argv: readonly string[], runtime: Runtime): Log => {
  const {logLevel, logFormat} = peekSettings(argv, runtime.env)
  return winstonLog({level: logLevel, format: logFormat, runtime})
}
