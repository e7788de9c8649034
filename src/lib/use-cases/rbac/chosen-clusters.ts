import {AckError} from '../../base/errors.ts'
import {listClusters} from '../../container-service/clusters.ts'
import {isGone} from '../../container-service/cluster-state.ts'
import {checkedClusterId} from '../../container-service/user-kubeconfig.ts'
import {keepListing} from '../visible-clusters.ts'
import {within} from '../../ram/call-ram.ts'
import type {Operator} from './reach-cluster.ts'

/** A cluster that a command is for. Name and region are empty where only the ID was given. */
export interface ChosenCluster {
  readonly id: string
  readonly name: string
  readonly region: string
}

/** The clusters of a command, and those that it leaves out since they are gone. */
export interface ChosenClusters {
  readonly clusters: readonly ChosenCluster[]
  readonly skipped: readonly {readonly cluster: ChosenCluster; readonly reason: string}[]
  /** Why clusters may be missing: the Container Service did not list all. */
  readonly failure?: AckError
  /** Whether more than one may have been meant: results say whose they are. */
  readonly areMany: boolean
}

/** The word for all clusters. */
const ALL = 'all'

/**
 * Checks IDs of clusters before any call.
 *
 * @throws AckError `InvalidUsage` for the word `all` beside IDs; `InvalidOption` for an invalid ID
 */
export const checkClusterIds = (ids: readonly string[]): readonly string[] => {
  if (ids.includes(ALL) && ids.length > 1)
    throw new AckError(
      'InvalidUsage',
      'both all clusters and single ones are named',
      'pass either the word all, or IDs',
    )
  return ids.map(checkedClusterId)
}

/**
 * The clusters by their checked IDs; for the word `all` those that the Container Service lists, of --region-id if given.
 *
 * @throws AckError what the Container Service answers
 */
export const chooseClusters = async (ids: readonly string[], operator: Operator): Promise<ChosenClusters> => {
  if (!ids.includes(ALL))
    return {clusters: ids.map((id) => ({id, name: '', region: ''})), skipped: [], areMany: ids.length > 1}
  const {clusters: all, gap} = await within(operator, ({caller, context, signal}) =>
    listClusters(caller, context, signal, true),
  )
  await keepListing(all, operator.source, operator.context)
  return {
    clusters: all.filter(({state}) => !isGone(state)),
    skipped: all
      .filter(({state}) => isGone(state))
      .map((cluster) => ({cluster, reason: `it is in state ${cluster.state}`})),
    areMany: true,
    ...(gap === undefined ? {} : {failure: incomplete(gap)}),
  }
}

const incomplete = (gap: string): AckError =>
  new AckError('ServiceFailed', gap, 'run the command again; if that does not help, name each cluster by --cluster-id')
