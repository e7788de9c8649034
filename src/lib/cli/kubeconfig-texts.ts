import {AckError} from '../base/errors.ts'
import {diffKubeconfig} from '../kubeconfig/merge/diff-kubeconfig.ts'
import {conflict, type Confirm, type MergedFile} from '../kubeconfig/merge/merge-clusters.ts'
import {describeCluster, type ClusterFailure, type UpdateResult} from '../use-cases/update-kubeconfig.ts'
import type {UpdateOptions} from '../options/update-options.ts'
import {isInteractive} from './is-interactive.ts'
import {askYesNo} from './prompt.ts'
import type {Invocation} from '../use-cases/invocation.ts'

/** Asks the person whether entries that point elsewhere may be replaced; `--assume-yes` is their answer too. */
export const confirmReplacement =
  (invocation: Invocation): Confirm =>
  async (elsewhere) => {
    if (invocation.options.assumeYes) return true
    if (!isInteractive(invocation)) throw conflict(elsewhere)
    return askYesNo(`Replace what points elsewhere?\n${elsewhere.map((words) => `  ${words}\n`).join('')}`)
  }

/** Asks the person whether a file that was changed after the last update may be brought back. */
export const confirmUndo =
  (invocation: Invocation) =>
  async (path: string): Promise<void> => {
    if (invocation.options.assumeYes) return
    const question = `${path} was changed after the last update. Bring back the version before it all the same?`
    if (isInteractive(invocation) && (await askYesNo(question))) return
    throw new AckError(
      'KubeconfigConflict',
      `${path} is left as it is, since it was changed after the last update`,
      'pass --assume-yes to bring back the version before the update all the same',
    )
  }

/**
 * What the user is told of an update: the files, or what would change in them.
 *
 * @returns text for stdout, with a final newline; empty when there is nothing to say
 */
export const describeUpdate = async (
  {files, contextNames, failures}: UpdateResult,
  {output}: UpdateOptions,
): Promise<string> => {
  if (output === 'diff') return (await Promise.all(files.map(diffKubeconfig))).join('')
  if (output === 'dry-run') return files.length === 1 ? (files[0]?.after ?? '') : files.map(underItsName).join('')
  if (contextNames.length === 0)
    return failures.length > 0 ? '' : 'There is no cluster to merge: your identity sees none.\n'
  const contexts =
    contextNames.length === 1 ? `context ${JSON.stringify(contextNames[0])}` : `${contextNames.length} contexts`
  if (files.length === 0) return `Nothing to change: all is in place for ${contexts}\n`
  return `Updated ${contexts} in ${files.map(({path}) => path).join(' and ')}\n`
}

const underItsName = ({path, after}: MergedFile): string => `# ${path}\n${after}`

/** The error of clusters that could not be had, while others could: it carries the code of the first. */
export const failuresError = (failures: readonly ClusterFailure[]): AckError => {
  const [first] = failures
  const list = failures.map(({cluster, error}) => `\n  ${describeCluster(cluster)}: ${error.message} (${error.code})`)
  return new AckError(
    first?.error.code ?? 'ServiceFailed',
    `${failures.length} ${failures.length === 1 ? 'cluster is' : 'clusters are'} missing:${list.join('')}`,
    first?.error.nextStep,
  )
}
