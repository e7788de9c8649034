import {AckError} from '../base/errors.ts'
import type {JsonObject} from '../base/json-object.ts'
import {kubeconfigPaths} from '../kubeconfig/kubeconfig-paths.ts'
import {updateKubeconfigFile, warnOfOtherWriters} from '../kubeconfig/file/kubeconfig-file.ts'
import type {KubeconfigOptions} from '../options/kubeconfig-options.ts'
import type {OptionValue} from '../options/read-option.ts'
import {loadYaml} from '../yaml/yaml-library.ts'
import {certificatesIn, endOfAuthority} from './certificate-authority.ts'
import type {Kubeconfig} from './get-kubeconfig.ts'
import type {Invocation} from './invocation.ts'

/**
 * Writes a kubeconfig into a file of its own, which becomes one for its owner alone. Another one there stays, unless
 * `--assume-yes` is set: then `--undo` of update-kubeconfig brings it back.
 *
 * @returns the path
 * @throws AckError `KubeconfigConflict`, `KubeconfigUnreadable`, `KubeconfigUnwritable`
 */
export const writeKubeconfig = async (text: string, named: OptionValue, context: Invocation): Promise<string> => {
  const [path] = kubeconfigPaths(named, context.runtime)
  const decide = (before: string | undefined): Promise<string> => {
    if (before === undefined || before.trim() === '' || before === text || context.options.assumeYes)
      return Promise.resolve(text)
    throw new AckError(
      'KubeconfigConflict',
      `${path} is there already, with other content`,
      'merge the cluster into it with update-kubeconfig --kubeconfig <path>, or pass --assume-yes to replace it',
    )
  }
  await updateKubeconfigFile(path, decide, context.runtime, true)
  warnOfOtherWriters(path, context.log)
  return path
}

/** A kubeconfig as kubectl reads it. */
export const kubeconfigText = async (kubeconfig: Kubeconfig): Promise<string> =>
  (await loadYaml()).format(kubeconfig, false)

/**
 * What is in a kubeconfig, and where it is, for programs. Nothing in it is secret.
 *
 * @param file - where it was written; undefined if it was not: then the summary has its text
 */
export const summarise = async (
  kubeconfig: Kubeconfig,
  file: string | undefined,
  {mode, expiration}: KubeconfigOptions,
): Promise<JsonObject> => {
  const [{cluster}] = kubeconfig.clusters
  const [{user}] = kubeconfig.users
  return {
    file: file ?? null,
    currentContext: kubeconfig['current-context'],
    contexts: kubeconfig.contexts.map(({name, context}) => ({name, ...context})),
    server: cluster.server,
    certificateAuthorityExpires: endOf(cluster['certificate-authority-data']),
    mode,
    credentialLifetime: mode === 'token' ? '10m' : expiration,
    apiVersion: user.exec['apiVersion'],
    command: user.exec['command'],
    ...(file === undefined ? {kubeconfig: await kubeconfigText(kubeconfig)} : {}),
  }
}

/** Null for a CA of the Container Service in which kubectl may read more than we can. */
const endOf = (authority: string): string | null => {
  const read = certificatesIn(Buffer.from(authority, 'base64'))
  return 'why' in read ? null : endOfAuthority(read.certificates).toISOString()
}
