import type {SourceContext} from '../../credentials/source-context.ts'
import {AckError} from '../../base/errors.ts'
import type {UpdateOptions} from '../../options/update-options.ts'
import {openKubeconfig} from '../document/editable-kubeconfig.ts'
import {readKubeconfigFile, updateKubeconfigFile} from '../file/kubeconfig-file.ts'
import {kubeconfigPaths} from '../file/kubeconfig-paths.ts'
import {planMerge, type FilePlan, type OpenKubeconfig} from './merge-plan.ts'
import type {DesiredCluster} from '../entries/desired-entries.ts'

/**
 * Asks whether entries may be replaced that point elsewhere.
 *
 * @param elsewhere - each in words
 * @returns whether they may
 * @throws AckError `KubeconfigConflict` where nobody can be asked
 */
export type Confirm = (elsewhere: readonly string[]) => Promise<boolean>

/** What merging needs from outside. */
export type MergeContext = Pick<SourceContext, 'runtime' | 'log'>

/** A kubeconfig file before and after. */
export interface MergedFile {
  readonly path: string
  readonly before: string
  readonly after: string
}

/**
 * Merges clusters into the user's kubeconfig, or only says what would become of it.
 *
 * @returns the files in which something changes; for a dry run, those that would be written even if with nothing new
 * @throws AckError `KubeconfigConflict` when entries point elsewhere and are not to be replaced; `KubeconfigInvalid`,
 *   `KubeconfigUnreadable`, `KubeconfigUnwritable`: the file is then as it was
 */
export const mergeClusters = async (
  clusters: readonly DesiredCluster[],
  options: UpdateOptions,
  context: MergeContext,
  confirm: Confirm,
): Promise<readonly MergedFile[]> => {
  const paths = kubeconfigPaths(options.kubeconfig, context.runtime)
  const files = await Promise.all(paths.map((path) => openFile(path)))
  const plans = planMerge(files, clusters, currentContext(files, clusters, options))
  const elsewhere = plans.flatMap((plan) => plan.elsewhere)
  if (elsewhere.length > 0) {
    if (options.output !== 'write') context.log.warn(`this would be replaced: ${elsewhere.join('; ')}`)
    else if (!(await confirm(elsewhere))) throw conflict(elsewhere)
  }
  const merged = []
  for (const plan of plans) {
    const file = files.find(({path}) => path === plan.path)
    if (file) merged.push(await carryOut(plan, file, clusters, options, context))
  }
  return options.output === 'dry-run' ? merged : merged.filter(({before, after}) => before !== after)
}

/** The error of entries that are not to be replaced. */
export const conflict = (elsewhere: readonly string[]): AckError =>
  new AckError(
    'KubeconfigConflict',
    `nothing is written, since this would be replaced: ${elsewhere.join('; ')}`,
    'pass --assume-yes to replace it, or another name by --alias, --user-alias or --cluster-alias',
  )

type OpenFile = OpenKubeconfig & {readonly text: string}

const openFile = async (path: string, given?: string): Promise<OpenFile> => {
  const text = given ?? (await readKubeconfigFile(path)) ?? ''
  return {path, text, config: await openKubeconfig(text, path)}
}

/** Of many clusters none is the one to switch to; but a file that names none would leave kubectl without. */
const currentContext = (
  files: readonly OpenKubeconfig[],
  clusters: readonly DesiredCluster[],
  {switchesContext, takesAll}: UpdateOptions,
): string | undefined => {
  const isOpen = !takesAll || files.every(({config}) => !config.currentContext)
  return switchesContext && isOpen ? clusters[0]?.contextName : undefined
}

const carryOut = async (
  plan: FilePlan,
  file: OpenFile,
  clusters: readonly DesiredCluster[],
  options: UpdateOptions,
  {runtime}: MergeContext,
): Promise<MergedFile> => {
  const {path} = plan
  if (options.output !== 'write') return {path, before: file.text, after: file.config.edit(plan.changes)}
  let merged = {path, before: file.text, after: file.text}
  // Under the lock the file may be another one than the one that was planned for.
  const decide = async (text = ''): Promise<string> => {
    const now = text === file.text ? file : await openFile(path, text)
    const ownClusters = clusters.map((cluster) => ({
      ...cluster,
      entries: cluster.entries.filter((entry) => isIn(plan, entry)),
    }))
    const [planned] = text === file.text ? [plan] : planMerge([now], ownClusters, plan.changes.currentContext)
    const news = planned?.elsewhere.filter((words) => !plan.elsewhere.includes(words)) ?? []
    if (news.length > 0) throw conflict(news)
    merged = {path, before: text, after: now.config.edit(planned?.changes ?? {entries: []})}
    return merged.after
  }
  await updateKubeconfigFile(path, decide, runtime)
  return merged
}

const isIn = ({changes}: FilePlan, {kind, name}: DesiredCluster['entries'][number]): boolean =>
  changes.entries.some((entry) => entry.kind === kind && entry.name === name)
