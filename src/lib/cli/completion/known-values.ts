import {SILENT_LOG} from '../../base/log/silent-log.ts'
import {printable} from '../../base/printable.ts'
import {findEntries} from '../../cache/cache-entries.ts'
import {findCacheDir} from '../../cache/find-cache-dir.ts'
import {knownClusters, type KnownCluster} from '../../cache/known-clusters.ts'
import {isClusterId} from '../../container-service/cluster-id.ts'
import {FILE_VARIABLE} from '../../credentials/selection/search-order.ts'
import {selectSource} from '../../credentials/selection/select-source.ts'
import type {LineWithDefaults} from '../../defaults/config-files.ts'
import {GLOBAL_OPTIONS} from '../../options/definitions.ts'
import {readBoolean, readText} from '../../options/read-option.ts'
import {isLookedUp} from '../../use-cases/find-cluster.ts'
import {createInvocation, type Invocation} from '../../use-cases/invocation.ts'
import {isJsonObject} from '../../base/json-object.ts'
import {readKubeconfigFile} from '../../kubeconfig/file/kubeconfig-file.ts'
import {kubeconfigPaths} from '../../kubeconfig/kubeconfig-paths.ts'
import {ourExecFacts} from '../../kubeconfig/entries/our-exec-entry.ts'
import {parseCliConfig} from '../../profile-files/cli-config.ts'
import {cliConfigPath, credentialsIniPath} from '../../profile-files/credential-files.ts'
import {parseCredentialsIni} from '../../profile-files/credentials-ini.ts'
import {expandHome} from '../../base/files/expand-home.ts'
import {readCredentialFile} from '../../profile-files/read-file.ts'
import type {Runtime} from '../../base/runtime.ts'
import {loadYaml} from '../../yaml/yaml-library.ts'
import {REGIONS} from './regions.ts'
import {takesRegion} from './value-kinds.ts'

/** Where to look for values. */
export interface ValueContext {
  readonly runtime: Runtime
  /** What the command line says before the cursor, and the defaults files. */
  readonly line: LineWithDefaults
  /** Whether the command takes the name of a cluster for its ID. */
  readonly takesNames: boolean
}

/** A value that may be typed, and what it is. */
export interface KnownValue {
  readonly value: string
  readonly description?: string
}

/** Somebody waits at a prompt: a pipe is no reason to. */
const PIPE_WAIT_MS = 0

/**
 * The values of an option that this machine knows without a call: names of profiles, IDs and names of the clusters that
 * were listed or used before, and regions. A file that cannot be read is ignored.
 *
 * @param option - its long name
 */
export const knownValues = async (option: string, context: ValueContext): Promise<readonly KnownValue[]> => {
  if (option === 'profile-name') return [...new Set(await profileNames(context))].map((value) => ({value}))
  if (option === 'cluster-id') return clusterValues(context)
  if (takesRegion(option)) return Object.entries(REGIONS).map(([value, description]) => ({value, description}))
  return []
}

const clusterValues = async (context: ValueContext): Promise<readonly KnownValue[]> => {
  const [listed, ...used] = await Promise.all([
    listedClusters(context),
    clustersOfKubeconfigs(context),
    clustersOfCache(context),
  ])
  const known = new Set(listed.map(({id}) => id))
  return [
    ...listed.map(({id, name, region}) => ({value: id, description: describe(name, region)})),
    // A kubeconfig may be of somebody else.
    ...[...new Set(used.flat())].filter((id) => isClusterId(id) && !known.has(id)).map((value) => ({value})),
    ...(context.takesNames ? uniqueNames(listed) : []),
  ]
}

const describe = (...parts: readonly string[]): string => parts.map(printable).filter(Boolean).join(', ')

/** Names by which the program would find one cluster, and that a shell takes for no flag. */
const uniqueNames = (listed: readonly KnownCluster[]): readonly KnownValue[] => {
  const count = new Map<string, number>()
  for (const {name} of listed) count.set(name, (count.get(name) ?? 0) + 1)
  return listed
    .filter(({name}) => name !== '' && count.get(name) === 1 && isLookedUp(name))
    .map(({id, name, region}) => ({value: name, description: describe(id, region)}))
}

