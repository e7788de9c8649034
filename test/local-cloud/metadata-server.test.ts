import {expect} from 'chai'

import {startMetadataServer, type LocalMetadataServer, type MetadataServerOptions} from './metadata-server.ts'
import {NOW, SESSION} from './sts-client.ts'

const ROLES = '/latest/meta-data/ram/security-credentials/'
const TTL = 'X-aliyun-ecs-metadata-token-ttl-seconds'

describe('startMetadataServer', () => {
  let server: LocalMetadataServer
  let now: Date

  const start = async (options: MetadataServerOptions = {}): Promise<void> => {
    now = NOW
    server = await startMetadataServer({
      role: {name: 'node-role', credentials: SESSION},
      now: () => now,
      ...options,
    })
  }
  afterEach(() => server.close())

  const put = (headers: Record<string, string> = {[TTL]: '3600'}): Promise<Response> =>
    fetch(`${server.endpoint}/latest/api/token`, {method: 'PUT', headers})
  const get = (path: string, token?: string): Promise<Response> =>
    fetch(`${server.endpoint}${path}`, {headers: token === undefined ? {} : {'X-aliyun-ecs-metadata-token': token}})

  it("hands out the role's credentials for a session token", async () => {
    await start({v2: 'required'})
    const token = await (await put()).text()
    expect(token).to.include('SECRET')
    expect(await (await get(ROLES, token)).text()).to.equal('node-role')
    expect(await (await get(`${ROLES}node-role`, token)).json()).to.deep.equal({
      Code: 'Success',
      LastUpdated: '2026-11-24T10:00:00Z',
      AccessKeyId: SESSION.accessKeyId,
      AccessKeySecret: SESSION.accessKeySecret,
      SecurityToken: SESSION.securityToken,
      Expiration: '2026-11-24T16:00:00Z',
    })
    expect(await (await get('/latest/meta-data/region-id', token)).text()).to.equal('cn-hangzhou')
    expect(server.requests.slice(0, 2)).to.deep.equal([
      {method: 'PUT', path: '/latest/api/token', token: 'missing', ttl: '3600', status: 200},
      {method: 'GET', path: ROLES, token: 'right', status: 200},
    ])
  })

  it('wants the token if it is required, and a right one in any case', async () => {
    await start({v2: 'required'})
    expect((await get(ROLES)).status).to.equal(403)
    await server.close()
    await start()
    expect((await get(ROLES)).status).to.equal(200)
    expect((await get(ROLES, 'other')).status).to.equal(401)
    const token = await (await put({[TTL]: '60'})).text()
    now = new Date(NOW.getTime() + 60_000)
    expect((await get(ROLES, token)).status).to.equal(401)
    expect(server.requests.at(-1)).to.include({token: 'wrong', status: 401})
  })

  it('refuses a lifetime that is missing or out of range', async () => {
    await start()
    expect((await put({})).status).to.equal(400)
    for (const ttl of ['0', '21601', '-1', '1h']) expect((await put({[TTL]: ttl})).status, ttl).to.equal(400)
    for (const ttl of ['1', '21600']) expect((await put({[TTL]: ttl})).status, ttl).to.equal(200)
  })

  it('has no tokens if they are forbidden', async () => {
    for (const forbiddenStatus of [403, 404] as const) {
      await start({v2: 'forbidden', forbiddenStatus})
      expect((await put()).status).to.equal(forbiddenStatus)
      expect((await get(`${ROLES}node-role`)).status).to.equal(200)
      await server.close()
    }
  })

  it('answers 404 without a role, to another role and path, and 405 to other methods', async () => {
    await start()
    expect((await get(`${ROLES}other`)).status).to.equal(404)
    expect((await get('/latest/meta-data/other')).status).to.equal(404)
    expect((await fetch(`${server.endpoint}${ROLES}`, {method: 'POST'})).status).to.equal(405)
    await server.close()
    server = await startMetadataServer({regionId: 'cn-beijing'})
    expect((await get(ROLES)).status).to.equal(404)
    expect(await (await get('/latest/meta-data/region-id')).text()).to.equal('cn-beijing')
  })

  it('asks a function anew for each request, and sends fields as they are', async () => {
    let calls = 0
    const credentials = (): {readonly Code: string | undefined} => ({Code: (calls += 1) === 1 ? 'Failed' : undefined})
    await start({role: {name: 'r', credentials}})
    expect(await (await get(`${ROLES}r`)).json()).to.have.property('Code', 'Failed')
    expect(await (await get(`${ROLES}r`)).json()).not.to.have.property('Code')
  })
})
