import {UPDATE_OPTIONS} from '../options/kubeconfig-definitions.ts'
import {GLOBAL_OPTIONS} from '../options/definitions.ts'
import type {Flags} from '../options/read-option.ts'
import type {Invocation} from '../use-cases/invocation.ts'
import type {UpdateResult} from '../use-cases/update-kubeconfig.ts'
import {shellWord} from './shell-assignments.ts'

/** What chose the clusters of the first run, and what was done whatever became of them. */
const NOT_REPEATED: ReadonlySet<string> = new Set(['all', 'filter', 'prune'])

/**
 * The command line that does what has failed once more, with the flags of this run.
 *
 * @returns undefined if nothing has failed
 */
export const retryCommand = (
  {outcomes}: UpdateResult,
  {inputs: {flags}, runtime}: Pick<Invocation, 'inputs' | 'runtime'>,
): string | undefined => {
  const failed = outcomes.filter(({result}) => result === 'failed')
  if (failed.length === 0) return undefined
  const names = Object.keys({...GLOBAL_OPTIONS, ...UPDATE_OPTIONS}).filter((name) => !NOT_REPEATED.has(name))
  const words = [
    'ack-ram-tool',
    'update-kubeconfig',
    '--all',
    ...failed.flatMap(({cluster}) => ['--filter', `id=${cluster.id}`]),
    ...names.flatMap((name) => typed(name, flags[name])),
  ]
  return words.map((word) => shellWord(word, runtime.platform)).join(' ')
}

const typed = (name: string, value: Flags[string]): readonly string[] => {
  if (value === undefined || value === false || value === '') return []
  if (value === true) return [`--${name}`]
  const values = typeof value === 'string' ? [value] : value
  // With an equals sign: a value that starts with a dash would be read as a flag.
  return values.map((text) => `--${name}=${text}`)
}
