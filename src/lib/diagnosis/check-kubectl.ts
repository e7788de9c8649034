import {isJsonObject, type JsonObject} from '../base/json-object.ts'
import {pathBelow} from '../base/files/path-below.ts'
import {readUserFile, UnusableFile} from '../base/files/read-user-file.ts'
import type {Runtime} from '../base/runtime.ts'
import {loadYaml} from '../yaml/yaml-library.ts'
import {findKubectl, type Kubectl} from '../programs/kubectl-version.ts'
import type {Yaml} from '../yaml/yaml-text.ts'
import {ok, problem, skipped, warning, type Finding} from './finding.ts'
import {ourExecOf, PIPE_MS, textsIn, type Kubeconfigs} from './kubeconfigs.ts'

/** Far above the size of any list of preferences. */
const MAX_KUBERC_BYTES = 1024 * 1024

/** The kubectl at hand, and whether its kuberc lets it run our plugin. */
export const checkKubectl = async (configs: Kubeconfigs, runtime: Runtime): Promise<readonly Finding[]> => {
  const kubectl = await findKubectl(runtime)
  if (!kubectl) return [skipped('kubectl is not in PATH')]
  return [...describeVersion(kubectl), ...(await checkKuberc(configs, runtime))]
}

const describeVersion = ({path, version, knowsExecV1}: Kubectl): readonly Finding[] =>
  knowsExecV1
    ? [ok(`kubectl ${version} at ${path} knows apiVersion v1 and v1beta1`)]
    : [
        warning(
          `kubectl ${version} at ${path}: before 1.22 it knows apiVersion v1beta1 alone`,
          'get a newer kubectl, or keep --api-version v1beta1',
        ),
      ]

/** kubectl 1.35 and later can refuse plugins by a policy of the user's. */
const checkKuberc = async (configs: Kubeconfigs, runtime: Runtime): Promise<readonly Finding[]> => {
  const {env, homeDir} = runtime
  if (env['KUBERC'] === 'off' || env['KUBECTL_KUBERC'] === 'false') return []
  const path = env['KUBERC'] || (homeDir === undefined ? undefined : pathBelow(homeDir, '.kube', 'kuberc'))
  const read = path === undefined ? undefined : readIfThere(path)
  if (path === undefined || read === undefined) return []
  if ('why' in read) return [problem(`${path} cannot be read: ${read.why}`, 'correct or remove it')]
  const value = preferenceIn(read.text, await loadYaml())
  if (!value) return [problem(`${path} is not a kuberc that kubectl could read`, 'correct or remove it')]
  const policy = value['credentialPluginPolicy']
  if (policy === undefined || policy === '' || policy === 'AllowAll') return [ok(`${path} allows credential plugins`)]
  const remedy = `add ack-ram-tool to credentialPluginAllowlist in ${path}, with credentialPluginPolicy: Allowlist`
  if (policy === 'DenyAll') return [problem(`${path} lets kubectl run no credential plugin (DenyAll)`, remedy)]
  const allowed = (
    Array.isArray(value['credentialPluginAllowlist']) ? value['credentialPluginAllowlist'] : []
  ) as readonly unknown[]
  const names = textsIn(allowed.map((item) => (isJsonObject(item) ? (item['name'] ?? item['command']) : item)))
  const commands = new Set(
    configs.users.flatMap((user) => {
      const command = ourExecOf(user)?.['command']
      return typeof command === 'string' ? [command] : []
    }),
  )
  const refused = [...commands].filter((command) => !names.includes(command))
  return refused.length === 0
    ? [ok(`${path} allows ${[...commands].join(', ') || names.join(', ')}`)]
    : [problem(`${path} does not let kubectl run ${refused.join(', ')}`, remedy)]
}

/** Of several documents kubectl takes the first one whose kind it knows: that is how one file serves several versions. */
const preferenceIn = (text: string, yaml: Yaml): JsonObject | undefined => {
  let rest = text
  while (rest.trim() !== '') {
    const parsed = yaml.parse(rest)
    if (!('value' in parsed)) return undefined
    const {value, end} = parsed
    if (isJsonObject(value) && value['kind'] === 'Preference' && KUBERC.test(String(value['apiVersion']))) return value
    // Where it ends stands the mark that begins the next one.
    rest = rest.slice(Math.max(end, 1)).replace(/^(---|\.\.\.)/, '')
  }
  return undefined
}

const KUBERC = /^kubectl\.config\.k8s\.io\/v1(alpha1|beta1)?$/

/** What kubectl would wait for, or could not hold, is a fault; a file that is not there, or not readable, it passes over. */
const readIfThere = (path: string): {readonly text: string} | {readonly why: string} | undefined => {
  try {
    return {text: readUserFile(path, {maxBytes: MAX_KUBERC_BYTES, waitMs: PIPE_MS}).toString('utf8')}
  } catch (error) {
    return error instanceof UnusableFile ? {why: error.message} : undefined
  }
}
