import type {ClusterCa} from './cluster-ca.ts'
import {ContainerServiceError} from './container-service-error.ts'
import type {ClusterState} from './cluster-state.ts'
import type {ReceivedRequest} from './received-request.ts'
import type {StsIdentity} from './sts-caller.ts'

/** A cluster that the local Container Service knows. */
export type LocalCluster = {
  readonly id: string
  readonly name: string
  readonly regionId: string
  /** Such as `running`. */
  readonly state: string
  readonly tags?: readonly {readonly key: string; readonly value: string}[]
  /** A policy hides it from lists; pages may count it all the same. */
  readonly hidden?: 'counted' | 'without a trace'
  /** URL of the API server's public address. */
  readonly server: string
  /** URL of its address inside the VPC. */
  readonly privateServer: string
  /** Issues the certificates of the cluster's users. */
  readonly ca: Pick<ClusterCa, 'issue'>
  /** What clients of the API server must trust. */
  readonly caPem: string
  /** Users, and roles or single sessions of them, that may have a kubeconfig; without it, everybody. */
  readonly allowedArns?: readonly string[]
  /** A caller's number in the cluster, all digits; made of the ARN by default. */
  readonly uidOf?: (arn: string) => string
  /** `ManagedKubernetes` by default. */
  readonly clusterType?: string
  /** What can be changed in it: RRSA, add-ons; without it, nothing. */
  readonly changes?: ClusterState
}

/** An authenticated call, and the world it is answered in. */
export type ContainerServiceCall = {
  readonly request: ReceivedRequest
  readonly caller: StsIdentity
  /** From the path; empty in a call that is not about one cluster. */
  readonly clusterId: string
  readonly clusters: readonly LocalCluster[]
  readonly now: Date
}

/** The refusal of a caller whose policies lack a RAM action, such as `cs:DescribeClustersV1`. */
export const forbidden = ({securityToken}: StsIdentity, action: string): ContainerServiceError =>
  new ContainerServiceError(
    'StatusForbidden',
    `${securityToken === undefined ? 'RAM' : 'STSToken'} policy Forbidden for action ${action}`,
  )
