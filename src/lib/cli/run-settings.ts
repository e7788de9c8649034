import {heldLog, type HeldLog} from '../base/log/held-log.ts'
import {winstonLog} from '../base/log/winston-log.ts'
import type {Environment, Runtime} from '../base/runtime.ts'
import {isExecCommand} from '../exec/exec-command.ts'
import {DEFAULT_RUN_SETTINGS, readRunSettings, type RunSettings} from '../options/global-options.ts'
import type {CommandLine} from './command-line.ts'

/** Whether it is a command that kubectl waits for. */
export const isForKubectl = ({words: [topic, name], help}: Pick<CommandLine, 'words' | 'help'>): boolean =>
  isExecCommand(topic, name) && !help

/**
 * What is needed before a command reads its options, where the command line may not be in order: then the defaults, since
 * the command itself is going to complain.
 */
const settingsBeforeCommand = (
  {flags, defaults}: Pick<CommandLine, 'flags' | 'defaults'>,
  env: Environment,
): RunSettings => {
  try {
    return readRunSettings({flags, execInfo: {}, env, defaults})
  } catch {
    return DEFAULT_RUN_SETTINGS
  }
}

/**
 * The log and the time limit of a run whose command has not read its options yet. Where kubectl waits, the log is held
 * back as the command's own.
 */
export const earlyRunSettings = (
  line: Pick<CommandLine, 'flags' | 'words' | 'help' | 'defaults'>,
  runtime: Runtime,
): {readonly log: HeldLog; readonly timeoutMs: number} => {
  const {logLevel, logFormat, timeoutMs} = settingsBeforeCommand(line, runtime.env)
  const isHeld = isForKubectl(line) && Boolean(runtime.env['KUBERNETES_EXEC_INFO']) && logLevel !== 'debug'
  return {log: heldLog(winstonLog({level: logLevel, format: logFormat, runtime}), isHeld), timeoutMs}
}
