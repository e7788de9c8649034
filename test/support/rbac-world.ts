import {expect} from 'chai'

import {startApiServer, type LocalApiServer} from '../local-cloud/api-server.ts'
import {createClusterCa} from '../local-cloud/cluster-ca.ts'
import {
  createClusterState,
  createServiceState,
  type AccessState,
  type StoredKubeconfig,
} from '../local-cloud/cluster-state.ts'
import type {LocalCluster} from '../local-cloud/container-service-call.ts'
import {startContainerService, type LocalContainerService} from '../local-cloud/container-service.ts'
import {
  createKubernetesStore,
  putObject,
  type KubernetesStore,
  type StoredObject,
} from '../local-cloud/kubernetes-store.ts'
import {addRole, createRamState, type RamState} from '../local-cloud/ram-state.ts'
import {startLocalRam, type LocalRam} from '../local-cloud/ram.ts'
import type {StsIdentity} from '../local-cloud/sts-caller.ts'
import {startLocalSts, type LocalSts} from '../local-cloud/sts.ts'
import {envOf} from './cluster-world.ts'
import {makeHome, type TestHome} from './home.ts'
import {runCli, type CliResult} from './run-cli.ts'

export const ROOT_ID = '1000000000000001'
export const CALLER_ID = '200000000000000001'
export const ALICE_ID = '200000000000000002'
export const ROLE_ID = '300000000000000001'
/** As long as IDs of accounts may get: more digits than a number holds. */
export const GONE_ID = '2432000000000000000001'
export const CALLER: StsIdentity = {
  accessKeyId: 'LTAI-auditor',
  accessKeySecret: 'SECRET-of-auditor',
  arn: `acs:ram::${ROOT_ID}:user/auditor`,
  accountId: ROOT_ID,
  userId: CALLER_ID,
}
export const RBAC = 'rbac.authorization.k8s.io'
const CLUSTER_BINDINGS = `/apis/${RBAC}/v1/clusterrolebindings`
const BINDINGS = `/apis/${RBAC}/v1/rolebindings`

/** A cluster of the world, with its objects and who holds a kubeconfig for it. */
export interface RbacCluster {
  readonly id: string
  readonly api: LocalApiServer
  readonly store: KubernetesStore
  readonly access: AccessState
  /** Binds subjects to a role in all of the cluster. */
  readonly bindCluster: (name: string, ...subjects: readonly object[]) => StoredObject
  /** … and in a namespace, to a ClusterRole. */
  readonly bind: (namespace: string, name: string, ...subjects: readonly object[]) => StoredObject
  readonly issue: (userId: string, more?: Partial<StoredKubeconfig>) => void
  /** The bindings that there are: `ClusterRoleBinding/-/<name>: <subjects>`. */
  readonly bindings: () => readonly string[]
}

/** An account of Alibaba Cloud with clusters. */
export interface RbacWorld {
  readonly home: TestHome
  readonly sts: LocalSts
  readonly ram: LocalRam
  readonly ramState: RamState
  readonly cs: LocalContainerService
  /** By ID; the first one is `c1`. */
  readonly clusters: ReadonlyMap<string, RbacCluster>
  readonly c1: RbacCluster
  readonly env: Readonly<Record<string, string>>
  readonly run: (...args: readonly string[]) => Promise<CliResult>
  /** `<cluster>/<user>` of every call that takes access away, with ` forced` behind it. */
  readonly cleaned: () => readonly string[]
  readonly close: () => Promise<void>
}

export const user = (name: string): object => ({kind: 'User', apiGroup: RBAC, name})

type Given = {
  /** IDs of the clusters. */
  readonly clusters?: readonly string[]
  /** Whether all clusters have the same API server, to have many of them. */
  readonly sharesApiServer?: boolean
  /** Changes what the Container Service lists of a cluster. */
  readonly listed?: (cluster: LocalCluster) => Partial<LocalCluster>
}

