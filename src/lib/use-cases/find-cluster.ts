import {AckError, rephrased} from '../base/errors.ts'
import {printable} from '../base/printable.ts'
import {hasIdForm} from '../container-service/cluster-id.ts'
import type {Cluster} from '../container-service/clusters.ts'
import {couldBeClusterId} from '../options/exec-options.ts'
import type {Invocation} from './invocation.ts'
import {visibleClusters} from './visible-clusters.ts'

/** Whether a text is looked up as a name: what has the form of an ID never is, nor what can be neither. */
export const isLookedUp = (given: string): boolean => !hasIdForm(given) && couldBeClusterId(given)

/** A cluster that was listed; of one that was not, the ID alone. */
export type FoundCluster = Pick<Cluster, 'id' | 'name' | 'region' | 'state'>

/** Begins as an ID does: if no cluster has that name, the server says whether it is one. */
const mayBeId = (text: string): boolean => /^c[\da-f]+$/.test(text)

/**
 * Finds clusters by their names, or by IDs of an unusual form. The region of --region-id narrows the search.
 *
 * @throws AckError `ClusterNotFound`, `ClusterAmbiguous`; what listing the clusters throws
 */
export const findClusters = async (
  given: readonly string[],
  invocation: Invocation,
): Promise<readonly FoundCluster[]> => {
  const clusters = await listFor(given, invocation)
  return given.map((text) => findCluster(text, clusters, invocation.options.givenRegion))
}

const listFor = async (given: readonly string[], invocation: Invocation): Promise<readonly Cluster[]> => {
  try {
    return await visibleClusters(invocation, true)
  } catch (error) {
    if (!(error instanceof AckError) || error.code !== 'ServiceRefused') throw error
    if (given.every(mayBeId)) return []
    // Who may not list the clusters may still use one.
    throw rephrased(
      error,
      `cannot look up ${given.map(quoted).join(', ')} in the list of clusters: ${error.message}`,
      `pass the ID of the cluster, which needs no list${error.nextStep && `; or ${error.nextStep}`}`,
    )
  }
}

const findCluster = (given: string, clusters: readonly Cluster[], region: string | undefined): FoundCluster => {
  const found = clusters.find(({id}) => id === given)
  if (found) return found
  const named = clusters.filter(({name}) => name === given)
  const [only] = named
  if (only === undefined) {
    if (mayBeId(given)) return {id: given, name: '', region: '', state: ''}
    throw notFound(given, clusters, region)
  }
  if (named.length === 1) return only
  throw ambiguous(given, named)
}

const notFound = (given: string, clusters: readonly Cluster[], region: string | undefined): AckError =>
  new AckError(
    'ClusterNotFound',
    `no cluster${region === undefined ? '' : ` of region ${region}`} has the name or ID ${quoted(given)}`,
    'pass a name or an ID that `ack-ram-tool list-clusters` shows',
    {mistyped: {given: [given], known: [...new Set(clusters.map(({name}) => printable(name)).filter(Boolean))]}},
  )

const ambiguous = (name: string, named: readonly Cluster[]): AckError => {
  const regions = new Set(named.map(({region}) => region))
  return new AckError(
    'ClusterAmbiguous',
    `${named.length} clusters have the name ${quoted(name)}: ${named.map(describePlace).join(', ')}`,
    `pass the ID of one of them as --cluster-id${regions.size === named.length ? ', or its region as --region-id' : ''}`,
  )
}

const describePlace = ({id, region, state}: Cluster): string =>
  `${id} (${
    [region, state]
      .filter((text) => text !== '' && text !== 'running')
      .map(printable)
      .join(', ') || 'no region'
  })`

const quoted = (text: string): string => JSON.stringify(printable(text))
