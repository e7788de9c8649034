import type {Log} from '../base/log/log.ts'
import {winstonLog} from '../base/log/winston-log.ts'
import type {Environment, Runtime} from '../base/runtime.ts'
import {DEFAULT_RUN_SETTINGS, readRunSettings, type RunSettings} from '../options/global-options.ts'
import type {Flags} from '../options/read-option.ts'

/**
 * What is needed before a command reads its options, where the command line may not be in order: then the defaults, since
 * the command itself is going to complain.
 */
const settingsBeforeCommand = (flags: Flags, env: Environment): RunSettings => {
  try {
    return readRunSettings({flags, execInfo: {}, env})
  } catch {
    return DEFAULT_RUN_SETTINGS
  }
}

/** The log and the time limit of a run whose command has not read its options yet. */
export const beforeCommand = (flags: Flags, runtime: Runtime): {readonly log: Log; readonly timeoutMs: number} => {
  const {logLevel, logFormat, timeoutMs} = settingsBeforeCommand(flags, runtime.env)
  return {log: winstonLog({level: logLevel, format: logFormat, runtime}), timeoutMs}
}
