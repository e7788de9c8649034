import {withinTimeout} from '../base/deadline.ts'
import {keepClusters} from '../cache/known-clusters.ts'
import {listClusters, type Cluster} from '../container-service/clusters.ts'
import type {CredentialSource} from '../credentials/credentials.ts'
import type {SourceContext} from '../credentials/source-context.ts'
import type {Invocation} from './invocation.ts'

/**
 * Lists the clusters that the identity of this run can see, within --timeout, and keeps the list for completion. Warns
 * of a list that is not complete.
 *
 * @param kubernetesOnly - leaves out Docker clusters (Swarm), which have no API server
 * @throws AckError what choosing and loading the source throw, and what the Container Service answers
 */
export const visibleClusters = async (invocation: Invocation, kubernetesOnly = false): Promise<readonly Cluster[]> => {
  const source = await invocation.source()
  const {clusters, gap} = await withinTimeout(invocation.options.timeoutMs, async (signal) =>
    listClusters(await source.load(signal), invocation, signal, kubernetesOnly),
  )
  if (gap !== undefined) invocation.log.warn(gap)
  await keepListing(clusters, source, invocation)
  return clusters
}

/** Keeps a listing for completion. Throws nothing. */
export const keepListing = (
  clusters: readonly Cluster[],
  {identity}: Pick<CredentialSource, 'identity'>,
  context: Pick<SourceContext, 'options' | 'runtime' | 'log'>,
): Promise<void> => {
  const {givenRegions} = context.options
  return keepClusters(clusters, givenRegions.length === 0 ? undefined : givenRegions, identity, context)
}
