import type {Log} from '../base/log/log.ts'
import type {Runtime} from '../base/runtime.ts'
import {findEarlierVersion, lastUpdated, undoKubeconfigFile, versionTexts} from '../kubeconfig/file/kubeconfig-file.ts'
import {kubeconfigPaths} from '../kubeconfig/kubeconfig-paths.ts'
import type {MergedFile} from '../kubeconfig/merge/merge-clusters.ts'
import type {UpdateOptions} from '../options/update-options.ts'

/** The dependencies of undoing. */
export interface UndoContext {
  readonly runtime: Runtime
  readonly log: Pick<Log, 'warn'>
}

type UndoOptions = Pick<UpdateOptions, 'kubeconfig'>

/**
 * Runs update-kubeconfig --undo: restores the kubeconfig that was updated last from its backup.
 *
 * @param confirm - asks whether to restore a file that was changed after the update; throws if not
 * @returns the file's path
 * @throws AckError `NothingToUndo`, and what `confirm`, reading and writing throw
 */
export const undoUpdate = async (
  {kubeconfig}: UndoOptions,
  {runtime}: UndoContext,
  confirm: (path: string) => Promise<void>,
): Promise<string> => {
  const path = await lastUpdated(kubeconfigPaths(kubeconfig, runtime), runtime)
  if (await undoKubeconfigFile(path, false, runtime)) return path
  await confirm(path)
  await undoKubeconfigFile(path, true, runtime)
  return path
}

/**
 * Runs update-kubeconfig --undo with --diff or --dry-run: what {@link undoUpdate} would do.
 *
 * @returns the file before and after
 * @throws AckError `NothingToUndo`, and what reading throws
 */
export const previewUndo = async ({kubeconfig}: UndoOptions, {runtime, log}: UndoContext): Promise<MergedFile> => {
  const path = await lastUpdated(kubeconfigPaths(kubeconfig, runtime), runtime)
  const version = await findEarlierVersion(path, runtime)
  if (version.hasChanged) log.warn(`${path} has changed since the last update: this would take those changes back too`)
  return {path, ...versionTexts(version)}
}
