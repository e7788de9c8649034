import {request, type RequestOptions} from 'node:https'
import {connect} from 'node:net'

import {expect} from 'chai'

import {startApiServer, type ApiServerOptions, type LocalApiServer} from './api-server.ts'
import {createCertificate, type Certificate} from './certificate.ts'
import {createClusterCa, type ClientCertificate, type ClusterCa} from './cluster-ca.ts'
import {signTokenV2} from './signing.ts'
import {startLocalSts, type LocalSts} from './sts.ts'

const CLUSTER_ID = 'c0123456789abcdef0123456789abcdef'
const KEY = {accessKeyId: 'LTAIuser', accessKeySecret: 'SECRET-of-user'}
const NOW = new Date('2026-11-24T10:00:00Z')
const ARN = 'acs:ram::1234567890123456:user/bob'

type SendOptions = Omit<RequestOptions, 'headers'> & {readonly headers?: Readonly<Record<string, string>>}

type Reply = {readonly status: number; readonly body: Readonly<Record<string, unknown>>}

describe('startApiServer', () => {
  let sts: LocalSts
  let server: LocalApiServer

  const start = async (options: Partial<ApiServerOptions> = {}): Promise<void> => {
    sts = await startLocalSts({identities: [{...KEY, arn: ARN, accountId: '1234567890123456'}]})
    server = await startApiServer({clusterId: CLUSTER_ID, sts, ...options})
  }

  afterEach(async () => {
    await server.close()
    await sts.close()
  })

  const token = (clusterId = CLUSTER_ID): string => signTokenV2(clusterId, new Date(), KEY)

  const send = (path: string, options: SendOptions = {}): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const headers = {authorization: `Bearer ${token()}`, ...options.headers}
      request(`${server.url}${path}`, {agent: false, ca: server.caPem, ...options, headers}, (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => (text += chunk))
        response.on('end', () => resolve({status: response.statusCode ?? 0, body: JSON.parse(text) as Reply['body']}))
      })
        .once('error', reject)
        .end()
    })

  it('has a certificate for 127.0.0.1 and localhost', async () => {
    await start()
    expect((await send('/version')).status).to.equal(200)
    const {port} = new URL(server.url)
    const byName = await send('/version', {host: '127.0.0.1', port, servername: 'localhost'})
    expect(byName.body).to.include({major: '1', minor: '32'})
  })

  it('names its core and its one other group, and their resources', async () => {
    await start()
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json'
    const kinds = []
    for (const path of ['/api', '/apis', '/api/v1', '/apis/authentication.k8s.io/v1']) {
      kinds.push((await send(path, {headers: {accept}})).body['kind'])
    }
    expect(kinds).to.deep.equal(['APIVersions', 'APIGroupList', 'APIResourceList', 'APIResourceList'])
  })

  it('lists namespaces, as a table only if it is asked for one', async () => {
    await start()
    const table = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'
    expect((await send('/api/v1/namespaces?limit=500', {headers: {accept: table}})).body['kind']).to.equal('Table')
    const {body} = await send('/api/v1/namespaces', {headers: {accept: 'application/json'}})
    expect(body).to.have.nested.property('items[0].metadata.name', 'default')
    expect(body['kind']).to.equal('NamespaceList')
  })

  it('answers a review with the canonical ARN as the user name', async () => {
    await start()
    const {status, body} = await send('/apis/authentication.k8s.io/v1/selfsubjectreviews', {method: 'POST'})
    expect(status).to.equal(201)
    expect(body['status']).to.deep.equal({
      userInfo: {username: ARN, groups: ['system:authenticated'], extra: {arn: [ARN], canonicalArn: [ARN]}},
    })
  })

  it('names users as they are mapped, and refuses those who are not', async () => {
    await start({mappings: {[ARN]: {username: 'bob', groups: ['dev']}}})
    const {body} = await send('/apis/authentication.k8s.io/v1/selfsubjectreviews', {method: 'POST'})
    expect(body)
      .to.have.nested.property('status.userInfo')
      .that.deep.includes({
        username: 'bob',
        groups: ['dev', 'system:authenticated'],
      })
    await server.close()
    await sts.close()
    await start({mappings: {}})
    expect((await send('/version')).status).to.equal(401)
    expect(server.requests[0]?.reason).to.equal(`arn ${ARN} is not mapped`)
  })

  it('answers 401 to a token that is absent or refused, and says why in its records only', async () => {
    await start()
    const refused = {status: 401, body: {kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure'}}
    for (const authorization of ['', 'Basic eDp5', 'Bearer x', `Bearer ${token('c-other')}`]) {
      const {status, body} = await send('/api', {headers: {authorization}})
      expect(status).to.equal(refused.status)
      expect(body).to.deep.include({...refused.body, reason: 'Unauthorized', message: 'Unauthorized', code: 401})
    }
    expect(server.requests.map(({reason}) => reason)).to.deep.equal([
      'request has no bearer token',
      'request has no bearer token',
      'token is missing expected prefix',
      'unexpected clusterid c-other in token',
    ])
  })

  it('answers 404 to everything else', async () => {
    await start()
    for (const [method, path] of [
      ['GET', '/api/v1/pods'],
      ['DELETE', '/api/v1/namespaces'],
    ] as const) {
      expect((await send(path, {method})).body).to.include({kind: 'Status', reason: 'NotFound', code: 404})
    }
    expect(server.requests).to.deep.equal([
      {method: 'GET', path: '/api/v1/pods', by: 'token', user: ARN, status: 404},
      {method: 'DELETE', path: '/api/v1/namespaces', by: 'token', user: ARN, status: 404},
    ])
  })

  describe('with client certificates', () => {
    const UNKNOWN = 'x509: certificate signed by unknown authority'
    const EXPIRED = 'x509: certificate has expired or is not yet valid'
    let clientCa: ClusterCa

    beforeEach(async () => {
      clientCa = await createClusterCa(NOW)
    })

    const issue = (ca = clientCa, now = NOW): Promise<ClientCertificate> =>
      ca.issue({uid: '201234567890123456', lifetimeSeconds: 900, now})

    /** Sends a review with a certificate, without a token by default. */
    const review = ({certPem, keyPem}: Certificate, authorization = ''): Promise<Reply> =>
      send('/apis/authentication.k8s.io/v1/selfsubjectreviews', {
        method: 'POST',
        cert: certPem,
        key: keyPem,
        headers: {authorization},
      })

    it('takes the user and the group from one that its CA issued', async () => {
      await start({clientCa, now: () => NOW})
      const certificate = await issue()
      const {status, body} = await review(certificate)
      expect(status).to.equal(201)
      expect(body['status']).to.deep.equal({
        userInfo: {username: certificate.commonName, groups: ['system:users', 'system:authenticated'], extra: {}},
      })
      expect(server.requests[0]).to.include({by: 'certificate', user: certificate.commonName, status: 201})
    })

    it('answers 401 to one of another CA of the same name, to one that signed itself, and to none', async () => {
      await start({clientCa, now: () => NOW})
      const other = await issue(await createClusterCa(NOW))
      for (const certificate of [other, await createCertificate()]) {
        expect((await review(certificate)).status).to.equal(401)
      }
      expect((await send('/version', {headers: {authorization: ''}})).status).to.equal(401)
      const reasons = server.requests.map(({reason}) => reason)
      expect(reasons).to.deep.equal([UNKNOWN, UNKNOWN, 'request has no bearer token'])
      expect(server.requests[0]).not.to.have.any.keys('by', 'user')
    })

    it('answers 401 to one that has ended, at its very end, and to one that has not begun', async () => {
      let now = NOW
      await start({clientCa, now: () => now})
      const certificate = await issue()
      now = new Date(certificate.expiration.getTime() - 1)
      expect((await review(certificate)).status).to.equal(201)
      now = certificate.expiration
      expect((await review(certificate)).status).to.equal(401)
      now = new Date(NOW.getTime() - 3_600_000)
      expect((await review(certificate)).status).to.equal(401)
      expect(server.requests.map(({reason}) => reason)).to.deep.equal([undefined, EXPIRED, EXPIRED])
    })

    it('does not take a certificate without its key', async () => {
      await start({clientCa, now: () => NOW})
      const {certPem} = await issue()
      const {keyPem} = await issue()
      const failed = await review({certPem, keyPem}).catch((error: unknown) => error)
      expect(failed).to.be.instanceOf(Error)
      expect(server.requests).to.deep.equal([])
    })

    it('looks at the token if there is no certificate, or a bad one', async () => {
      await start({clientCa, now: () => NOW})
      const bearer = `Bearer ${token()}`
      expect((await send('/version')).status).to.equal(200)
      expect((await review(await issue(await createClusterCa(NOW)), bearer)).status).to.equal(201)
      expect((await review(await issue(), 'Bearer x')).status).to.equal(201)
      expect(server.requests.map(({by}) => by)).to.deep.equal(['token', 'token', 'certificate'])
    })

    it('does not ask for certificates without a CA', async () => {
      await start()
      expect((await review(await issue())).status).to.equal(401)
      expect(server.requests[0]?.reason).to.equal('request has no bearer token')
    })
  })

  it('closes while a connection hangs in its handshake', async () => {
    await start()
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    await new Promise((resolve) => socket.once('connect', resolve))
    const closed = new Promise((resolve) => socket.once('close', resolve).once('error', () => undefined))
    await server.close()
    await closed
  })
})
