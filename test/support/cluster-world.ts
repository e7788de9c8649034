import {startApiServer, type LocalApiServer} from '../local-cloud/api-server.ts'
import {createClusterCa, type ClusterCa} from '../local-cloud/cluster-ca.ts'
import type {LocalCluster} from '../local-cloud/container-service-call.ts'
import {
  startContainerService,
  type ContainerServiceOptions,
  type LocalContainerService,
} from '../local-cloud/container-service.ts'
import type {StsIdentity} from '../local-cloud/sts-caller.ts'
import {startLocalSts, type LocalSts} from '../local-cloud/sts.ts'

export const CLUSTER_ID = 'c0123456789abcdef0123456789abcdef'
export const ROLE = 'acs:ram::1:role/admin'
export const ALICE: StsIdentity = {
  accessKeyId: 'LTAI-alice',
  accessKeySecret: 'SECRET-of-alice',
  arn: 'acs:ram::1:user/alice',
  accountId: '1',
  userId: '2001',
}
export const BOB: StsIdentity = {
  accessKeyId: 'LTAI-bob',
  accessKeySecret: 'SECRET-of-bob',
  arn: 'acs:ram::1:user/bob',
  accountId: '1',
  userId: '2002',
}
const UIDS: Readonly<Record<string, string | undefined>> = {[ALICE.arn]: ALICE.userId, [BOB.arn]: BOB.userId}

/** One cluster with its API server, the Container Service that knows it, and the STS that knows its users. */
export interface ClusterWorld {
  readonly sts: LocalSts
  readonly cs: LocalContainerService
  readonly api: LocalApiServer
  readonly ca: ClusterCa
  readonly cluster: LocalCluster
  /** The calls of the Container Service that gave a certificate. */
  readonly issued: () => readonly object[]
  readonly close: () => Promise<void>
}

type Given = Omit<Partial<ContainerServiceOptions>, 'clusters'> & {
  readonly clusters?: (cluster: LocalCluster) => readonly LocalCluster[]
}

export const startClusterWorld = async ({clusters, ...given}: Given = {}): Promise<ClusterWorld> => {
  const now = given.now ?? ((): Date => new Date())
  const ca = await createClusterCa(now())
  const sts = await startLocalSts({identities: [ALICE, BOB], roles: [{arn: ROLE}], now})
  const api = await startApiServer({clusterId: CLUSTER_ID, sts, clientCa: ca, now})
  const cluster: LocalCluster = {
    id: CLUSTER_ID,
    name: 'production',
    regionId: 'cn-hangzhou',
    state: 'running',
    server: api.url,
    privateServer: api.url.replace('127.0.0.1', 'localhost'),
    ca,
    caPem: api.caPem,
    uidOf: (arn) => UIDS[arn] ?? '3003',
  }
  const cs = await startContainerService({
    identities: sts.identities,
    clusters: clusters?.(cluster) ?? [cluster],
    ...given,
  })
  return {
    sts,
    cs,
    api,
    ca,
    cluster,
    issued: () =>
      cs.requests.filter(({action, status}) => action === 'DescribeClusterUserKubeconfig' && status === 200),
    close: async () => {
      await cs.close()
      await api.close()
      await sts.close()
    },
  }
}

/** An identity's AccessKey in the environment. */
export const envOf = ({accessKeyId, accessKeySecret}: StsIdentity): Record<string, string> => ({
  ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId,
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKeySecret,
})

/** An identity's AccessKey as a profile of config.json. */
export const profileOf = (name: string, {accessKeyId, accessKeySecret}: StsIdentity): object => ({
  name,
  mode: 'AK',
  access_key_id: accessKeyId,
  access_key_secret: accessKeySecret,
})
