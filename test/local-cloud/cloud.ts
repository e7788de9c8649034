/** The services that the tool talks to, on this machine, with made-up users, roles and clusters, and a home directory. */
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'

import {startApiServer, type LocalApiServer} from './api-server.ts'
import {startCloudSsoServer} from './cloud-sso-server.ts'
import {createClusterCa} from './cluster-ca.ts'
import {createClusterState, createServiceState} from './cluster-state.ts'
import type {LocalCluster} from './container-service-call.ts'
import {startContainerService} from './container-service.ts'
import {startCredentialsUriServer} from './credentials-uri-server.ts'
import {createKubernetesStore, putObject} from './kubernetes-store.ts'
import {startMetadataServer} from './metadata-server.ts'
import {startOidcIssuer} from './oidc-issuer.ts'
import {addPolicy, createRamState} from './ram-state.ts'
import {startLocalRam} from './ram.ts'
import {userIdOf} from './sts-session.ts'
import {startLocalSts, type LocalSts} from './sts.ts'
import {judgeByTrustPolicy} from './trust-judge.ts'

const ACCOUNT = '1234567890123456'
const user = (name: string, userId: string) => ({
  accessKeyId: `LTAI-${name}`,
  accessKeySecret: `SECRET-of-${name}`,
  arn: `acs:ram::${ACCOUNT}:user/${name}`,
  accountId: ACCOUNT,
  userId,
})
export const ALICE = user('alice', '200000000000000001')
const BOB = user('bob', '200000000000000002')
/** A RAM user that is deleted, and whose access is still there. */
export const GONE_ID = '200000000000000003'
const uidOf = (arn: string): string => [ALICE, BOB].find((user) => user.arn === arn)?.userId ?? userIdOf(arn)
export const roleArn = (name: string): string => `acs:ram::${ACCOUNT}:role/${name}`
const PROVIDER = `acs:ram::${ACCOUNT}:oidc-provider/ack-rrsa`
const OIDC_TOKEN = 'SECRET-oidc-token'
const SSO = {accessToken: 'SECRET-access-token', accountId: ACCOUNT, accessConfigurationId: 'ac-developer'}
const WEEK_SECONDS = 7 * 24 * 3600

const tagged = (value: string) => [{key: 'env', value}]
export const CLUSTERS = [
  {id: 'c0123456789abcdef0123456789abcdef', name: 'production', regionId: 'cn-hangzhou', tags: tagged('prod')},
  {id: 'c1123456789abcdef0123456789abcdef', name: 'staging', regionId: 'eu-central-1', tags: tagged('test')},
  {id: 'c2123456789abcdef0123456789abcdef', name: 'of-bob-alone', regionId: 'eu-central-1', allowedArns: [BOB.arn]},
  {id: 'c3123456789abcdef0123456789abcdef', name: 'leaving', regionId: 'eu-central-1', state: 'deleting'},
] as const
export const [PRODUCTION] = CLUSTERS

/** The cloud while it runs. */
export interface LocalCloud {
  /** A home directory whose profiles log in to it in every way. */
  readonly home: string
  readonly profiles: readonly (readonly [name: string, mode: string])[]
  /** What leads a program there. */
  readonly environment: Readonly<Record<string, string>>
  readonly write: (name: string, content: string | object, mode?: number) => Promise<string>
  /** Ends it, and removes the home directory. */
  readonly close: () => Promise<void>
}

/**
 * Starts all of it.
 *
 * @param names - of the clusters
 */
