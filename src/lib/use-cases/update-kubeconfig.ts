import {listClusters, type Cluster} from '../container-service/clusters.ts'
import type {Credentials, CredentialSource} from '../credentials/credentials.ts'
import {AckError} from '../base/errors.ts'
import {printable} from '../base/printable.ts'
import {requireClusterId} from '../options/exec-options.ts'
import type {UpdateOptions} from '../options/update-options.ts'
import {withinTimeout} from '../base/deadline.ts'
import {forEachOf} from '../base/for-each-of.ts'
import type {Invocation} from './invocation.ts'
import {checkCommands, commandForThisMachine} from './entry-command.ts'
import {askServerEntry, entryFor, givenServerEntry, warnOfVariables} from './get-kubeconfig.ts'
import {keepListing} from './visible-clusters.ts'
import {mergeClusters, type Confirm, type MergedFile} from '../kubeconfig/merge/merge-clusters.ts'
import {entryNames} from '../kubeconfig/entries/entry-names.ts'
import {entryFlags, givenEntryFlags, type EntryFlags} from '../kubeconfig/entries/entry-flags.ts'
import {desiredCluster, type DesiredCluster} from '../kubeconfig/entries/desired-entries.ts'

/** How many clusters are asked for at once: more would be throttled. */
const AT_ONCE = 4

/** What update-kubeconfig has done. */
export interface UpdateResult {
  readonly files: readonly MergedFile[]
  readonly contextNames: readonly string[]
  /** The clusters whose kubeconfig could not be fetched. */
  readonly failures: readonly ClusterFailure[]
}

export interface ClusterFailure {
  readonly cluster: Pick<Cluster, 'id' | 'name'>
  readonly error: AckError
}

/**
 * Runs update-kubeconfig: fetches one cluster, or all that the identity can see, and merges their entries into the
 * user's kubeconfig.
 *
 * @param confirm - asks whether entries that point elsewhere may be replaced
 * @throws AckError what the source throws; what the Container Service answers for the one cluster; what merging throws
 */
export const updateKubeconfig = async (
  options: UpdateOptions,
  context: Invocation,
  confirm: Confirm,
): Promise<UpdateResult> => {
  const {wanted, failures} = await desiredClusters(options, context)
  const files = await mergeClusters(wanted, options, context, confirm, checkCommands(options, context))
  return {files, contextNames: wanted.map(({contextName}) => contextName), failures}
}

interface Answers {
  readonly wanted: readonly DesiredCluster[]
  readonly failures: readonly ClusterFailure[]
}

const desiredClusters = async (options: UpdateOptions, context: Invocation): Promise<Answers> => {
  const {givenServer} = options
  if (givenServer) {
    const clusterId = requireClusterId(context.inputs)
    const server = givenServerEntry(clusterId, givenServer, context)
    const settled = {...options, ...(await commandForThisMachine(options, context))}
    return {wanted: [desiredCluster(clusterId, server, settled, await flagsForMe(options, context))], failures: []}
  }
  const selection = await context.selection()
  const settled = {...options, ...(await commandForThisMachine(options, context))}
  const job = {source: selection.source, options: settled, context}
  const answers = options.takesAll ? await askAll(job) : {wanted: [await askOne(job)], failures: []}
  warnOfVariables(selection, context)
  return answers
}

/** Whose credentials an entry will use that no service is asked for: those found here, if there are any. */
const flagsForMe = async ({expectedIdentity}: UpdateOptions, context: Invocation): Promise<EntryFlags> => {
  const selection = await context.selection().catch((error: unknown) => {
    if (asAckError(error).code === 'CredentialsNotFound') return undefined
    throw error
  })
  if (!selection) return givenEntryFlags(expectedIdentity, context)
  warnOfVariables(selection, context)
  return entryFlags(selection, expectedIdentity, context)
}

interface Job {
  readonly source: CredentialSource
  readonly options: UpdateOptions
  readonly context: Invocation
}

const askOne = async (job: Job): Promise<DesiredCluster> => {
  const {source, context} = job
  const clusterId = requireClusterId(context.inputs)
  return withinTimeout(context.options.timeoutMs, async (signal) =>
    askCluster(clusterId, await source.load(signal), job, signal),
  )
}

const askCluster = async (
  clusterId: string,
  caller: Credentials,
  {options, context}: Job,
  signal: AbortSignal,
): Promise<DesiredCluster> => {
  const server = await askServerEntry(clusterId, options, caller, context, signal)
  return desiredCluster(clusterId, server, options, await entryFor(server, caller, options, context))
}

const askAll = async (job: Job): Promise<Answers> => {
  const {source, context} = job
  const {caller, clusters} = await withinTimeout(context.options.timeoutMs, async (signal) => {
    const caller = await source.load(signal)
    return {caller, clusters: await listClusters(caller, context, signal)}
  })
  await keepListing(clusters, source, context)
  let done = 0
  const answers = await forEachOf(clusters, AT_ONCE, async (cluster) => {
    // Each has the time that one alone would have: how many there are is not the user's to reckon.
    const answer = await withinTimeout(context.options.timeoutMs, (signal) =>
      askCluster(cluster.id, caller, job, signal),
    )
      .then((wanted) => ({cluster, wanted}))
      .catch((error: unknown) => ({failure: {cluster, error: asAckError(error)}}))
    done += 1
    context.log.info(
      `cluster ${done} of ${clusters.length}: ${describeCluster(cluster)}${'failure' in answer ? ': failed' : ''}`,
    )
    return answer
  })
  const hasOwnNames = entryNames()
  const outcomes = answers.map((answer) =>
    'failure' in answer || hasOwnNames(answer.wanted) ? answer : {failure: takenNames(answer.cluster)},
  )
  return {
    wanted: outcomes.flatMap((outcome) => ('wanted' in outcome ? [outcome.wanted] : [])),
    failures: outcomes.flatMap((outcome) => ('failure' in outcome ? [outcome.failure] : [])),
  }
}

const takenNames = (cluster: Cluster): ClusterFailure => ({
  cluster,
  error: new AckError(
    'ServiceFailed',
    'the Container Service gives it the names of another cluster',
    'merge it alone, with names of its own: --cluster-id with --alias',
  ),
})

/** A cluster by its id, and its name where it has one. */
export const describeCluster = ({id, name}: Pick<Cluster, 'id' | 'name'>): string =>
  name === '' ? id : `${id} (${printable(name)})`

const asAckError = (error: unknown): AckError => {
  if (error instanceof AckError) return error
  throw error
}
