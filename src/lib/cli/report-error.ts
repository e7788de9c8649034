import {AckError, EXIT} from '../base/errors.ts'
import {LEAVE_OUT} from '../defaults/config-files.ts'
import {GLOBAL_OPTIONS} from '../options/definitions.ts'
import {readBoolean, type Defaults, type Flags, type OptionInputs} from '../options/read-option.ts'
import type {Environment} from '../base/runtime.ts'
import {printableLines} from '../base/printable.ts'
import {nearest} from '../base/nearest.ts'
import {scrub} from '../base/secret.ts'
import {isBrokenPipe, writeMessage} from './write-answer.ts'

/** The report of a failure. */
export interface ErrorReport {
  /** Text for stderr, with a final newline; empty if the user needs no message. */
  readonly text: string
  readonly exitCode: number
}

/**
 * Describes a failure: two lines of text, or one JSON object.
 *
 * @param flags - of the command line, which may be invalid: only the flags for the report are read
 */
export const reportError = (error: unknown, flags: Flags, env: Environment, defaults?: Defaults): ErrorReport => {
  const inputs = {flags, execInfo: {}, env, defaults}
  const known = AckError.is(error)
    ? error
    : internalError(error, readBoolean('verbose', GLOBAL_OPTIONS.verbose, inputs))
  const {code, message, exitCode, call} = known
  // Whoever reads what there is has gone, and wants to hear nothing of it.
  if (isBrokenPipe(error)) return {text: '', exitCode}
  const nextStep = withSuggestion(known) + leaveOutHint(known, defaults)
  if (wantsJson(inputs)) {
    const error = {code, message, nextStep, exitCode, ...(call ? {call} : {})}
    // Each text before it is written as JSON: what is masked in the whole may be half of an escape.
    const cleaned = JSON.stringify({error}, (_, part: unknown) => (typeof part === 'string' ? clean(part) : part))
    return {text: `${cleaned}\n`, exitCode}
  }
  if (code === 'Cancelled') return {text: '', exitCode}
  const lines = [
    known.namesCode ? `Error: ${message}` : `Error: ${message} (${code})`,
    ...(nextStep ? [`  Next: ${nextStep}`] : []),
  ]
  return {text: `${clean(lines.join('\n'))}\n`, exitCode}
}

/**
 * Reports a failure on stderr. A failure to write there is ignored.
 *
 * @returns the process's exit code
 */
export const reportFailure = (error: unknown, flags: Flags, env: Environment, defaults?: Defaults): number => {
  const {text, exitCode} = reportError(error, flags, env, defaults)
  writeMessage(text)
  return exitCode
}

/** The exit code of oclif's error that ends a command early without a failure; undefined for other errors. */
export const plannedExit = (error: unknown): number | undefined => {
  const {code, oclif} = (error ?? {}) as {code?: unknown; oclif?: {exit?: number}}
  return code === 'EEXIT' ? (oclif?.exit ?? EXIT.internal) : undefined
}

/** The next step, behind what was probably meant where something was mistyped. */
const withSuggestion = ({nextStep, mistyped}: AckError): string => {
  const meant = (mistyped?.given ?? []).flatMap((word) => nearest(word, mistyped?.known ?? []))
  return meant.length === 0 ? nextStep : `did you mean ${meant.join(' or ')}? ${nextStep}`
}

/** A value of a defaults file may be one that the user cannot change there. */
const leaveOutHint = ({code, message}: AckError, defaults: Defaults = {}): string =>
  code === 'InvalidOption' && Object.values(defaults).some(({from}) => message.includes(from))
    ? `; give it by flag or variable, ${LEAVE_OUT}`
    : ''

const clean = (text: string): string => printableLines(scrub(text))

const wantsJson = ({flags, env, defaults}: OptionInputs): boolean => {
  const [variable] = GLOBAL_OPTIONS['error-format'].env
  return (flags['error-format'] || env[variable] || defaults?.[variable]?.value) === 'json'
}

const internalError = (error: unknown, verbose: boolean): AckError => {
  const what = error instanceof Error ? `${error.name}: ${error.message}` : 'a value that is not an Error was thrown'
  const where = verbose && error instanceof Error ? `\n${error.stack ?? ''}` : ''
  const {code} = (error ?? {}) as {code?: unknown}
  const step =
    code === 'EMFILE' || code === 'ENFILE'
      ? '`ulimit -n 256`'
      : error instanceof EvalError
        ? 'take --disallow-code-generation-from-strings out of NODE_OPTIONS for this command, whose package needs it'
        : 'this is a bug: please report it with the output of --verbose'
  return new AckError('Internal', `internal error: ${what}${where}`, step)
}