export const startLocalCloud = async (
  names: readonly string[] = CLUSTERS.map(({name}) => name),
): Promise<LocalCloud> => {
  const home = await mkdtemp(join(tmpdir(), 'ack-ram-tool-cloud-'))
  const write = async (name: string, content: string | object, mode = 0o600): Promise<string> => {
    const path = join(home, name)
    await mkdir(dirname(path), {recursive: true, mode: 0o700})
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content, undefined, 2), {mode})
    return path
  }

  const issuer = await startOidcIssuer(PRODUCTION.id)
  const ramState = createRamState(ACCOUNT)
  addPolicy(ramState, 'System', 'AliyunOSSReadOnlyAccess')
  ramState.users.push({id: ALICE.userId, name: 'alice'}, {id: BOB.userId, name: 'bob'})
  const sts = await startLocalSts({
    identities: [ALICE, BOB],
    roles: [{arn: roleArn('admin')}, {arn: roleArn('audit'), externalId: 'right-id'}],
    oidc: [{providerArn: PROVIDER, token: OIDC_TOKEN, roleArn: roleArn('pod')}],
    judgeOidc: judgeByTrustPolicy(ramState, issuer),
  })
  const sessionOf = (role: string) => (): ReturnType<LocalSts['issue']> =>
    sts.issue(`acs:ram::${ACCOUNT}:assumed-role/${role}/session`)
  const apis: LocalApiServer[] = []
  const clusters: LocalCluster[] = []
  for (const cluster of CLUSTERS.filter(({name}) => names.includes(name))) {
    const ca = await createClusterCa(new Date())
    const store = createKubernetesStore(({namespace, name, audience, seconds}) => {
      const iat = Math.floor(Date.now() / 1000)
      const sub = `system:serviceaccount:${namespace}:${name}`
      return issuer.sign({iss: issuer.issuer, aud: [audience], sub, iat, exp: iat + seconds})
    })
    for (const name of ['default', 'kube-system']) putObject(store, '/api/v1/namespaces', {metadata: {name}})
    const api = await startApiServer({clusterId: cluster.id, sts, clientCa: ca, store})
    apis.push(api)
    const {url: server, caPem} = api
    const name = `ack-rrsa-${cluster.id}`
    const changes = createClusterState({
      enabled: false,
      issuer: issuer.issuer,
      audience: 'sts.aliyuncs.com',
      oidc_name: name,
      oidc_arn: `acs:ram::${ACCOUNT}:oidc-provider/${name}`,
    })
    changes.access.store = store
    changes.access.kubeconfigs.push({account_id: GONE_ID, account_name: 'carol', account_state: 'Deleted'})
    for (const userId of [BOB.userId, GONE_ID])
      putObject(store, '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
        metadata: {name: `${userId}-clusterrolebinding`},
        subjects: [{kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: userId}],
        roleRef: {apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cs:admin'},
      })
    ramState.providers.set(name, {issuer: issuer.issuer, clientIds: ['sts.aliyuncs.com']})
    clusters.push({state: 'running', ...cluster, server, privateServer: server, ca, caPem, changes, uidOf})
  }
  const service = {...createServiceState(), nextTask: ['running', 'success']}
  const cs = await startContainerService({identities: sts.identities, clusters, service})
  const ram = await startLocalRam({identities: sts.identities, state: ramState})
  const metadata = await startMetadataServer({role: {name: 'node-role', credentials: sessionOf('node-role')}})
  const uri = await startCredentialsUriServer({body: {Code: 'Success', ...sessionOf('uri')()}})
  const sso = await startCloudSsoServer({
    accessToken: SSO.accessToken,
    assignments: [SSO],
    mint: sessionOf('developer'),
  })
  const services = [sts, ...apis, cs, ram, issuer, metadata, uri, sso]

  const PAIR = {access_key_id: ALICE.accessKeyId, access_key_secret: ALICE.accessKeySecret}
  const printed = await write(
    'print-credentials.cjs',
    `console.log(${JSON.stringify(JSON.stringify({mode: 'AK', ...PAIR}))})\n`,
  )
  const PROFILES: readonly (readonly [name: string, mode: string, fields: object])[] = [
    ['alice', 'AK', PAIR],
    ['production', 'AK', PAIR],
    ['bob', 'AK', {access_key_id: BOB.accessKeyId, access_key_secret: BOB.accessKeySecret}],
    ['admin', 'RamRoleArn', {...PAIR, ram_role_arn: roleArn('admin'), ram_session_name: 'me'}],
    [
      'chain',
      'ChainableRamRoleArn',
      {source_profile: 'admin', ram_role_arn: roleArn('audit'), ram_session_name: 'me', external_id: 'right-id'},
    ],
    ['instance', 'EcsRamRole', {}],
    ['uri', 'CredentialsURI', {credentials_uri: uri.url}],
    [
      'sso',
      'CloudSSO',
      {
        cloud_sso_sign_in_url: sso.signInUrl,
        cloud_sso_account_id: SSO.accountId,
        cloud_sso_access_config: SSO.accessConfigurationId,
        access_token: SSO.accessToken,
        cloud_sso_access_token_expire: Math.floor(Date.now() / 1000) + WEEK_SECONDS,
      },
    ],
    [
      'pod',
      'OIDC',
      {
        oidc_provider_arn: PROVIDER,
        oidc_token_file: await write('oidc-token', OIDC_TOKEN),
        ram_role_arn: roleArn('pod'),
        ram_session_name: 'me',
      },
    ],
    ['process', 'External', {process_command: `"${process.execPath}" "${printed}"`}],
  ]
  await write('.aliyun/config.json', {
    current: 'alice',
    profiles: PROFILES.map(([name, mode, fields]) => ({name, mode, ...fields})),
  })
  const environment = {
    HOME: home,
    ALIBABA_CLOUD_STS_ENDPOINT: sts.endpoint,
    CS_ENDPOINT: cs.endpoint,
    RAM_ENDPOINT: ram.endpoint,
    IMS_ENDPOINT: ram.endpoint,
    ALIBABA_CLOUD_IMDS_ENDPOINT: metadata.endpoint,
  }
  return {
    home,
    profiles: PROFILES.map(([name, mode]) => [name, mode]),
    environment,
    write,
    close: async () => {
      await Promise.all(services.map((service) => service.close()))
      await rm(home, {recursive: true, force: true})
    },
  }
}
