import {statSync} from 'node:fs'
import {join} from 'node:path'

import type {OptionValue} from '../options/read-option.ts'
import {expandHome} from '../base/files/expand-home.ts'
import {AckError} from '../base/errors.ts'
import type {Runtime} from '../base/runtime.ts'

type Where = Pick<Runtime, 'env' | 'homeDir' | 'platform'>

/**
 * The kubeconfig files, strongest first: the one that the user names, else those of KUBECONFIG, else `~/.kube/config`.
 * The list is read as client-go reads it; an empty part of it names no file.
 *
 * @throws AckError `KubeconfigUnwritable` if KUBECONFIG has nothing but separators: then kubectl has no file either
 * @see https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
 */
export const kubeconfigPaths = (named: OptionValue | undefined, runtime: Where): readonly [string, ...string[]] => {
  if (named) return [expandHome(named.value, runtime.homeDir)]
  const list = runtime.env['KUBECONFIG']
  if (!list) return [expandHome('~/.kube/config', kubectlHome(runtime))]
  const [first, ...others] = new Set(splitList(list, runtime.platform).filter((path) => path !== ''))
  if (first !== undefined) return [first, ...others]
  throw new AckError(
    'KubeconfigUnwritable',
    `KUBECONFIG (${JSON.stringify(list)}) names no file`,
    'unset KUBECONFIG, or set it to the path of a file',
  )
}

/** Go's `filepath.SplitList`: on Windows quotation marks are left out, and a separator between them separates nothing. */
const splitList = (list: string, platform: Runtime['platform']): readonly string[] => {
  if (platform !== 'win32') return list.split(':')
  return (list.match(/(?:[^;"]|"[^"]*(?:"|$))+/g) ?? []).map((path) => path.replaceAll('"', ''))
}

/**
 * The home directory where kubectl looks. On Windows that is not always the profile's.
 *
 * @see https://github.com/kubernetes/client-go/blob/master/util/homedir/homedir.go
 */
const kubectlHome = ({env, homeDir, platform}: Where): Runtime['homeDir'] => {
  if (platform !== 'win32') return homeDir
  const {HOME, HOMEDRIVE, HOMEPATH, USERPROFILE} = env
  const ofDomain = HOMEDRIVE && HOMEPATH && `${HOMEDRIVE}${HOMEPATH}`
  const hasKubeconfig = (dir: string | undefined): boolean => Boolean(dir && isThere(join(dir, '.kube', 'config')))
  return (
    [HOME, ofDomain, USERPROFILE].find(hasKubeconfig) ||
    [HOME, USERPROFILE, ofDomain].find((dir) => dir && isThere(dir)) ||
    homeDir
  )
}

const isThere = (path: string): boolean => {
  try {
    return statSync(path, {throwIfNoEntry: false}) !== undefined
  } catch {
    return false
  }
}
