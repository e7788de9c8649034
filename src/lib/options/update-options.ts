import {AckError} from '../base/errors.ts'
import {UPDATE_OPTIONS} from './command-definitions.ts'
import {readKubeconfigOptions, type KubeconfigOptions} from './kubeconfig-options.ts'
import {readBoolean, readText, type Flags, type OptionInputs, type OptionValue} from './read-option.ts'

/** The options of update-kubeconfig, read and checked. */
export interface UpdateOptions extends KubeconfigOptions {
  /** Names that the user chose for the entries. */
  readonly names: EntryNames
  /** Whether to write the file, or only print it or its changes. */
  readonly output: 'write' | 'dry-run' | 'diff'
  readonly switchesContext: boolean
  /** Whether to merge all clusters that the identity can see. */
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
 * @throws AckError `InvalidOption`, also for flags that cannot be combined
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
  checkCombination(options, inputs)
  return options
}

const chooseOutput = (diff: boolean, dryRun: boolean): UpdateOptions['output'] => {
  if (diff) return 'diff'
  return dryRun ? 'dry-run' : 'write'
}

const checkCombination = (
  {names, takesAll, undoes, providesClusterInfo, givenServer}: UpdateOptions,
  {flags}: OptionInputs,
): void => {
  if (undoes) checkUndo(flags)
  if (!takesAll) return
  if (givenServer) throw cannotCombine('--all', '--server', 'merge one cluster by its address at a time')
  if (flags['cluster-id']) throw cannotCombine('--all', '--cluster-id', 'use one of them')
  const isOneUser = names.user !== undefined && providesClusterInfo
  if (names.context || names.cluster || (names.user && !isOneUser))
    throw cannotCombine('--all', 'an alias', 'remove the alias: many clusters cannot share one name')
}

/** The command's own flags that --undo heeds; any other would be ignored in silence. Global flags go with every command. */
const WITH_UNDO: ReadonlySet<string> = new Set(['diff', 'dry-run', 'kubeconfig', 'undo'])

const checkUndo = (flags: Flags): void => {
  const others = Object.keys(UPDATE_OPTIONS).filter((name) => flags[name] && !WITH_UNDO.has(name))
  if (others.length === 0) return
  const named = others.map((name) => `--${name}`).join(', ')
  throw cannotCombine('--undo', named, 'run --undo without it: it restores the file and does nothing else')
}

const cannotCombine = (one: string, other: string, nextStep: string): AckError =>
  new AckError('InvalidOption', `${one} cannot be combined with ${other}`, nextStep)
