import {UPDATE_OPTIONS} from '../options/kubeconfig-definitions.ts'
import {GLOBAL_OPTIONS, isConfidential, type OptionDefinitions} from '../options/definitions.ts'
import type {Flags} from '../options/read-option.ts'
import type {Invocation} from '../use-cases/invocation.ts'
import type {UpdateResult} from '../use-cases/update-kubeconfig.ts'
import {shellWord} from '../base/shell-words.ts'
import {shellVariableWord} from './shell-assignments.ts'

/** What chose the clusters of the first run, and what was done whatever became of them. */
const NOT_REPEATED: ReadonlySet<string> = new Set(['all', 'filter', 'prune'])

const OPTIONS: OptionDefinitions = {...GLOBAL_OPTIONS, ...UPDATE_OPTIONS}

/** A command line to be copied. */
export interface RetryCommand {
  readonly commandLine: string
  /** The variables that it takes values from which are not to be shown. */
  readonly variables: readonly string[]
}

/**
 * The command line that does what has failed once more, with the flags of this run. A confidential value is not in it, but
 * the variable that has to hold it.
 *
 * @returns undefined if nothing has failed
 */
export const retryCommand = (
  {outcomes}: UpdateResult,
  {inputs: {flags}, runtime}: Pick<Invocation, 'inputs' | 'runtime'>,
): RetryCommand | undefined => {
  const failed = outcomes.filter(({result}) => result === 'failed')
  if (failed.length === 0) return undefined
  const given = Object.keys(OPTIONS).filter((name) => !NOT_REPEATED.has(name) && isGiven(flags[name]))
  const words = [
    'ack-ram-tool',
    'update-kubeconfig',
    '--all',
    ...failed.flatMap(({cluster}) => ['--filter', `id=${cluster.id}`]),
    ...given.filter((name) => !isConfidential(OPTIONS[name])).flatMap((name) => typed(name, flags[name])),
  ].map((word) => shellWord(word, runtime.platform))
  const confidential = given
    .filter((name) => isConfidential(OPTIONS[name]))
    .flatMap((name) => (OPTIONS[name]?.env ?? []).slice(0, 1).map((variable) => ({name, variable})))
  return {
    commandLine: [
      ...words,
      ...confidential.map(({name, variable}) => shellVariableWord(`--${name}=`, variable, runtime.platform)),
    ].join(' '),
    variables: confidential.map(({variable}) => variable),
  }
}

const isGiven = (value: Flags[string]): boolean => value !== undefined && value !== false && value !== ''

const typed = (name: string, value: Flags[string]): readonly string[] => {
  if (value === undefined || value === false) return []
  if (value === true) return [`--${name}`]
  const values = typeof value === 'string' ? [value] : value
  // With an equals sign: a value that starts with a dash would be read as a flag.
  return values.map((text) => `--${name}=${text}`)
}
