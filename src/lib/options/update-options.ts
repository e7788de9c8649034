import {AckError} from '../base/errors.ts'
import {UPDATE_OPTIONS} from './command-definitions.ts'
import {readKubeconfigOptions, type KubeconfigOptions} from './kubeconfig-options.ts'
import {readBoolean, readText, type OptionInputs, type OptionValue} from './read-option.ts'

/** What update-kubeconfig is to do. */
export interface UpdateOptions extends KubeconfigOptions {
  /** Names that the user chose for the entries. */
  readonly names: EntryNames
  /** Whether the file is written, or it or what would change in it is only shown. */
  readonly output: 'write' | 'dry-run' | 'diff'
  readonly switchesContext: boolean
  /** Whether every cluster that the identity can see is merged. */
  readonly takesAll: boolean
  readonly undoes: boolean
  /** The file that the user named. */
  readonly kubeconfig: OptionValue | undefined
}

export interface EntryNames {
  readonly context: string | undefined
  readonly cluster: string | undefined
  readonly user: string | undefined
}

type BooleanName = 'all' | 'diff' | 'dry-run' | 'no-switch-context' | 'undo'

/**
 * Reads the options of update-kubeconfig.
 *
 * @throws AckError `InvalidOption`, also for flags that exclude each other
 */
export const readUpdateOptions = (inputs: OptionInputs): UpdateOptions => {
  const flag = (name: BooleanName): boolean => readBoolean(name, UPDATE_OPTIONS[name], inputs)
  const alias = (name: 'alias' | 'cluster-alias' | 'user-alias'): string | undefined =>
    readText(name, UPDATE_OPTIONS[name], inputs)?.value
  const options = {
    ...readKubeconfigOptions(inputs),
    names: {context: alias('alias'), cluster: alias('cluster-alias'), user: alias('user-alias')},
    output: chooseOutput(flag('diff'), flag('dry-run')),
    switchesContext: !flag('no-switch-context'),
    takesAll: flag('all'),
    undoes: flag('undo'),
    kubeconfig: readText('kubeconfig', UPDATE_OPTIONS.kubeconfig, inputs),
  }
  checkTogether(options, inputs)
  return options
}

const chooseOutput = (diff: boolean, dryRun: boolean): UpdateOptions['output'] => {
  if (diff) return 'diff'
  return dryRun ? 'dry-run' : 'write'
}

const checkTogether = ({names, takesAll, undoes, providesClusterInfo}: UpdateOptions, {flags}: OptionInputs): void => {
  if (undoes && (flags['all'] || flags['cluster-id'])) throw conflict('--undo', 'names a cluster', 'undo first')
  if (!takesAll) return
  if (flags['cluster-id']) throw conflict('--all', '--cluster-id', 'give one of them')
  const isOneUser = names.user !== undefined && providesClusterInfo
  if (names.context || names.cluster || (names.user && !isOneUser))
    throw conflict('--all', 'an alias', 'leave the alias out: one name cannot be that of many')
}

const conflict = (one: string, other: string, nextStep: string): AckError =>
  new AckError('InvalidOption', `${one} does not go together with ${other}`, nextStep)
