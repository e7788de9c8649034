import type {OptionValue} from '../options/read-option.ts'
import type {Runtime} from '../base/runtime.ts'
import {lastUpdated, undoKubeconfigFile} from '../kubeconfig/file/kubeconfig-file.ts'
import {kubeconfigPaths} from '../kubeconfig/kubeconfig-paths.ts'

/**
 * Runs update-kubeconfig --undo: restores the kubeconfig that was updated last from its backup.
 *
 * @param confirm - asks whether to restore a file that was changed after the update; throws if not
 * @returns the file's path
 * @throws AckError `NothingToUndo`, and what `confirm`, reading and writing throw
 */
export const undoUpdate = async (
  named: OptionValue | undefined,
  runtime: Runtime,
  confirm: (path: string) => Promise<void>,
): Promise<string> => {
  const path = await lastUpdated(kubeconfigPaths(named, runtime))
  if (await undoKubeconfigFile(path, false, runtime)) return path
  await confirm(path)
  await undoKubeconfigFile(path, true, runtime)
  return path
}
