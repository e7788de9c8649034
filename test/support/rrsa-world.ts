import {
  createClusterState,
  createServiceState,
  type ClusterState,
  type ServiceState,
} from '../local-cloud/cluster-state.ts'
import {startApiServer, type LocalApiServer} from '../local-cloud/api-server.ts'
import {createClusterCa} from '../local-cloud/cluster-ca.ts'
import type {LocalCluster} from '../local-cloud/container-service-call.ts'
import {startContainerService, type LocalContainerService} from '../local-cloud/container-service.ts'
import {
  createKubernetesStore,
  putObject,
  type KubernetesStore,
  type StoredObject,
} from '../local-cloud/kubernetes-store.ts'
import {startOidcIssuer, type OidcIssuer} from '../local-cloud/oidc-issuer.ts'
import {createRamState, type RamState} from '../local-cloud/ram-state.ts'
import {startLocalRam, type LocalRam, type RamOptions} from '../local-cloud/ram.ts'
import {startLocalSts, type LocalSts} from '../local-cloud/sts.ts'
import {judgeByTrustPolicy} from '../local-cloud/trust-judge.ts'
import {ALICE, CLUSTER_ID, envOf} from './cluster-world.ts'
import {makeHome, type TestHome} from './home.ts'
import {runCli, type CliResult} from './run-cli.ts'

export const ACCOUNT = ALICE.accountId
export const PROVIDER_NAME = `ack-rrsa-${CLUSTER_ID}`
export const PROVIDER_ARN = `acs:ram::${ACCOUNT}:oidc-provider/${PROVIDER_NAME}`
export const AUDIENCE = 'sts.aliyuncs.com'
export const WEBHOOK = 'ack-pod-identity-webhook'
/** The second issuer of a cluster, which no token names. */
const SECOND_ISSUER = 'https://kubernetes.default.svc'

/** A cluster with RRSA, the RAM of its account, and an STS that judges tokens by the trust policies in it. */
export interface RrsaWorld {
  readonly home: TestHome
  readonly ram: LocalRam
  readonly ramState: RamState
  readonly cs: LocalContainerService
  readonly service: ServiceState
  readonly cluster: ClusterState
  readonly api: LocalApiServer
  readonly store: KubernetesStore
  readonly issuer: OidcIssuer
  readonly sts: LocalSts
  /** What a command line needs to reach all of it as alice. */
  readonly env: Readonly<Record<string, string>>
  readonly run: (args: readonly string[], env?: Record<string, string>) => Promise<CliResult>
  /** The changing calls that RAM, the Container Service and the API server had. */
  readonly writes: () => readonly string[]
  /** The role's trust policy. */
  readonly trustOf: (role: string) => TrustPolicy
  readonly addNamespace: (name: string, labels?: Record<string, string>) => StoredObject
  readonly addServiceAccount: (namespace: string, name: string, annotations?: Record<string, string>) => StoredObject
  readonly close: () => Promise<void>
}

export interface TrustPolicy {
  readonly Version?: string
  readonly Statement: readonly Statement[]
}

