import {expect} from 'chai'

import {apiPath, ApiServerError, type ApiServer} from '../../../src/lib/api-server/api-call.ts'
import {
  applyObject,
  createObject,
  entriesOf,
  getObject,
  listPages,
  nameOf,
  patchObject,
} from '../../../src/lib/api-server/objects.ts'
import {requestToken, SERVICE_ACCOUNTS, serviceAccountPath} from '../../../src/lib/api-server/service-accounts.ts'
import {Secret} from '../../../src/lib/base/secret.ts'
import type {Transport} from '../../../src/lib/transport/http.ts'
import {createTransport} from '../../../src/lib/transport/transport.ts'
import {startApiServer, type LocalApiServer} from '../../local-cloud/api-server.ts'
import {createClusterCa, type ClusterCa} from '../../local-cloud/cluster-ca.ts'
import {createKubernetesStore, putObject, type KubernetesStore} from '../../local-cloud/kubernetes-store.ts'
import {startLocalSts, type LocalSts} from '../../local-cloud/sts.ts'
import {rejectionOf} from '../../support/rejection-of.ts'
import {recordingLog, testRuntime} from '../../support/runtime.ts'

const PATH = serviceAccountPath('ns1', 'sa1')

describe('the reader of an API server', () => {
  it('has no path that leads elsewhere than its steps', () => {
    expect(apiPath('api', 'a b', '...', 'c:d?e#f')).to.equal('/api/a%20b/.../c%3Ad%3Fe%23f')
    for (const step of ['', '.', '..', 'a/b', '%2e%2e', '../x'])
      expect(() => apiPath('api', step), step).to.throw('Kubernetes has no object of this name')
  })

  it('calls below the path of the server, as kubectl does', async () => {
    const urls: string[] = []
    const transport: Transport = ({url}) => {
      urls.push(url)
      return Promise.resolve({status: 200, body: '{}'})
    }
    const tls = {ca: '', certificate: '', privateKey: new Secret('SECRET-key')}
    for (const base of ['https://gateway:6443/clusters/c1', 'https://gateway:6443/clusters/c1/'])
      await getObject(PATH, {clusterId: 'c1', server: base, tls, context: {runtime: testRuntime(), transport}})
    expect(new Set(urls)).to.deep.equal(new Set([`https://gateway:6443/clusters/c1${PATH}`]))
  })

  let sts: LocalSts
  let ca: ClusterCa
  let server: LocalApiServer
  let store: KubernetesStore
  let api: ApiServer

  before(async () => {
    sts = await startLocalSts({identities: []})
    ca = await createClusterCa(new Date())
  })
  after(() => sts.close())
  beforeEach(async () => {
    store = createKubernetesStore(({namespace, name}) => `SECRET-token-of-${namespace}-${name}`)
    server = await startApiServer({clusterId: 'c1', sts, clientCa: ca, store})
    const {certPem, keyPem} = await ca.issue({uid: '2001', lifetimeSeconds: 600, now: new Date()})
    const transport = createTransport({runtime: testRuntime(), log: recordingLog(), pause: () => Promise.resolve()})
    api = {
      clusterId: 'c1',
      server: server.url,
      tls: {ca: server.caPem, certificate: certPem, privateKey: new Secret(keyPem)},
      context: {runtime: testRuntime(), transport},
    }
  })
  afterEach(() => server.close())

  it("comes with its certificate, and trusts the cluster's CA alone", async () => {
    expect(await getObject(PATH, api)).to.equal(undefined)
    expect(server.requests.at(-1)).to.include({by: 'certificate'})
    const other = {...api, tls: {...api.tls, ca: ca.certPem}}
    expect(await rejectionOf(getObject(PATH, other))).to.include({code: 'NetworkFailed'})
  })

  it('makes and changes an object, and leaves what others have set', async () => {
    const made = {metadata: {name: 'sa1', namespace: 'ns1', annotations: {theirs: 'a'}}}
    await createObject(apiPath('api', 'v1', 'namespaces', 'ns1', 'serviceaccounts'), made, api)
    await applyObject(PATH, {metadata: {name: 'sa1', annotations: {ours: 'b'}}}, api)
    expect(entriesOf((await getObject(PATH, api)) ?? {}, 'annotations')).to.deep.equal({theirs: 'a', ours: 'b'})
    await patchObject(PATH, {metadata: {annotations: {ours: null}}}, api)
    expect(entriesOf((await getObject(PATH, api)) ?? {}, 'annotations')).to.deep.equal({theirs: 'a'})
  })

  it('does not make an object again whose reply was lost', async () => {
    server.failNext(1, 'lost reply', 'POST /api/v1/namespaces')
    const error = await rejectionOf(createObject('/api/v1/namespaces', {metadata: {name: 'ns2'}}, api))
    expect(error).to.include({code: 'NetworkFailed'})
    expect(server.requests).to.have.length(1)
  })

  it('does not patch an object again whose reply was lost', async () => {
    putObject(store, SERVICE_ACCOUNTS, {metadata: {name: 'sa1', namespace: 'ns1', resourceVersion: '7'}})
    server.failNext(1, 'lost reply', `PATCH ${PATH}`)
    const error = await rejectionOf(patchObject(PATH, {metadata: {resourceVersion: '7', labels: {a: 'b'}}}, api))
    expect(error).to.include({code: 'NetworkFailed'})
    expect(server.requests).to.have.length(1)
  })

  it('lists all pages, each object once, and starts over when the list has expired on the way', async () => {
    for (let n = 0; n < 600; n += 1) putObject(store, SERVICE_ACCOUNTS, {metadata: {name: `sa${n}`, namespace: 'ns1'}})
    const list = async (): Promise<readonly string[]> => {
      const names: string[] = []
      for await (const items of listPages(SERVICE_ACCOUNTS, api, {startsOver: () => names.splice(0)}))
        names.push(...items.map(nameOf))
      return names
    }
    expect(new Set(await list()).size).to.equal(600)
    expect(server.requests).to.have.length(3)
    server.failNext(1, {delayMs: 0})
    server.failNext(1, {status: 410, code: 'Expired'})
    expect(await list()).to.have.length(600)
    expect(server.requests).to.have.length(3 + 2 + 3)
    for (let page = 0; page < 2; page += 1) {
      server.failNext(1, {delayMs: 0})
      server.failNext(1, {status: 410, code: 'Expired'})
    }
    expect(await rejectionOf(list())).to.include({status: 410})
  })

  it('says what the API server says, with its status', async () => {
    server.failNext(1, {status: 403, code: 'Forbidden', message: 'serviceaccounts is forbidden'})
    const error = await rejectionOf(getObject(PATH, api))
    expect(error).to.be.instanceOf(ApiServerError)
    expect(error).to.include({status: 403, code: 'ServiceRefused', reason: 'Forbidden'})
    expect((error as Error).message).to.contain('serviceaccounts is forbidden')
    expect((error as ApiServerError).call).to.deep.include({
      service: 'Kubernetes API server',
      action: `GET ${PATH}`,
      host: new URL(server.url).host,
      status: 403,
      code: 'Forbidden',
    })
  })

  it('has a token of a service account issued, as a secret', async () => {
    putObject(store, SERVICE_ACCOUNTS, {metadata: {name: 'sa1', namespace: 'ns1'}})
    const token = await requestToken({namespace: 'ns1', name: 'sa1', audience: 'a', seconds: 600}, api)
    expect([String(token), token.reveal()]).to.deep.equal(['[secret]', 'SECRET-token-of-ns1-sa1'])
  })
})
