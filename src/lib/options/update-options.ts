import {AckError} from '../base/errors.ts'
import {readClusterFilter, type ClusterFilter} from './cluster-filter.ts'
import {UPDATE_OPTIONS} from './kubeconfig-definitions.ts'
import {readKubeconfigOptions, type KubeconfigOptions} from './kubeconfig-options.ts'
import {isFixedName, parseNameTemplate, type NameTemplate, type Placeholder} from './name-template.ts'
import {readBoolean, readText, type Flags, type OptionInputs, type OptionValue} from './read-option.ts'
import {readRegions} from './region.ts'

/** The options of update-kubeconfig, read and checked. */
export interface UpdateOptions extends KubeconfigOptions {
  /** Names that the user chose for the entries. */
  readonly names: EntryNames
  /** Whether to write the file, or only print it or its changes. */
  readonly output: 'write' | 'dry-run' | 'diff'
  readonly format: 'text' | 'json' | 'yaml'
  readonly switchesContext: boolean
  /** Whether to merge all clusters that the identity can see. */
  readonly takesAll: boolean
  /** Which of all clusters; undefined for every one. */
  readonly filter: ClusterFilter | undefined
  /** Whether to remove the entries of clusters that are gone. */
  readonly prunes: boolean
  readonly undoes: boolean
  /** The file that the user named. */
  readonly kubeconfig: OptionValue | undefined
}

export interface EntryNames {
  readonly context: NameTemplate | undefined
  readonly cluster: NameTemplate | undefined
  readonly user: NameTemplate | undefined
}

type BooleanName = 'all' | 'diff' | 'dry-run' | 'no-switch-context' | 'prune' | 'undo'

/**
 * Reads the options of update-kubeconfig.
 *
 * @throws AckError `InvalidOption`, also for flags that cannot be combined
 */
export const readUpdateOptions = (inputs: OptionInputs): UpdateOptions => {
  const flag = (name: BooleanName): boolean => readBoolean(name, UPDATE_OPTIONS[name], inputs)
  const alias = (name: 'alias' | 'cluster-alias' | 'user-alias'): NameTemplate | undefined => {
    const given = readText(name, UPDATE_OPTIONS[name], inputs)
    return given && parseNameTemplate(given)
  }
  const options = {
    ...readKubeconfigOptions(inputs),
    names: {context: alias('alias'), cluster: alias('cluster-alias'), user: alias('user-alias')},
    output: chooseOutput(flag('diff'), flag('dry-run')),
    format: readText('output', UPDATE_OPTIONS.output, inputs)?.value as UpdateOptions['format'],
    switchesContext: !flag('no-switch-context'),
    takesAll: flag('all'),
    filter: readClusterFilter(inputs.flags),
    prunes: flag('prune'),
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

const checkCombination = (options: UpdateOptions, inputs: OptionInputs): void => {
  const {undoes, takesAll, filter, prunes} = options
  if (undoes) return checkUndo(inputs.flags)
  if (takesAll) return checkAll(options, inputs.flags)
  const forMany = [...(filter ? ['--filter'] : []), ...(prunes ? ['--prune'] : [])]
  if (forMany.length > 0) throw new AckError('InvalidOption', `${forMany.join(' and ')} needs --all`, 'add --all')
  if (readRegions(inputs, true).length > 1)
    throw new AckError('InvalidOption', 'several regions need --all', 'add --all, or give one --region-id')
  if (options.givenServer) checkNamesWithoutCall(options.names)
}

/** What a name may hold that no service is asked for. */
const KNOWN_WITHOUT_CALL: ReadonlySet<Placeholder> = new Set(['id', 'profile'])

const checkNamesWithoutCall = (names: EntryNames): void => {
  for (const name of Object.values(names) as readonly (NameTemplate | undefined)[]) {
    const asked = [...(name?.placeholders ?? [])].find((placeholder) => !KNOWN_WITHOUT_CALL.has(placeholder))
    if (name && asked)
      throw cannotCombine(
        `{${asked}} in ${name.from}`,
        '--server',
        'write the name itself: no service is asked for it then',
      )
  }
}

/** One user entry can serve all clusters, if the clusters' own entries say which one it is. */
const checkAll = ({names, providesClusterInfo, givenServer}: UpdateOptions, flags: Flags): void => {
  if (givenServer) throw cannotCombine('--all', '--server', 'merge one cluster by its address at a time')
  if (flags['cluster-id']) throw cannotCombine('--all', '--cluster-id', 'use one of them')
  const own = [names.context, names.cluster, ...(providesClusterInfo ? [] : [names.user])]
  const fixed = own.find((name) => name !== undefined && isFixedName(name))
  if (!fixed) return
  const {from, text} = fixed
  throw cannotCombine(
    '--all',
    `${from} ${JSON.stringify(text)}`,
    `many clusters cannot share one name: use a template, such as ${from} '{name}' or ${from} '${text}-{name}'`,
  )
}

/** The command's own flags that --undo heeds; any other would be ignored in silence. Global flags go with every command. */
const WITH_UNDO: ReadonlySet<string> = new Set(['diff', 'dry-run', 'kubeconfig', 'output', 'region-id', 'undo'])

const checkUndo = (flags: Flags): void => {
  const others = Object.keys(UPDATE_OPTIONS).filter((name) => flags[name] && !WITH_UNDO.has(name))
  if (others.length === 0) return
  const named = others.map((name) => `--${name}`).join(', ')
  throw cannotCombine('--undo', named, 'run --undo without it: it restores the file and does nothing else')
}

const cannotCombine = (one: string, other: string, nextStep: string): AckError =>
  new AckError('InvalidOption', `${one} cannot be combined with ${other}`, nextStep)
