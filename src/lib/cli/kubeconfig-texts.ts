import {AckError} from '../base/errors.ts'
import {diffKubeconfig} from '../kubeconfig/merge/diff-kubeconfig.ts'
import {printableLines} from '../base/printable.ts'
import {replacementRefused, type Confirm, type MergedFile} from '../kubeconfig/merge/merge-clusters.ts'
import {describeCluster, type ClusterFailure, type UpdateResult} from '../use-cases/update-kubeconfig.ts'
import type {UpdateOptions} from '../options/update-options.ts'
import {isInteractive} from './is-interactive.ts'
import {askYesNo} from './prompt.ts'
import type {Invocation} from '../use-cases/invocation.ts'

/** Asks whether to replace existing entries, unless `--assume-yes` is set. */
export const confirmReplacement =
  (invocation: Invocation): Confirm =>
  async (conflicts) => {
    if (invocation.options.assumeYes) return true
    if (!isInteractive(invocation)) throw replacementRefused(conflicts)
    return askYesNo(`Replace these existing entries?\n${conflicts.map((conflict) => `  ${conflict}\n`).join('')}`)
  }

/** Asks whether to restore a file that has changed since the last update, unless `--assume-yes` is set. */
export const confirmUndo =
  (invocation: Invocation) =>
  async (path: string): Promise<void> => {
    if (invocation.options.assumeYes) return
    const question = `${path} has changed since the last update. Restore the previous version anyway?`
    if (isInteractive(invocation) && (await askYesNo(question))) return
    throw new AckError(
      'KubeconfigConflict',
      `refusing to restore ${path}: it has changed since the last update`,
      'pass --assume-yes to restore the previous version anyway',
    )
  }

/**
 * Describes an update: the changed files, or for --diff and --dry-run their content.
 *
 * @returns text for stdout, with a final newline; empty if every cluster failed
 */
export const describeUpdate = async (
  {files, contextNames, failures}: UpdateResult,
  {output}: UpdateOptions,
): Promise<string> => {
  if (output !== 'write') return describeFiles(files, output)
  if (contextNames.length === 0) return failures.length > 0 ? '' : 'No clusters found for this identity\n'
  const contexts =
    contextNames.length === 1 ? `context ${JSON.stringify(contextNames[0])}` : `${contextNames.length} contexts`
  if (files.length === 0) return printableLines(`Already up to date: ${contexts}\n`)
  return printableLines(`Updated ${contexts} in ${files.map(({path}) => path).join(' and ')}\n`)
}

/** The text of --diff or --dry-run for files that were not written. */
export const describeFiles = async (
  files: readonly MergedFile[],
  output: Exclude<UpdateOptions['output'], 'write'>,
): Promise<string> => {
  if (output === 'diff') {
    const changed = files.filter(({before, after}) => before !== after)
    return printableLines((await Promise.all(changed.map(diffKubeconfig))).join('').replaceAll('\r\n', '\n'))
  }
  // As it would be written, so that it can be: nothing is cleaned or masked.
  return files.length === 1 ? (files[0]?.after ?? '') : files.map(withPath).join('')
}

const withPath = ({path, after}: MergedFile): string => `# ${path}\n${after}`

/** The error for clusters that failed while others were merged; it has the code of the first failure. */
export const failuresError = (failures: readonly ClusterFailure[]): AckError => {
  const [first] = failures
  const list = failures.map(({cluster, error}) => `\n  ${describeCluster(cluster)}: ${error.message} (${error.code})`)
  return new AckError(
    first?.error.code ?? 'ServiceFailed',
    `Could not get ${failures.length} ${failures.length === 1 ? 'cluster' : 'clusters'}:${list.join('')}`,
    first?.error.nextStep,
  )
}
