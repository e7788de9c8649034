import {withinTimeout} from '../../base/deadline.ts'
import {AckError, rephrased} from '../../base/errors.ts'
import {forEachOf} from '../../base/for-each-of.ts'
import {listClusters, type Cluster} from '../../container-service/clusters.ts'
import type {Credentials} from '../../credentials/credentials.ts'
import {lastingCredentials} from '../../credentials/lasting-credentials.ts'
import type {Invocation} from '../invocation.ts'
import {keepListing} from '../visible-clusters.ts'

/** How many calls are made at once: more would be throttled. */
export const AT_ONCE = 4

/** A cluster, and how its region is called. */
export interface FleetCluster {
  readonly cluster: Cluster
  readonly context: Invocation
}

/** The clusters that an identity can see, in the regions that were given or in all. */
export interface Fleet {
  /** Gives the credentials again, others where those would expire. */
  readonly caller: (ofRun?: AbortSignal) => Promise<Credentials>
  readonly clusters: readonly FleetCluster[]
  /** Whether every page of every list came. */
  readonly isComplete: boolean
}

/**
 * Lists the clusters of the regions that were given, each by its own endpoint, or of all regions, and keeps the list for
 * completion. Warns of a list that is not complete.
 *
 * @param kubernetesOnly - leaves out Docker clusters (Swarm), which have no API server
 * @throws AckError what the source throws; what the Container Service answers, if one of the lists cannot be had
 */
export const listFleet = async (context: Invocation, kubernetesOnly = false): Promise<Fleet> => {
  const {timeoutMs} = context.options
  const source = await context.source()
  const caller = lastingCredentials(source, context)
  await caller()
  const lists = await forEachOf(regionalContexts(context), AT_ONCE, async (regional) => {
    const credentials = await caller()
    const list = withinTimeout(timeoutMs, (signal) => listClusters(credentials, regional, signal, kubernetesOnly))
    return {regional, ...(await list.catch(rethrowFor(regional, context)))}
  })
  // By ID: should two regions list the same cluster, it is one all the same.
  const clusters = new Map<string, FleetCluster>()
  for (const list of lists)
    for (const cluster of list.clusters)
      if (!clusters.has(cluster.id)) clusters.set(cluster.id, {cluster, context: list.regional})
  const all = [...clusters.values()]
  const gaps = lists.flatMap(({gap, regional}) => (gap === undefined ? [] : [gapIn(regional, gap, context)]))
  for (const gap of gaps) context.log.warn(gap)
  // All regions at once: a listing of one alone would be kept as one of that region.
  await keepListing(
    all.map(({cluster}) => cluster),
    source,
    context,
  )
  return {caller, clusters: all, isComplete: gaps.length === 0}
}

const gapIn = ({options: {givenRegion}}: Invocation, gap: string, {options: {givenRegions}}: Invocation): string =>
  givenRegions.length < 2 ? gap : `region ${givenRegion}: ${gap}`

/** With several regions people have to know which one it is; by the endpoint they do not always. */
const rethrowFor =
  ({options: {givenRegion}}: Invocation, {options: {givenRegions}}: Invocation) =>
  (error: unknown): never => {
    if (givenRegions.length < 2 || !AckError.is(error)) throw error
    const nextStep = [error.nextStep, `or leave ${givenRegion} out of --region-id`].filter(Boolean).join(', ')
    throw rephrased(error, `cannot list the clusters of ${givenRegion}: ${error.message}`, nextStep)
  }

/** Several regions are as several runs, each with one region. */
export const regionalContexts = (context: Invocation): readonly Invocation[] => {
  const {givenRegions} = context.options
  return givenRegions.length < 2 ? [context] : givenRegions.map((region) => inRegion(context, region))
}

const inRegion = (context: Invocation, region: string): Invocation => ({
  ...context,
  inputs: {...context.inputs, flags: {...context.inputs.flags, 'region-id': region}},
  options: {...context.options, givenRegion: region, givenRegions: [region], regionId: region},
})
