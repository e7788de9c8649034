import {UPDATE_OPTIONS} from '../options/kubeconfig-definitions.ts'
import {GLOBAL_OPTIONS} from '../options/definitions.ts'
import {commandLineWith, type CommandLine, type Typed} from '../options/suggested-command.ts'
import type {UpdateResult} from '../use-cases/update-kubeconfig.ts'

/** What chose the clusters of the first run, and what was done whatever became of them. */
const NOT_REPEATED: ReadonlySet<string> = new Set(['all', 'filter', 'prune'])

const OPTIONS = Object.fromEntries(
  Object.entries({...GLOBAL_OPTIONS, ...UPDATE_OPTIONS}).filter(([name]) => !NOT_REPEATED.has(name)),
)

/**
 * The command line that does what has failed once more, with the flags of this run.
 *
 * @returns undefined if nothing has failed
 */
export const retryCommand = ({outcomes}: UpdateResult, run: Typed): CommandLine | undefined => {
  const failed = outcomes.filter(({result}) => result === 'failed')
  if (failed.length === 0) return undefined
  const clusters = failed.flatMap(({cluster}) => ['--filter', `id=${cluster.id}`])
  return commandLineWith(['update-kubeconfig', '--all', ...clusters], OPTIONS, run)
}
