import {rephrased, type AckError} from '../../base/errors.ts'
import {inOrder} from '../../base/in-order.ts'
import type {Permission} from '../../rbac/permissions.ts'
import type {ChosenCluster, ChosenClusters} from './chosen-clusters.ts'
import {lookAtCluster, withNextStep, type ClusterView, type Look} from './look-at-cluster.ts'
import type {Operator} from './reach-cluster.ts'

/** So many clusters are looked at at a time … */
const CLUSTERS_AT_ONCE = 5
/** … and so many may be done before their turn to be told: that bounds what is in memory. */
const CLUSTERS_AHEAD = 4 * CLUSTERS_AT_ONCE

/** How far a cluster could be looked at. */
export type ScanResult = 'scanned' | 'incomplete' | 'failed' | 'skipped'

/** What came of looking at a cluster. */
export interface ClusterScan {
  readonly cluster: ChosenCluster
  readonly result: ScanResult
  readonly permissions: readonly Permission[]
  /** What could not be seen, and why: `bindings: …`, `certificates: …`. */
  readonly unseen: readonly string[]
  /** Whether anything of the bindings, and of the certificates, was seen. */
  readonly seen: {readonly bindings: boolean; readonly certificates: boolean}
  /** Set if the audit of this cluster is not complete. */
  readonly failure?: AckError
}

/**
 * Scans clusters, a few at a time, each with a deadline of its own. The results come in the order of the clusters.
 *
 * @throws what is not an AckError
 */
export async function* scanClusters(
  {clusters, skipped}: ChosenClusters,
  look: Look,
  operator: Operator,
): AsyncGenerator<ClusterScan> {
  const scan = async (cluster: ChosenCluster): Promise<ClusterScan> =>
    scanOf(cluster, await lookAtCluster(cluster.id, look, operator))
  yield* inOrder(clusters, {atOnce: CLUSTERS_AT_ONCE, ahead: CLUSTERS_AHEAD}, scan)
  for (const {reason, cluster} of skipped)
    yield {cluster, result: 'skipped', permissions: [], unseen: [reason], seen: {bindings: false, certificates: false}}
}

const scanOf = (cluster: ChosenCluster, view: ClusterView): ClusterScan => {
  const {permissions, states, bindingFailures, stateFailure, isWithoutBindings} = view
  const [failure] = bindingFailures
  const isBlind = isWithoutBindings && states === undefined
  return {
    cluster,
    // Rights are what an audit is about: without the certificates it is complete, without the bindings it is not.
    result: isBlind ? 'failed' : failure ? 'incomplete' : 'scanned',
    permissions,
    unseen: [
      ...bindingFailures.map((error) => `bindings: ${withNextStep(error)}`),
      ...(stateFailure ? [`certificates, and which accounts are deleted: ${withNextStep(stateFailure)}`] : []),
    ],
    seen: {bindings: !isWithoutBindings, certificates: states !== undefined},
    ...(failure ? {failure} : {}),
  }
}

/** The number of clusters by what came of them. */
export type ScanCounts = Readonly<Record<ScanResult, number>>

/**
 * The error of a scan in which not every cluster could be looked at; it is of the kind of the first failure.
 *
 * @param ofList - why clusters may be missing from those that were looked at
 */
export const scanFailure = (
  scans: readonly Pick<ClusterScan, 'cluster' | 'failure'>[],
  ofList: AckError | undefined,
): AckError | undefined => {
  const failed = scans.flatMap(({cluster, failure}) =>
    failure ? [rephrased(failure, `cluster ${cluster.id}: ${failure.message}`)] : [],
  )
  const [first, ...others] = ofList ? [ofList, ...failed] : failed
  if (!first) return undefined
  const more = others.length > 0 ? `; the same or others in ${others.length} more, told above` : ''
  return rephrased(first, `the scan is not complete: ${first.message}${more}`)
}
