import type {Log} from '../base/log/log.ts'
import type {Runtime} from '../base/runtime.ts'
import {findLastUpdate, undoLastUpdate, versionTexts, type EarlierVersion} from '../kubeconfig/file/last-update.ts'
import {kubeconfigPaths} from '../kubeconfig/kubeconfig-paths.ts'
import type {MergedFile} from '../kubeconfig/merge/merge-clusters.ts'
import type {UpdateOptions} from '../options/update-options.ts'

/** The dependencies of undoing. */
export interface UndoContext {
  readonly runtime: Runtime
  readonly log: Pick<Log, 'warn'>
}

/** A file that an undo has brought back. */
export interface RestoredFile {
  readonly path: string
  /** Whether it was not there before the update, and is not now. */
  readonly isRemoved: boolean
}

type UndoOptions = Pick<UpdateOptions, 'kubeconfig'>

/**
 * Runs update-kubeconfig --undo: restores the kubeconfigs that were updated last from their backups.
 *
 * @param confirm - asks whether to restore though these files were changed after the update; throws if not
 * @returns the files; those that the update had made are removed
 * @throws AckError `NothingToUndo`, and what `confirm`, reading and writing throw
 */
export const undoUpdate = async (
  {kubeconfig}: UndoOptions,
  {runtime}: UndoContext,
  confirm: (paths: readonly string[]) => Promise<void>,
): Promise<readonly RestoredFile[]> => {
  const paths = kubeconfigPaths(kubeconfig, runtime)
  let undo = await undoLastUpdate(paths, false, runtime)
  if (!undo.isDone) {
    await confirm(changedPaths(undo.versions))
    undo = await undoLastUpdate(paths, true, runtime)
  }
  return undo.versions.map(({path, wasAbsent}) => ({path, isRemoved: wasAbsent}))
}

/**
 * Runs update-kubeconfig --undo with --diff or --dry-run: what {@link undoUpdate} would do.
 *
 * @returns the files before and after
 * @throws AckError `NothingToUndo`, and what reading throws
 */
export const previewUndo = async (
  {kubeconfig}: UndoOptions,
  {runtime, log}: UndoContext,
): Promise<readonly MergedFile[]> => {
  const versions = await findLastUpdate(kubeconfigPaths(kubeconfig, runtime), runtime)
  for (const path of changedPaths(versions))
    log.warn(`${path} has changed since the last update: this would take those changes back too`)
  return versions.map((version) => versionTexts(version))
}

const changedPaths = (versions: readonly EarlierVersion[]): readonly string[] =>
  versions.filter(({hasChanged}) => hasChanged).map(({path}) => path)
