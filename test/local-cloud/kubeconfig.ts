import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'

/** The exec plugin of a kubeconfig user. */
export type ExecPlugin = {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly apiVersion: 'v1' | 'v1beta1'
  /** Left out by default in v1beta1; v1 must say it, and says `IfAvailable`. */
  readonly interactiveMode?: 'Always' | 'IfAvailable' | 'Never'
  readonly provideClusterInfo?: boolean
}

export type KubeconfigOptions = {
  /** An existing directory. */
  readonly dir: string
  readonly server: string
  readonly caPem: string
  /** Part of the context's name, as in ACK's own kubeconfigs. */
  readonly clusterId?: string
  readonly exec: ExecPlugin
  /** What client-go hands to the plugin as `spec.cluster.config`, if `provideClusterInfo` is set. */
  readonly clusterConfig?: object
}

const USER = 'local-user'

/**
 * Writes a kubeconfig with one cluster, one user with an exec plugin and one context, readable by its owner only.
 *
 * @returns the file's path, `<dir>/kubeconfig`
 * @see https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
 */
export const writeKubeconfig = async (options: KubeconfigOptions): Promise<string> => {
  const path = join(options.dir, 'kubeconfig')
  const context = [USER, options.clusterId].filter(Boolean).join('-')
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{name: 'kubernetes', cluster: clusterEntry(options)}],
    users: [{name: USER, user: {exec: execEntry(options.exec)}}],
    contexts: [{name: context, context: {cluster: 'kubernetes', user: USER}}],
    'current-context': context,
  }
  await writeFile(path, `${JSON.stringify(kubeconfig, undefined, 2)}\n`, {mode: 0o600}) // JSON is YAML
  return path
}

const clusterEntry = ({server, caPem, clusterConfig}: KubeconfigOptions): object => ({
  server,
  'certificate-authority-data': Buffer.from(caPem).toString('base64'),
  ...(clusterConfig && {extensions: [{name: 'client.authentication.k8s.io/exec', extension: clusterConfig}]}),
})

const execEntry = ({
  command,
  args,
  env = {},
  apiVersion,
  interactiveMode,
  provideClusterInfo = false,
}: ExecPlugin): object => ({
  apiVersion: `client.authentication.k8s.io/${apiVersion}`,
  command,
  args,
  env: Object.entries(env).map(([name, value]) => ({name, value})),
  provideClusterInfo,
  interactiveMode: interactiveMode ?? (apiVersion === 'v1' ? 'IfAvailable' : undefined),
})
