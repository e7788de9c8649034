import {X509Certificate} from 'node:crypto'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {expect} from 'chai'
import {parse} from 'yaml'

import {startApiServer} from './api-server.ts'
import {findCertificateFault} from './client-certificate.ts'
import {createClusterCa, type ClusterCa} from './cluster-ca.ts'
import type {LocalCluster} from './container-service-call.ts'
import {
  callContainerService,
  containerServiceRequest,
  sendContainerService,
  type ContainerServiceReply,
} from './container-service-client.ts'
import {startContainerService, type ContainerServiceOptions, type LocalContainerService} from './container-service.ts'
import {isKubectlPresent, runKubectl} from './kubectl.ts'
import type {WireCredentials} from './minted-credentials.ts'
import {signAcs3, type Acs3Request, type SigningKey} from './signing.ts'
import type {StsIdentity} from './sts-caller.ts'
import {NOW, SESSION, startSts, USER} from './sts-client.ts'

type Config = {
  readonly clusters: readonly [{readonly cluster: Readonly<Record<string, string>>; readonly name: string}]
  readonly contexts: readonly [object]
  readonly 'current-context': string
  readonly users: readonly [{readonly name: unknown; readonly user: Readonly<Record<string, string>>}]
}

const CLUSTER_ID = 'c0123456789abcdef0123456789abcdef'
const PATH = `/k8s/${CLUSTER_ID}/user_config`
const LIST = '/api/v1/clusters'

