import type {SourceContext} from '../../credentials/source-context.ts'
import {AckError} from '../../base/errors.ts'
import {monotonicMs} from '../../base/monotonic-ms.ts'
import type {UpdateOptions} from '../../options/update-options.ts'
import {openKubeconfig} from '../document/editable-kubeconfig.ts'
import {readKubeconfigFile, updateKubeconfigFiles, warnOfOtherWriters} from '../file/kubeconfig-file.ts'
import {kubeconfigPaths} from '../kubeconfig-paths.ts'
import {
  planFile,
  planMerge,
  type FilePlan,
  type OpenKubeconfig,
  type PlannedCommand,
  type StaleEntry,
} from './merge-plan.ts'
import type {DesiredCluster} from '../entries/desired-entries.ts'

/** What a person is asked before a file is written. Each throws AckError `KubeconfigConflict` if nobody can be asked. */
export interface MergeQuestions {
  /** Whether to replace existing entries; gets a description of each. */
  readonly replace: (conflicts: readonly string[]) => Promise<boolean>
  /** Whether to remove entries; gets the files as they would be. */
  readonly remove: (stale: readonly StaleEntry[], files: readonly MergedFile[]) => Promise<boolean>
}

/** Finds the entries to remove. */
export type FindStale = (files: readonly OpenKubeconfig[]) => Promise<readonly StaleEntry[]>

/** Checks what kubectl will start. Throws AckError `InvalidOption` for a chosen command that is not there. */
export type CheckCommands = (commands: readonly PlannedCommand[]) => Promise<void>

/** What is found out once the files are read. */
export interface MergeChecks {
  readonly checkCommands: CheckCommands
  /** None is removed if absent. */
  readonly findStale?: FindStale | undefined
}

/** The dependencies of merging. */
export type MergeContext = Pick<SourceContext, 'runtime' | 'log' | 'options'>

/** A kubeconfig file before and after. */
export interface MergedFile {
  readonly path: string
  readonly before: string
  readonly after: string
  /** The path of the backup, if it was written. */
  readonly backup?: string | undefined
}

/** What merging has done, or for a dry run would do. */
export interface MergeResult {
  /** The files that change; for a dry run, also those that would be written without a change. */
  readonly files: readonly MergedFile[]
  /** The key of each entry that was not yet as it should be, by `entryKey`. */
  readonly changed: ReadonlySet<string>
  /** What kubectl will start for each user that was merged. */
  readonly commands: ReadonlyMap<string, string>
  readonly removed: readonly StaleEntry[]
  /** The current context that was removed. */
  readonly lostContext: string | undefined
}

/**
 * Merges clusters into the user's kubeconfig, or only returns the result.
 *
 * @throws AckError `KubeconfigConflict` if existing entries must not be replaced; `KubeconfigInvalid`,
 *   `KubeconfigUnreadable`, `KubeconfigUnwritable`: the files are then unchanged, or the error names those that are not
 */
export const mergeClusters = async (
  clusters: readonly DesiredCluster[],
  options: UpdateOptions,
  context: MergeContext,
  questions: MergeQuestions,
  checks: MergeChecks,
): Promise<MergeResult> => {
  const paths = kubeconfigPaths(options.kubeconfig, context.runtime)
  const files = await openFiles(paths, context.options.timeoutMs)
  const stale = (await checks.findStale?.(files)) ?? []
  const plans = planMerge(files, clusters, currentContext(files, clusters, options), stale)
  const commands = plans.flatMap((plan) => plan.commands)
  await checks.checkCommands(commands)
  for (const fault of plans.flatMap((plan) => plan.faults)) context.log.warn(fault)
  const conflicts = plans.flatMap((plan) => plan.conflicts)
  if (options.output !== 'write') {
    if (conflicts.length > 0) context.log.warn(`this would replace existing entries: ${conflicts.join('; ')}`)
  } else {
    if (conflicts.length > 0 && !(await questions.replace(conflicts))) throw replacementRefused(conflicts)
    if (stale.length > 0 && !(await questions.remove(stale, plans.map(previewPlan)))) throw removalRefused(stale)
  }
  const merged = options.output === 'write' ? await applyPlans(plans, stale, context) : plans.map(previewPlan)
  return {
    files: options.output === 'dry-run' ? merged : merged.filter(({before, after}) => before !== after),
    changed: new Set(plans.flatMap(({changed}) => Array.from(changed))),
    commands: new Map(commands.map(({user, command}) => [user, command])),
    removed: stale,
    lostContext: lostContext(files, stale),
  }
}

