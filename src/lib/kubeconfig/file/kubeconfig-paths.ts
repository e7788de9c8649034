import {join} from 'node:path'

import type {OptionValue} from '../../options/read-option.ts'
import {expandHome} from '../../profile-files/read-file.ts'
import type {Runtime} from '../../base/runtime.ts'

/**
 * The kubeconfig files, strongest first: the one that the user names, else those of KUBECONFIG, else `~/.kube/config`.
 *
 * @see https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
 */
export const kubeconfigPaths = (
  named: OptionValue | undefined,
  {env, homeDir, platform}: Pick<Runtime, 'env' | 'homeDir' | 'platform'>,
): readonly [string, ...string[]] => {
  const list = (env['KUBECONFIG'] ?? '').split(platform === 'win32' ? ';' : ':')
  const paths = named ? [expandHome(named.value, homeDir)] : list
  const [first = join(homeDir, '.kube', 'config'), ...others] = new Set(paths.filter((path) => path !== ''))
  return [first, ...others]
}
