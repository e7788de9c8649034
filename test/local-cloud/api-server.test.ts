import {request, type RequestOptions} from 'node:https'
import {connect} from 'node:net'

import {expect} from 'chai'

import {startApiServer, type ApiServerOptions, type LocalApiServer} from './api-server.ts'
import {signTokenV2} from './signing.ts'
import {startLocalSts, type LocalSts} from './sts.ts'

const CLUSTER_ID = 'c0123456789abcdef0123456789abcdef'
const KEY = {accessKeyId: 'LTAIuser', accessKeySecret: 'SECRET-of-user'}
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
      {method: 'GET', path: '/api/v1/pods', status: 404},
      {method: 'DELETE', path: '/api/v1/namespaces', status: 404},
    ])
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