/** Those of the identity that the command line, the environment and the files choose: of no other account. */
const listedClusters = async (context: ValueContext): Promise<readonly KnownCluster[]> =>
  orNone(async () => {
    const invocation = silentInvocation(context)
    const {source} = await selectSource(invocation)
    return knownClusters(source.identity, invocation)
  })

/** What the command would read from the command line, the environment and the files; it asks and tells nothing. */
const silentInvocation = ({runtime, line}: ValueContext): Invocation => {
  const nobody = {askProfile: () => Promise.resolve(undefined), tellPerson: (): void => {}}
  return {...createInvocation(runtime, line, nobody), log: SILENT_LOG, tellPerson: undefined}
}

const profileNames = async ({runtime, line}: ValueContext): Promise<readonly string[]> => {
  const inputs = {flags: line.flags, execInfo: {}, env: runtime.env, defaults: line.defaults}
  const profileFile = readText('profile-file', GLOBAL_OPTIONS['profile-file'], inputs)?.value
  const isIgnored = (name: 'ignore-aliyun-cli-credentials' | 'ignore-env-credentials'): boolean =>
    readBoolean(name, GLOBAL_OPTIONS[name], inputs)
  if (profileFile !== undefined) {
    const isCliConfig = profileFile.endsWith('.json')
    return namesIn(() => expandHome(profileFile, runtime.homeDir), isCliConfig ? parseCliConfig : parseCredentialsIni)
  }
  const lists = [
    ...(isIgnored('ignore-env-credentials') ? [] : [namesIn(() => runtime.env[FILE_VARIABLE], parseCredentialsIni)]),
    ...(isIgnored('ignore-aliyun-cli-credentials') ? [] : [namesIn(() => cliConfigPath(runtime), parseCliConfig)]),
    namesIn(() => credentialsIniPath(runtime), parseCredentialsIni),
  ]
  return (await Promise.all(lists)).flat()
}

const namesIn = (where: () => string | undefined, parse: typeof parseCliConfig): Promise<readonly string[]> =>
  orNone(async () => {
    const path = where()
    const text = path && (await readCredentialFile(path, PIPE_WAIT_MS))
    return path && text ? parse(text, path).profiles.map(({name}) => name) : []
  })

const clustersOfKubeconfigs = ({runtime}: ValueContext): Promise<readonly string[]> =>
  orNone(async () => {
    const ids = kubeconfigPaths(undefined, runtime).map((path) => orNone(() => clustersOfKubeconfig(path)))
    return (await Promise.all(ids)).flat()
  })

const clustersOfKubeconfig = async (path: string): Promise<readonly string[]> => {
  const yaml = await loadYaml()
  const parsed = yaml.parse((await readKubeconfigFile(path, PIPE_WAIT_MS)) ?? '')
  const users = 'value' in parsed && isJsonObject(parsed.value) ? parsed.value['users'] : []
  return (Array.isArray(users) ? (users as readonly unknown[]) : []).flatMap((entry) => {
    const user = isJsonObject(entry) ? entry['user'] : undefined
    return ourExecFacts(isJsonObject(user) ? user['exec'] : undefined)?.clusterId ?? []
  })
}

/** The identity of a cached certificate holds the ID of its cluster. */
const clustersOfCache = (context: ValueContext): Promise<readonly string[]> =>
  orNone(async () => {
    const invocation = silentInvocation(context)
    const found = invocation.options.noCache ? undefined : findCacheDir(invocation)
    if (found?.state !== 'ready') return []
    const {entries} = await findEntries(found.path, context.runtime)
    return entries.flatMap(({facts}) => facts.flatMap(([name, value]) => (name === 'clusterId' ? value : [])))
  })

const orNone = async <T>(look: () => Promise<readonly T[]>): Promise<readonly T[]> => {
  try {
    return await look()
  } catch {
    return []
  }
}
