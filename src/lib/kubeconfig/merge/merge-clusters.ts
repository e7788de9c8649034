import type {SourceContext} from '../../credentials/source-context.ts'
import {AckError} from '../../base/errors.ts'
import {monotonicMs} from '../../base/monotonic-ms.ts'
import type {UpdateOptions} from '../../options/update-options.ts'
import {openKubeconfig} from '../document/editable-kubeconfig.ts'
import {whoElseWrites, readKubeconfigFile, updateKubeconfigFile} from '../file/kubeconfig-file.ts'
import {kubeconfigPaths} from '../kubeconfig-paths.ts'
import {planFile, planMerge, type FilePlan, type OpenKubeconfig, type PlannedCommand} from './merge-plan.ts'
import type {DesiredCluster} from '../entries/desired-entries.ts'

/**
 * Asks whether to replace existing entries.
 *
 * @param conflicts - a description of each entry
 * @throws AckError `KubeconfigConflict` if nobody can be asked
 */
export type Confirm = (conflicts: readonly string[]) => Promise<boolean>

/** Checks what kubectl will start. Throws AckError `InvalidOption` for a chosen command that is not there. */
export type CheckCommands = (commands: readonly PlannedCommand[]) => Promise<void>

/** The dependencies of merging. */
export type MergeContext = Pick<SourceContext, 'runtime' | 'log' | 'options'>

/** A kubeconfig file before and after. */
export interface MergedFile {
  readonly path: string
  readonly before: string
  readonly after: string
}

/**
 * Merges clusters into the user's kubeconfig, or only returns the result.
 *
 * @returns the files that change; for a dry run, also those that would be written without a change
 * @throws AckError `KubeconfigConflict` if existing entries must not be replaced; `KubeconfigInvalid`,
 *   `KubeconfigUnreadable`, `KubeconfigUnwritable`: the file is then unchanged
 */
export const mergeClusters = async (
  clusters: readonly DesiredCluster[],
  options: UpdateOptions,
  context: MergeContext,
  confirm: Confirm,
  checkCommands: CheckCommands,
): Promise<readonly MergedFile[]> => {
  const paths = kubeconfigPaths(options.kubeconfig, context.runtime)
  const files = await openFiles(paths, context.options.timeoutMs)
  const plans = planMerge(files, clusters, currentContext(files, clusters, options))
  await checkCommands(plans.flatMap((plan) => plan.commands))
  const conflicts = plans.flatMap((plan) => plan.conflicts)
  if (conflicts.length > 0) {
    if (options.output !== 'write') context.log.warn(`this would replace existing entries: ${conflicts.join('; ')}`)
    else if (!(await confirm(conflicts))) throw replacementRefused(conflicts)
  }
  const merged = []
  for (const plan of plans) merged.push(await applyPlan(plan, options, context))
  return options.output === 'dry-run' ? merged : merged.filter(({before, after}) => before !== after)
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

/** With --all the current context stays, but if there is none, it becomes that of the first cluster. */
const currentContext = (
  files: readonly OpenKubeconfig[],
  clusters: readonly DesiredCluster[],
  {switchesContext, takesAll}: UpdateOptions,
): string | undefined => {
  const isOpen = !takesAll || files.every(({config}) => !config.currentContext)
  return switchesContext && isOpen ? clusters[0]?.contextName : undefined
}

const applyPlan = async (plan: FilePlan, options: UpdateOptions, {runtime, log}: MergeContext): Promise<MergedFile> => {
  const {file, entries, changes} = plan
  const {path, text: before} = file
  if (options.output !== 'write') return {path, before, after: file.config.edit(changes)}
  let merged = {path, before, after: before}
  // The file may have changed between planning and locking: then it is planned again.
  const decide = async (text = ''): Promise<string> => {
    const current = text === before ? plan : planFile(await openFile(path, text), entries, changes.currentContext)
    const unconfirmed = current.conflicts.filter((conflict) => !plan.conflicts.includes(conflict))
    if (unconfirmed.length > 0) throw replacementRefused(unconfirmed)
    merged = {path, before: text, after: current.file.config.edit(current.changes)}
    return merged.after
  }
  await updateKubeconfigFile(path, decide, runtime)
  // Not refused: kubectl reads it all the same, and where a file system has no modes, every file is like that.
  const who = whoElseWrites(path)
  if (who !== undefined) log.warn(`${path}: ${who}, and so can decide what kubectl runs as you`)
  return merged
}