export interface Statement {
  readonly Effect: string
  readonly Action: unknown
  readonly Principal: {readonly Federated?: unknown; readonly RAM?: unknown}
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** The statement that a service account needs, as the Go tool writes it. */
export const statementFor = (issuer: string, subject: unknown, operator = 'StringEquals'): Statement => {
  const equal = {'oidc:aud': AUDIENCE, 'oidc:iss': issuer}
  return {
    Effect: 'Allow',
    Action: 'sts:AssumeRole',
    Principal: {Federated: [PROVIDER_ARN]},
    Condition:
      operator === 'StringEquals'
        ? {StringEquals: {...equal, 'oidc:sub': subject}}
        : {StringEquals: equal, StringLike: {'oidc:sub': subject}},
  }
}

export const policyOf = (...statements: readonly object[]): object => ({Statement: statements, Version: '1'})

const WRITES = /^(Create|Update|Delete|Attach|Detach|Modify|Install)/

const secondOf = (id: string, {issuer}: OidcIssuer): ClusterState =>
  createClusterState({
    enabled: true,
    issuer: issuer.replace(CLUSTER_ID, id),
    oidc_name: `ack-rrsa-${id}`,
    oidc_arn: PROVIDER_ARN.replace(CLUSTER_ID, id),
  })

/** Starts one; RRSA is on unless told otherwise. */
export const startRrsaWorld = async (
  given: {
    readonly enabled?: boolean
    /** The ID of a second cluster, with an OIDC provider and issuer of its own. */
    readonly second?: string
    readonly before?: NonNullable<RamOptions['before']>
  } = {},
): Promise<RrsaWorld> => {
  const home = await makeHome()
  const issuer = await startOidcIssuer(CLUSTER_ID)
  const ramState = createRamState(ACCOUNT)
  ramState.providers.set(PROVIDER_NAME, {issuer: issuer.issuer, clientIds: [AUDIENCE]})
  const cluster = createClusterState({
    enabled: given.enabled ?? true,
    issuer: `${issuer.issuer},${SECOND_ISSUER}`,
    audience: AUDIENCE,
    oidc_name: PROVIDER_NAME,
    oidc_arn: PROVIDER_ARN,
  })
  const store = createKubernetesStore(({namespace, name, audience, seconds}) => {
    const iat = Math.floor(Date.now() / 1000)
    const sub = `system:serviceaccount:${namespace}:${name}`
    return issuer.sign({iss: issuer.issuer, aud: [audience], sub, iat, exp: iat + seconds})
  })
  const sts = await startLocalSts({identities: [ALICE], judgeOidc: judgeByTrustPolicy(ramState, issuer)})
  const ca = await createClusterCa(new Date())
  const api = await startApiServer({clusterId: CLUSTER_ID, sts, clientCa: ca, store})
  const local: LocalCluster = {
    id: CLUSTER_ID,
    name: 'production',
    regionId: 'cn-hangzhou',
    state: 'running',
    server: api.url,
    privateServer: api.url,
    ca,
    caPem: api.caPem,
    changes: cluster,
  }
  const others =
    given.second === undefined ? [] : [{...local, id: given.second, changes: secondOf(given.second, issuer)}]
  const service = createServiceState()
  const cs = await startContainerService({identities: sts.identities, clusters: [local, ...others], service})
  const ram = await startLocalRam({
    identities: sts.identities,
    state: ramState,
    ...(given.before && {before: given.before}),
  })
  const env = {
    ...envOf(ALICE),
    CS_ENDPOINT: cs.endpoint,
    RAM_ENDPOINT: ram.endpoint,
    ACK_RAM_TOOL_IMS_ENDPOINT: ram.endpoint,
    ALIBABA_CLOUD_STS_ENDPOINT: sts.endpoint,
  }
  return {
    home,
    ram,
    ramState,
    cs,
    service,
    cluster,
    api,
    store,
    issuer,
    sts,
    env,
    run: (args, more = {}) => runCli(args, {home: home.dir, env: {...env, ...more}}),
    writes: () => [
      ...[...ram.requests, ...cs.requests].flatMap(({action = ''}) => (WRITES.test(action) ? [action] : [])),
      ...api.requests.flatMap(({method, path}) =>
        method === 'GET' || path.endsWith('/token') ? [] : [`${method} ${path}`],
      ),
    ],
    trustOf: (role) => JSON.parse(ramState.roles.get(role)?.trustPolicy ?? '{}') as TrustPolicy,
    addNamespace: (name, labels = {}) => putObject(store, '/api/v1/namespaces', {metadata: {name, labels}}),
    addServiceAccount: (namespace, name, annotations = {}) =>
      putObject(store, '/api/v1/serviceaccounts', {metadata: {name, namespace, annotations}}),
    close: async () => {
      await Promise.all([ram, cs, api, sts, issuer].map((server) => server.close()))
      await home.remove()
    },
  }
}
