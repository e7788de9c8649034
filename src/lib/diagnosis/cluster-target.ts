import {dirname, resolve} from 'node:path'

import {withinTimeout} from '../base/deadline.ts'
import {AckError} from '../base/errors.ts'
import {readUserFile, whyUnreadable} from '../base/files/read-user-file.ts'
import type {JsonObject} from '../base/json-object.ts'
import type {Runtime} from '../base/runtime.ts'
import type {Invocation} from '../use-cases/invocation.ts'
import {parseProxy, proxyFor, type Proxy} from '../transport/proxy.ts'
import {askServerEntry} from '../use-cases/get-kubeconfig.ts'
import {clusterIdOf, type RunnableEntry} from './check-exec-entries.ts'
import {problem, skipped, warning, type Finding} from './finding.ts'
import {ourExecOf, PIPE_MS, type Entry, type Kubeconfigs} from './kubeconfigs.ts'

/** Far above the size of any bundle of CA certificates. */
const MAX_CA_BYTES = 1024 * 1024

/** The cluster that is asked about, and how kubectl would log in to it. */
export interface ClusterTarget {
  readonly clusterId: string | undefined
  readonly server: string
  /** PEM; undefined for the CAs of the system. */
  readonly ca: string | undefined
  readonly skipsVerification: boolean
  /** The name in its certificate, where it is not that of the URL. */
  readonly serverName: string | undefined
  /** Through which kubectl calls it. */
  readonly proxy: Proxy | undefined
  /** By what to log in; where no kubeconfig has the cluster, a token of this command line; else why nothing is tried. */
  readonly login: RunnableEntry | 'command line' | Finding
  /** Where all of this stands. */
  readonly from: string
}

/** What names the cluster. */
export interface TargetRequest {
  readonly clusterId: string | undefined
  readonly contextName: string | undefined
}

/**
 * Finds the cluster: in the kubeconfigs, else by asking the Container Service for the one with that ID.
 *
 * @throws AckError `InvalidOption` for a context that does not exist, and an invalid proxy; `KubeconfigInvalid`; what
 *   the Container Service answers
 */
export const findClusterTarget = async (
  {clusterId, contextName}: TargetRequest,
  configs: Kubeconfigs,
  entries: readonly RunnableEntry[],
  context: Invocation,
): Promise<ClusterTarget> => {
  const found =
    contextName === undefined ? byCluster(clusterId ?? '', configs, entries) : byContext(contextName, configs)
  if (found) return targetOf(found, configs, entries, clusterId, context.runtime)
  if (contextName !== undefined) throw noSuchContext(contextName, configs)
  return fromService(clusterId ?? '', context)
}

const noSuchContext = (asked: string, {contexts}: Kubeconfigs): AckError => {
  const named = `${JSON.stringify(asked)} (from --context)`
  return contexts.length === 0
    ? new AckError(
        'InvalidOption',
        `there is no context ${named}, nor any other, in the kubeconfigs that could be read`,
        ADD,
      )
    : new AckError(
        'InvalidOption',
        `no kubeconfig has the context ${named}`,
        `use one of: ${contexts.map(({name}) => name).join(', ')}`,
      )
}

const byContext = (name: string, {contexts}: Kubeconfigs): Entry | undefined =>
  contexts.find((context) => context.name === name)

/** Of the contexts whose user or cluster entry names the cluster: the current one, else the first that can be tried. */
const byCluster = (
  id: string,
  {currentContext, contexts, clusters}: Kubeconfigs,
  entries: readonly RunnableEntry[],
): Entry | undefined => {
  const userOf = ({fields}: Entry): RunnableEntry | undefined => entries.find(({user}) => user.name === fields['user'])
  const found = contexts.filter((context) => {
    const cluster = clusters.find(({name}) => name === context.fields['cluster'])
    return userOf(context)?.line.flags['cluster-id'] === id || (cluster && clusterIdOf(cluster.fields) === id)
  })
  return found.find(({name}) => name === currentContext) ?? found.find(userOf) ?? found[0]
}

