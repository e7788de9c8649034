import {expect} from 'chai'

import {startCloudSsoServer, type CloudSsoServerOptions, type LocalCloudSsoServer} from './cloud-sso-server.ts'
import {NOW, startSts} from './sts-client.ts'

const ASSIGNED = {accountId: '1', accessConfigurationId: 'ac-1'}
const BODY = JSON.stringify({AccountId: '1', AccessConfigurationId: 'ac-1'})
const HEADERS = {authorization: 'Bearer SECRET-access', 'content-type': 'application/json; charset=utf-8'}

type Reply = {readonly status: number; readonly body: Readonly<Record<string, unknown>>}

describe('startCloudSsoServer', () => {
  let server: LocalCloudSsoServer

  const start = async (options: Partial<CloudSsoServerOptions> = {}): Promise<void> => {
    server = await startCloudSsoServer({
      accessToken: 'SECRET-access',
      assignments: [ASSIGNED],
      now: () => NOW,
      ...options,
    })
  }
  afterEach(() => server.close())

  const send = async (init: RequestInit = {}, path = '/cloud-credentials'): Promise<Reply> => {
    const url = new URL(path, server.signInUrl)
    const answer = await fetch(url, {method: 'POST', headers: HEADERS, body: BODY, ...init})
    return {status: answer.status, body: (await answer.json()) as Reply['body']}
  }
  const outcome = async (init: RequestInit, path?: string): Promise<readonly unknown[]> => {
    const {status, body} = await send(init, path)
    expect(body).to.have.all.keys('ErrorCode', 'ErrorMessage', 'RequestId')
    return [status, body['ErrorCode']]
  }

  it('makes credentials of an access token, which an STS may know', async () => {
    await start()
    const {status, body} = await send()
    expect(status).to.equal(200)
    expect(body).to.have.all.keys('CloudCredential', 'RequestId')
    expect(body['CloudCredential']).to.include({Expiration: '2026-11-24T11:00:00Z'})
    expect(server.requests).to.deep.equal([
      {method: 'POST', path: '/cloud-credentials', accessToken: 'right', ...ASSIGNED, status: 200},
    ])
    await server.close()
    const sts = await startSts()
    await start({mint: () => sts.issue('acs:ram::1:assumed-role/sso/bob', 900)})
    expect((await send()).body['CloudCredential']).to.include({Expiration: '2026-11-24T10:15:00Z'})
    await sts.close()
  })

  it('refuses a token that is missing, wrong or expired', async () => {
    await start()
    const {authorization, ...headers} = HEADERS
    expect(await outcome({headers})).to.deep.equal([401, 'InvalidAccessToken'])
    for (const other of [`${authorization}x`, authorization.replace('Bearer', 'Basic')]) {
      expect(await outcome({headers: {...headers, authorization: other}})).to.deep.equal([401, 'InvalidAccessToken'])
    }
    expect(server.requests.map(({accessToken}) => accessToken)).to.deep.equal(['missing', 'wrong', 'missing'])
    await server.close()
    await start({accessTokenExpiration: NOW})
    expect(await outcome({})).to.deep.equal([401, 'AccessTokenExpired'])
  })

  it('refuses a body that is no JSON, or not declared, or incomplete', async () => {
    await start()
    for (const body of ['', '{', 'null', '[]', '{"AccountId":"1"}', '{"AccountId":1,"AccessConfigurationId":"ac-1"}']) {
      expect(await outcome({body}), body).to.deep.equal([400, 'InvalidParameter'])
    }
    const headers = {...HEADERS, 'content-type': 'text/plain'}
    expect(await outcome({headers})).to.deep.equal([415, 'UnsupportedMediaType'])
  })

  it('refuses what is not assigned, and other paths and methods', async () => {
    await start()
    const body = JSON.stringify({AccountId: '1', AccessConfigurationId: 'ac-2'})
    expect(await outcome({body})).to.deep.equal([403, 'NoPermission.AccessConfiguration'])
    expect(await outcome({}, '/start/cloud-credentials')).to.deep.equal([404, 'InvalidAction.NotFound'])
    expect(await outcome({method: 'PUT'})).to.deep.equal([404, 'InvalidAction.NotFound'])
  })
})