describe('startContainerService', () => {
  let ca: ClusterCa
  let service: LocalContainerService

  before(async () => {
    ca = await createClusterCa(NOW)
  })

  afterEach(() => service.close())

  const cluster = (changes: Partial<LocalCluster> = {}): LocalCluster => ({
    id: CLUSTER_ID,
    name: 'shop',
    regionId: 'cn-hangzhou',
    state: 'running',
    server: 'https://192.0.2.1:6443',
    privateServer: 'https://10.0.0.1:6443',
    ca,
    caPem: 'PEM of the API server',
    ...changes,
  })

  const start = async (options: Partial<ContainerServiceOptions> = {}): Promise<void> => {
    service = await startContainerService({
      identities: () => [USER, SESSION],
      clusters: [cluster()],
      now: () => NOW,
      ...options,
    })
  }

  const request = (changes: Partial<Acs3Request> = {}, key: SigningKey = USER, at = NOW): Acs3Request => ({
    ...containerServiceRequest(service, {path: PATH, at, ...changes}, key),
    ...changes,
  })
  const call = (changes: Partial<Acs3Request> = {}, key: SigningKey = USER, at = NOW): Promise<ContainerServiceReply> =>
    callContainerService(service, request(changes, key, at), key)
  const codeOf = async (reply: Promise<ContainerServiceReply>): Promise<string> => {
    const {status, body} = await reply
    return `${status} ${String(body['code'])}`
  }
  const configOf = async (reply: Promise<ContainerServiceReply>): Promise<Config> =>
    parse(String((await reply).body['config'])) as Config
  const certificateOf = ({users: [{user}]}: Config): X509Certificate =>
    new X509Certificate(decode(user['client-certificate-data']))
  const keyOf = ({AccessKeyId, AccessKeySecret, SecurityToken}: WireCredentials): SigningKey => ({
    accessKeyId: AccessKeyId,
    accessKeySecret: AccessKeySecret,
    securityToken: SecurityToken,
  })
  const decode = (base64 = ''): string => Buffer.from(base64, 'base64').toString('utf8')

  describe('DescribeClusterUserKubeconfig', () => {
    it("makes a kubeconfig with the caller's certificate, and says when it ends", async () => {
      await start()
      const {status, body} = await call({query: {TemporaryDurationMinutes: '180', PrivateIpAddress: 'false'}})
      expect(status).to.equal(200)
      expect(body).to.have.all.keys('config', 'expiration')
      expect(body['expiration']).to.equal('2026-11-24T13:00:00Z')
      const config = parse(String(body['config'])) as Config
      const [{name: uid, user}] = config.users
      expect(uid).to.match(/^\d{18}$/)
      expect(config).to.deep.include({
        apiVersion: 'v1',
        kind: 'Config',
        preferences: {},
        'current-context': `${String(uid)}-${CLUSTER_ID}`,
        contexts: [{context: {cluster: 'kubernetes', user: uid}, name: `${String(uid)}-${CLUSTER_ID}`}],
      })
      expect(config.clusters[0].cluster['server']).to.equal('https://192.0.2.1:6443')
      expect(decode(config.clusters[0].cluster['certificate-authority-data'])).to.equal('PEM of the API server')
      expect(certificateOf(config).subject).to.match(new RegExp(`^O=system:users\nCN=${String(uid)}-\\d{10}$`))
      expect(new Date(certificateOf(config).validTo).toISOString()).to.equal('2026-11-24T13:00:00.000Z')
      expect(findCertificateFault(certificateOf(config), {ca, now: NOW})).to.equal(undefined)
      expect(decode(user['client-key-data'])).to.match(/^-----BEGIN PRIVATE KEY-----\n/)
    })

    it('writes block style, and the uid in quotes', async () => {
      await start({clusters: [cluster({uidOf: (arn) => (arn === USER.arn ? '200000000000000001' : '')})]})
      const config = String((await call()).body['config'])
      expect(config.split('\n')).to.include.members([
        'apiVersion: v1',
        'preferences: {}',
        '      user: "200000000000000001"',
        '  - name: "200000000000000001"',
        `current-context: 200000000000000001-${CLUSTER_ID}`,
      ])
    })

    it('gives the private address if it is asked for, and three years if no duration is', async () => {
      await start()
      const reply = call({query: {PrivateIpAddress: 'true'}})
      expect((await configOf(reply)).clusters[0].cluster['server']).to.equal('https://10.0.0.1:6443')
      expect((await reply).body['expiration']).to.equal('2029-11-23T10:00:00Z')
    })

    it('refuses other durations and addresses', async () => {
      await start()
      for (const minutes of ['15', '4320']) {
        expect((await call({query: {TemporaryDurationMinutes: minutes}})).status, minutes).to.equal(200)
      }
      for (const minutes of ['14', '4321', '0', '-15', '15.5', '', '3h']) {
        const reply = call({query: {TemporaryDurationMinutes: minutes}})
        expect(await codeOf(reply), minutes).to.equal('400 InvalidParameter')
      }
      expect(await codeOf(call({query: {PrivateIpAddress: 'yes'}}))).to.equal('400 InvalidParameter')
    })

    it('names callers by numbers: one for each user, one for each role', async () => {
      const sts = await startSts()
      await start({identities: sts.identities})
      const uids = [(await configOf(call())).users[0].name]
      for (const arn of ['role/dev/desk', 'role/dev/laptop', 'role/ops/desk']) {
        const key = keyOf(sts.issue(`acs:ram::1:assumed-${arn}`))
        uids.push((await configOf(call({}, key))).users[0].name)
      }
      await sts.close()
      expect(uids[1]).to.equal(uids[2])
      expect(new Set(uids).size).to.equal(3)
    })

    it('breaks its answer as it is told', async () => {
      const {keyPem} = await ca.issue({uid: '1', lifetimeSeconds: 900, now: NOW})
      const otherKey = Buffer.from(keyPem).toString('base64')
      await start({
        distort: ({config}) => ({config: config.replace(/client-key-data: .*/, `client-key-data: ${otherKey}`)}),
      })
      const {body} = await call()
      expect(body).to.have.all.keys('config')
      expect((await configOf(call())).users[0].user['client-key-data']).to.equal(otherKey)
    })

    it('knows no other clusters', async () => {
      await start()
      const {status, body} = await call({path: '/k8s/c-other/user_config'})
      expect(status).to.equal(404)
      expect(body).to.have.all.keys('code', 'message', 'requestId')
      expect(body['code']).to.equal('ErrorClusterNotFound')
    })

    it('is for those who are allowed to, and tells others what they lack', async () => {
      const clusters = [cluster({allowedArns: ['acs:ram::1:role/dev']})]
      await start({clusters})
      expect((await call({}, SESSION)).status).to.equal(200)
      const {status, body} = await call()
      expect(status).to.equal(403)
      expect(body).to.include({
        code: 'StatusForbidden',
        message: 'RAM policy Forbidden for action cs:DescribeClusterUserKubeconfig',
      })
      clusters[0] = cluster({allowedArns: [USER.arn]})
      expect((await call({}, SESSION)).body['message']).to.include('STSToken policy Forbidden for action cs:')
      expect((await call()).status).to.equal(200)
    })
  })

  describe('DescribeClustersV1', () => {
    const others = Array.from({length: 11}, (_, index) => ({
      id: `c${index}`,
      name: `shop-${index}`,
      regionId: 'cn-beijing',
    }))
    const idsOf = ({body}: ContainerServiceReply): string[] =>
      (body['clusters'] as {readonly cluster_id: string}[]).map(({cluster_id: id}) => id)
    const list = (query: Readonly<Record<string, string>> = {}): Promise<ContainerServiceReply> =>
      call({path: LIST, query})

    it('describes clusters, with their addresses as JSON in a text', async () => {
      await start()
      const {status, body} = await list()
      expect(status).to.equal(200)
      expect(body['page_info']).to.deep.equal({page_number: 1, page_size: 10, total_count: 1})
      const [first] = body['clusters'] as [Readonly<Record<string, string>>]
      expect(first).to.include({cluster_id: CLUSTER_ID, name: 'shop', region_id: 'cn-hangzhou', state: 'running'})
      expect(JSON.parse(first['master_url'] ?? '')).to.deep.equal({
        api_server_endpoint: 'https://192.0.2.1:6443',
        intranet_api_server_endpoint: 'https://10.0.0.1:6443',
      })
    })

    it('gives one page of ten by default, and of those that the filters leave', async () => {
      await start({clusters: [cluster(), ...others.map((other) => cluster(other))]})
      expect(idsOf(await list())).to.have.length(10)
      const second = await list({page_number: '2'})
      expect(idsOf(second)).to.deep.equal(['c9', 'c10'])
      expect(second.body['page_info']).to.deep.equal({page_number: 2, page_size: 10, total_count: 12})
      expect(idsOf(await list({page_size: '1', page_number: '3'}))).to.deep.equal(['c1'])
      expect(idsOf(await list({page_number: '9'}))).to.deep.equal([])
      expect(idsOf(await list({region_id: 'cn-hangzhou'}))).to.deep.equal([CLUSTER_ID])
      expect(idsOf(await list({cluster_id: 'c1'}))).to.deep.equal(['c1'])
      expect(idsOf(await list({name: 'shop-1'}))).to.deep.equal(['c1', 'c10'])
    })

    it('refuses other page numbers and sizes', async () => {
      await start()
      for (const query of [
        {page_number: '0'},
        {page_number: ''},
        {page_size: '0'},
        {page_size: '101'},
        {page_size: 'x'},
      ]) {
        expect(await codeOf(list(query)), JSON.stringify(query)).to.equal('400 InvalidParameter')
      }
      expect((await list({page_size: '100'})).status).to.equal(200)
    })

    it('is for those who are allowed to', async () => {
      await start({listAllowed: (arn) => arn === SESSION.arn})
      expect((await call({path: LIST}, SESSION)).status).to.equal(200)
      const {status, body} = await list()
      expect(status).to.equal(403)
      expect(body).to.include({
        code: 'StatusForbidden',
        message: 'RAM policy Forbidden for action cs:DescribeClustersV1',
      })
    })
  })

  it('refuses a wrong secret, and a path, query or header that is not the signed one', async () => {
    const clusters = [cluster(), cluster({id: 'c-other'})]
    await start({clusters})
    expect(await codeOf(call({}, {...USER, accessKeySecret: 'SECRET-wrong'}))).to.equal('400 SignatureDoesNotMatch')
    const signed = request({query: {TemporaryDurationMinutes: '15'}})
    const changes = [
      {path: '/k8s/c-other/user_config'},
      {query: {TemporaryDurationMinutes: '4320'}},
      {query: {}},
      {query: {...signed.query, PrivateIpAddress: 'true'}},
      {headers: {...signed.headers, 'x-acs-date': '2026-11-24T10:00:01Z'}},
      {headers: {...signed.headers, 'x-acs-signature-nonce': 'another'}},
    ]
    for (const change of changes) {
      const reply = sendContainerService(service, {...signed, ...change}, signAcs3(signed, USER))
      expect(await codeOf(reply), JSON.stringify(change)).to.equal('400 SignatureDoesNotMatch')
    }
    const elsewhere = request({headers: {...signed.headers, host: 'cs.aliyuncs.com'}})
    expect(await codeOf(callContainerService(service, elsewhere, USER))).to.equal('400 SignatureDoesNotMatch')
    expect((await callContainerService(service, signed, USER)).status).to.equal(200)
  })

  it('refuses a nonce that was used, by whomever', async () => {
    await start()
    const used = request()
    expect((await callContainerService(service, used, USER)).status).to.equal(200)
    expect(await codeOf(callContainerService(service, used, USER))).to.equal('400 SignatureNonceUsed')
    const nonce = used.headers['x-acs-signature-nonce'] ?? ''
    const other = request({}, SESSION)
    const reply = call({headers: {...other.headers, 'x-acs-signature-nonce': nonce}}, SESSION)
    expect(await codeOf(reply)).to.equal('400 SignatureNonceUsed')
  })

  it('wants host, nonce, action, version and all else, and signed', async () => {
    await start()
    const without = (name: string): Acs3Request => {
      const all = request()
      return {...all, headers: Object.fromEntries(Object.entries(all.headers).filter(([key]) => key !== name))}
    }
    const expected = {
      host: '400 IncompleteSignature',
      'x-acs-action': '400 MissingParameter',
      'x-acs-content-sha256': '400 MissingParameter',
      'x-acs-date': '400 MissingParameter',
      'x-acs-signature-nonce': '400 MissingParameter',
      'x-acs-version': '400 MissingParameter',
    }
    for (const [name, code] of Object.entries(expected)) {
      expect(await codeOf(callContainerService(service, without(name), USER)), name).to.equal(code)
    }
    expect(await codeOf(sendContainerService(service, request(), ''))).to.equal('400 IncompleteSignature')
  })

  it('knows no other actions, versions, methods or paths', async () => {
    await start()
    const {headers} = request()
    const changes = [
      {headers: {...headers, 'x-acs-action': 'DescribeClustersV1'}},
      {headers: {...headers, 'x-acs-version': '2015-04-01'}},
      {method: 'POST'},
      {path: '/k8s/a/b/user_config'},
      {path: '/'},
      {path: `${LIST}/`},
    ]
    for (const change of changes) {
      expect(await codeOf(call(change)), JSON.stringify(change)).to.equal('404 InvalidAction.NotFound')
    }
  })

  it('refuses a date that is 15 minutes away, before and after', async () => {
    await start()
    for (const minutes of [-16, 16]) {
      const at = new Date(NOW.getTime() + minutes * 60_000)
      expect(await codeOf(call({}, USER, at)), `${minutes}`).to.equal('400 InvalidTimeStamp.Expired')
    }
    expect((await call({}, USER, new Date(NOW.getTime() - 14 * 60_000))).status).to.equal(200)
  })

  it('refuses an access key that is unknown or inactive', async () => {
    let identities: readonly StsIdentity[] = []
    await start({identities: () => identities})
    expect(await codeOf(call())).to.equal('404 InvalidAccessKeyId.NotFound')
    identities = [{...USER, status: 'Inactive'}]
    expect(await codeOf(call())).to.equal('403 InvalidAccessKeyId.Inactive')
    identities = [USER]
    expect((await call()).status).to.equal(200)
  })

  it('refuses temporary credentials without their token, with another one, or after their end', async () => {
    await start({identities: () => [USER, {...SESSION, expiration: NOW}]})
    expect(await codeOf(call({}, {...SESSION, securityToken: ''}))).to.equal('400 MissingSecurityToken')
    const other = {...SESSION, securityToken: 'SECRET-other'}
    expect(await codeOf(call({}, other))).to.equal('400 InvalidSecurityToken.Malformed')
    expect(await codeOf(call({}, SESSION))).to.equal('400 InvalidSecurityToken.Expired')
  })

  it('knows what a local STS has issued', async () => {
    const sts = await startSts()
    await start({identities: sts.identities})
    expect((await call({}, keyOf(sts.issue(SESSION.arn)))).status).to.equal(200)
    expect((await call()).status).to.equal(200)
    await sts.close()
  })

  it('remembers requests and whose they were, without secrets', async () => {
    await start({listAllowed: () => false})
    await call({query: {TemporaryDurationMinutes: '15', other: SESSION.securityToken}}, SESSION)
    await call({path: LIST, query: {page_size: '5'}})
    await call({}, {...USER, accessKeySecret: 'SECRET-wrong'})
    expect(service.requests).to.deep.equal([
      {
        method: 'GET',
        action: 'DescribeClusterUserKubeconfig',
        clusterId: CLUSTER_ID,
        query: {TemporaryDurationMinutes: '15'},
        accessKeyId: 'STS.session',
        tokenInUrl: true,
        arn: SESSION.arn,
        status: 200,
      },
      {
        method: 'GET',
        action: 'DescribeClustersV1',
        query: {page_size: '5'},
        accessKeyId: 'LTAIuser',
        arn: USER.arn,
        status: 403,
        code: 'StatusForbidden',
      },
      {
        method: 'GET',
        action: 'DescribeClusterUserKubeconfig',
        clusterId: CLUSTER_ID,
        query: {},
        accessKeyId: 'LTAIuser',
        status: 400,
        code: 'SignatureDoesNotMatch',
      },
    ])
    expect(JSON.stringify(service.requests)).not.to.include('SECRET')
  })

  it('fails as it is told, in its own form of an error', async () => {
    await start({faults: [{status: 503, code: 'ServiceUnavailable'}]})
    service.failNext(1, {status: 429, code: 'Throttling.User'})
    const {status, body} = await call()
    expect(status).to.equal(503)
    expect(body).to.have.all.keys('code', 'message', 'requestId')
    expect(await codeOf(call())).to.equal('429 Throttling.User')
    expect(service.requests[1]).to.include({status: 429, code: 'Throttling.User'})
    expect((await call()).status).to.equal(200)
  })

  it('speaks TLS under the names that it is given', async () => {
    await start({tls: {names: ['cs.aliyuncs.com']}})
    expect(service.endpoint).to.match(/^https:/)
    expect(new X509Certificate(service.caPem).checkHost('cs.aliyuncs.com')).to.equal('cs.aliyuncs.com')
    await service.close()
    await service.close()
  })

  const withKubectl = isKubectlPresent() || process.env['CI'] ? it : it.skip

  withKubectl('hands out kubeconfigs with which kubectl logs in', async () => {
    const sts = await startSts()
    const api = await startApiServer({clusterId: CLUSTER_ID, sts, clientCa: ca, now: () => NOW})
    await start({clusters: [cluster({server: api.url, caPem: api.caPem})], now: () => NOW})
    const home = await mkdtemp(join(tmpdir(), 'local-cloud-'))
    const kubeconfig = join(home, 'kubeconfig')
    await writeFile(kubeconfig, String((await call()).body['config']))
    const result = await runKubectl(['auth', 'whoami', '-o', 'jsonpath={.status.userInfo}'], {kubeconfig, home})
    expect(result).to.include({exitCode: 0, stderr: ''})
    expect(JSON.parse(result.stdout)).to.have.property('groups').that.includes('system:users')
    expect(api.requests.at(-1)).to.include({by: 'certificate', status: 201})
    await rm(home, {recursive: true})
    await api.close()
    await sts.close()
  })
})
