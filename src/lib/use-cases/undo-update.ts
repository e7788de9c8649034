import type {OptionValue} from '../options/read-option.ts'
import type {Runtime} from '../base/runtime.ts'
import {lastUpdated, undoKubeconfigFile} from '../kubeconfig/file/kubeconfig-file.ts'
import {kubeconfigPaths} from '../kubeconfig/file/kubeconfig-paths.ts'

/**
 * The job of update-kubeconfig --undo: brings back the version before the last update, of the file that was updated last.
 *
 * @param confirm - asks whether a file that was changed after the update may be brought back; throws if not
 * @returns the file
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