/** The current context, if it is removed. */
const lostContext = (files: readonly OpenKubeconfig[], stale: readonly StaleEntry[]): string | undefined => {
  const current = files.find(({config}) => config.currentContext)?.config.currentContext
  const isLost = stale.some(
    ({kind, name, staysCurrent}) => kind === 'contexts' && name === current && staysCurrent !== 'shadowed',
  )
  return isLost ? current : undefined
}

/** The error for entries that must not be removed. */
export const removalRefused = (stale: readonly StaleEntry[]): AckError => {
  const contexts = stale.filter(({kind}) => kind === 'contexts').map(({name}) => JSON.stringify(name))
  return new AckError(
    'KubeconfigConflict',
    `refusing to remove the entries of clusters that are gone: ${contexts.join(', ')}`,
    'pass --assume-yes to remove them, or leave --prune out; --diff shows what would change',
  )
}

/** The error for existing entries that must not be replaced. */
export const replacementRefused = (conflicts: readonly string[]): AckError =>
  new AckError(
    'KubeconfigConflict',
    `refusing to replace existing entries: ${conflicts.join('; ')}`,
    'pass --assume-yes to replace them, or choose other names with --alias, --user-alias or --cluster-alias',
  )

/** All pipes together have the time that one would have. */
const openFiles = async (paths: readonly string[], timeoutMs: number): Promise<readonly OpenKubeconfig[]> => {
  const end = monotonicMs() + timeoutMs
  const files = []
  for (const path of paths)
    files.push(await openFile(path, await readKubeconfigFile(path, Math.max(0, end - monotonicMs()))))
  return files
}

const openFile = async (path: string, text: string | undefined): Promise<OpenKubeconfig> => ({
  path,
  exists: text !== undefined,
  text: text ?? '',
  config: await openKubeconfig(text ?? '', path),
})

/** With --all the current context stays, but where there is no context at all, it becomes that of the first cluster. */
const currentContext = (
  files: readonly OpenKubeconfig[],
  clusters: readonly DesiredCluster[],
  {switchesContext, takesAll}: UpdateOptions,
): string | undefined => {
  // Nobody shall work in another cluster than before only since the one of the current context is gone.
  const isOpen = !takesAll || files.every(({config}) => !config.currentContext && config.names('contexts').length === 0)
  return switchesContext && isOpen ? clusters[0]?.contextName : undefined
}

const previewPlan = ({file: {path, text: before, config}, changes}: FilePlan): MergedFile => ({
  path,
  before,
  after: config.edit(changes),
})

const applyPlans = async (
  plans: readonly FilePlan[],
  stale: readonly StaleEntry[],
  {runtime, log}: MergeContext,
): Promise<readonly MergedFile[]> => {
  const merged = new Map<FilePlan, MergedFile>()
  const decide = async (plan: FilePlan, text: string): Promise<string> => {
    const current = await planAsItIs(plan, text, stale)
    const after = current.file.config.edit(current.changes)
    merged.set(plan, {path: plan.file.path, before: text, after})
    return after
  }
  const updates = plans.map((plan) => ({path: plan.file.path, decide: (text = '') => decide(plan, text)}))
  const backups = await updateKubeconfigFiles(updates, runtime)
  for (const {path} of updates) warnOfOtherWriters(path, log)
  return plans.map((plan, at) => ({...(merged.get(plan) ?? previewPlan(plan)), backup: backups[at]}))
}

/** The file may have changed between planning and locking: then it is planned again. */
const planAsItIs = async (plan: FilePlan, text: string, stale: readonly StaleEntry[]): Promise<FilePlan> => {
  const {file, entries, changes, conflicts} = plan
  if (text === file.text) return plan
  const current = planFile(await openFile(file.path, text), entries, changes.currentContext || undefined, stale)
  const unconfirmed = current.conflicts.filter((conflict) => !conflicts.includes(conflict))
  if (unconfirmed.length > 0) throw replacementRefused(unconfirmed)
  return current
}
