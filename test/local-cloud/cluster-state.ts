import type {KubernetesStore} from './kubernetes-store.ts'

/** RRSA of a cluster, as DescribeClusterDetail tells it. */
export type RrsaConfig = {
  enabled: boolean
  issuer?: string
  audience?: string
  oidc_name?: string
  oidc_arn?: string
}

export type StoredAddon = {version: string; next_version?: string; config?: string; state?: string}

/** What changes in a cluster; tests read and set it. */
export type ClusterState = {
  rrsa: RrsaConfig
  /** Where the detail has it: in the object of today, in the JSON text of before, or nowhere. */
  rrsaIn: 'rrsa_config' | 'meta_data' | 'nowhere'
  /** More fields of the detail, which win. */
  detail: Record<string, unknown>
  readonly addons: Map<string, StoredAddon>
  /** Who holds a kubeconfig, and who has used it. */
  readonly access: AccessState
}

/** A kubeconfig that was issued, as ListClusterKubeconfigStates tells it. */
export type StoredKubeconfig = {
  account_id: string
  account_name?: string
  account_type?: string
  account_state?: string
  cert_state?: string
  cert_expire_time?: string
}

/** The access of users to a cluster; tests read and change it. */
export type AccessState = {
  readonly kubeconfigs: StoredKubeconfig[]
  /** What DescribeUserClusterActivityState tells, by the ID of the account. */
  readonly activity: Map<string, object>
  /** The objects of the cluster, from which bindings go with a user. */
  store?: KubernetesStore
  /** What goes from the bindings of a cleaned user: this subject alone by default, or every binding that has it, whole. */
  cleans: 'subjects' | 'bindings' | 'nothing'
}

export const createClusterState = (rrsa: RrsaConfig): ClusterState => ({
  rrsa,
  rrsaIn: 'rrsa_config',
  detail: {},
  addons: new Map(),
  access: {kubeconfigs: [], activity: new Map(), cleans: 'subjects'},
})

/** A task of the Container Service. */
export type StoredTask = {
  readonly id: string
  readonly clusterId: string
  /** Given one after the other; the last one stays. */
  readonly states: string[]
  /** What happens when it has succeeded. */
  readonly apply: () => void
  isOver?: boolean
}

/** What changes in the Container Service as a whole. */
export type ServiceState = {
  readonly tasks: Map<string, StoredTask>
  /** The states of the next tasks. */
  nextTask: readonly string[]
  taskError: {readonly code: string; readonly message: string}
  /** The log of every cluster, the newest line first. */
  readonly logs: {readonly cluster_log: string}[]
  /** The versions that InstallClusterAddons installs if asked for none. */
  newestAddon: string
}

export const createServiceState = (): ServiceState => ({
  tasks: new Map(),
  nextTask: ['success'],
  taskError: {code: 'TaskFailed', message: 'the task failed on purpose'},
  logs: [],
  newestAddon: '0.4.2',
})