const targetOf = (
  {name, fields}: Entry,
  {clusters, users}: Kubeconfigs,
  entries: readonly RunnableEntry[],
  asked: string | undefined,
  {env}: Pick<Runtime, 'env'>,
): ClusterTarget => {
  const cluster = clusters.find((entry) => entry.name === fields['cluster'])
  const server = cluster?.fields['server']
  if (!cluster || typeof server !== 'string' || !URL.canParse(server))
    throw new AckError(
      'KubeconfigInvalid',
      `the context ${JSON.stringify(name)} has no cluster entry with the URL of a server`,
      MERGE,
    )
  const entry = entries.find(({user}) => user.name === fields['user'])
  const {'tls-server-name': serverName, 'proxy-url': proxyUrl} = cluster.fields
  const ofEntry = entry?.line.flags['cluster-id']
  return {
    clusterId: typeof ofEntry === 'string' ? ofEntry : (clusterIdOf(cluster.fields) ?? asked),
    server,
    ca: authorityOf(cluster),
    skipsVerification: cluster.fields['insecure-skip-tls-verify'] === true,
    serverName: typeof serverName === 'string' && serverName !== '' ? serverName : undefined,
    // It counts for every host: NO_PROXY is for the variables alone.
    proxy:
      typeof proxyUrl === 'string' && proxyUrl !== ''
        ? parseProxy(proxyUrl, `proxy-url of the context ${JSON.stringify(name)}`)
        : proxyFor(new URL(server), env),
    login: entry ?? whyNoLogin(name, fields['user'], users),
    from: `context ${JSON.stringify(name)}`,
  }
}

const ADD = 'add a cluster: ack-ram-tool update-kubeconfig --cluster-id <id>; or name another file with --kubeconfig'
const MERGE = 'merge the cluster again: ack-ram-tool update-kubeconfig --cluster-id <id>'

/** Why nothing of this program's can show what kubectl's login in a context comes to. */
const whyNoLogin = (context: string, user: unknown, users: readonly Entry[]): Finding => {
  const about = `the login was not tried: the user ${JSON.stringify(user ?? '')} of the context ${JSON.stringify(context)}`
  const found = users.find(({name}) => name === user)
  if (!found)
    return problem(`${about} is in no kubeconfig that could be read, and kubectl has nothing to log in with`, MERGE)
  if (ourExecOf(found)) return skipped(`${about} cannot log in, as said above`)
  return warning(`${about} does not log in by this program`, `${MERGE}; or name another context`)
}

const authorityOf = ({fields, path}: Entry): string | undefined => {
  const {'certificate-authority-data': data, 'certificate-authority': file}: JsonObject = fields
  if (typeof data === 'string' && data !== '') return Buffer.from(data, 'base64').toString('utf8')
  if (typeof file !== 'string' || file === '') return undefined
  const whole = resolve(dirname(path), file)
  try {
    return readUserFile(whole, {maxBytes: MAX_CA_BYTES, waitMs: PIPE_MS}).toString('utf8')
  } catch (error) {
    throw new AckError(
      'KubeconfigUnreadable',
      `cannot read the CA in ${whole}: ${whyUnreadable(error)}`,
      'correct its path',
    )
  }
}

const fromService = async (clusterId: string, context: Invocation): Promise<ClusterTarget> => {
  const source = await context.source()
  const entry = await withinTimeout(context.options.timeoutMs, async (signal) =>
    askServerEntry(clusterId, {privateAddress: false}, await source.load(signal), context, signal),
  )
  return {
    clusterId,
    server: entry.server,
    ca: Buffer.from(entry.certificateAuthorityData, 'base64').toString('utf8'),
    skipsVerification: false,
    serverName: undefined,
    proxy: proxyFor(new URL(entry.server), context.runtime.env),
    login: 'command line',
    from: 'the Container Service, since no kubeconfig has it',
  }
}