/** Starts one with RAM user auditor, who calls, and alice, and RAM role admin. */
export const startRbacWorld = async ({
  clusters: ids = ['c1'],
  sharesApiServer = false,
  listed = () => ({}),
}: Given = {}): Promise<RbacWorld> => {
  const home = await makeHome()
  const sts = await startLocalSts({identities: [CALLER], roles: [{arn: `acs:ram::${ROOT_ID}:role/admin`}]})
  const ramState = createRamState(ROOT_ID)
  ramState.users.push({id: CALLER_ID, name: 'auditor'}, {id: ALICE_ID, name: 'alice'})
  ramState.roles.set('admin', {...addRole(ramState, 'admin', '{}'), id: ROLE_ID})
  const ram = await startLocalRam({identities: sts.identities, state: ramState})
  const clusters = new Map<string, RbacCluster>()
  const local: LocalCluster[] = []
  const ca = await createClusterCa(new Date())
  for (const id of ids) {
    const [first] = sharesApiServer ? clusters.values() : []
    const store = first?.store ?? createKubernetesStore()
    const api = first?.api ?? (await startApiServer({clusterId: id, sts, clientCa: ca, store}))
    const changes = createClusterState({enabled: false})
    changes.access.store = store
    clusters.set(id, clusterOf(id, api, store, changes.access))
    const cluster: LocalCluster = {
      id,
      name: `name of ${id}`,
      regionId: 'cn-hangzhou',
      state: 'running',
      server: api.url,
      privateServer: api.url.replace('127.0.0.1', 'localhost'),
      ca,
      caPem: api.caPem,
      changes,
      uidOf: () => CALLER_ID,
    }
    local.push({...cluster, ...listed(cluster)})
  }
  const cs = await startContainerService({identities: sts.identities, clusters: local, service: createServiceState()})
  const env = {
    ...envOf(CALLER),
    CS_ENDPOINT: cs.endpoint,
    RAM_ENDPOINT: ram.endpoint,
    ALIBABA_CLOUD_STS_ENDPOINT: sts.endpoint,
  }
  return {
    home,
    sts,
    ram,
    ramState,
    cs,
    clusters,
    c1: clusters.get('c1') as RbacCluster,
    env,
    run: async (...args) => {
      const result = await runCli(['rbac', ...args], {home: home.dir, env})
      expect(`${result.stdout}${result.stderr}`).to.not.match(/SECRET|PRIVATE KEY/)
      return result
    },
    cleaned: () =>
      cs.requests.flatMap(({action, clusterId, userId, query}) =>
        action === 'CleanClusterUserPermissions'
          ? [`${clusterId}/${userId}${query['Force'] === 'true' ? ' forced' : ''}`]
          : [],
      ),
    close: async () => {
      const apis = [...clusters.values()].map(({api}) => api)
      await Promise.all([sts, ram, cs, ...apis].map((server) => server.close()))
      await home.remove()
    },
  }
}

const clusterOf = (id: string, api: LocalApiServer, store: KubernetesStore, access: AccessState): RbacCluster => {
  const put = (list: string, metadata: StoredObject['metadata'], role: string, subjects: readonly object[]) =>
    putObject(store, list, {
      metadata: {
        uid: `uid-${metadata.name}`,
        resourceVersion: '7',
        creationTimestamp: '2026-01-02T03:04:05Z',
        ...metadata,
      },
      subjects,
      roleRef: {apiGroup: RBAC, kind: 'ClusterRole', name: role},
    })
  return {
    id,
    api,
    store,
    access,
    bindCluster: (name, ...subjects) => put(CLUSTER_BINDINGS, {name}, 'cs:admin', subjects),
    bind: (namespace, name, ...subjects) => put(BINDINGS, {name, namespace}, 'cs:ns:dev', subjects),
    issue: (userId, more) => access.kubeconfigs.push({account_id: userId, ...more}),
    bindings: () =>
      [CLUSTER_BINDINGS, BINDINGS].flatMap((list) =>
        (store.lists.get(list) ?? []).map(({metadata, subjects}) => {
          const kind = list === BINDINGS ? 'RoleBinding' : 'ClusterRoleBinding'
          const names = (subjects as readonly {name: string}[]).map(({name}) => name)
          return `${kind}/${metadata.namespace ?? '-'}/${metadata.name}: ${names.join(', ')}`
        }),
      ),
  }
}
