import {expect} from 'chai'

import {startOAuthServer, type LocalOAuthServer, type OAuthServerOptions} from './oauth-server.ts'
import {NOW} from './sts-client.ts'

const CLIENT_ID = '4038181954557748008'

type Reply = {readonly status: number; readonly body: Readonly<Record<string, unknown>>}

describe('startOAuthServer', () => {
  let server: LocalOAuthServer
  let now: Date

  const start = async (options: OAuthServerOptions = {}): Promise<void> => {
    now = NOW
    server = await startOAuthServer({now: () => now, ...options})
  }
  afterEach(() => server.close())

  const post = async (path: string, init: RequestInit): Promise<Reply> => {
    const answer = await fetch(`${server.endpoint}${path}`, {method: 'POST', ...init})
    return {status: answer.status, body: (await answer.json()) as Reply['body']}
  }
  const refresh = (refresh_token: string, changes: Record<string, string> = {}): Promise<Reply> => {
    const form = {grant_type: 'refresh_token', refresh_token, client_id: CLIENT_ID, ...changes}
    return post('/v1/token', {body: new URLSearchParams(form)})
  }
  const exchange = (accessToken: string, init: RequestInit = {}): Promise<Reply> =>
    post('/v1/exchange', {
      headers: {authorization: `Bearer ${accessToken}`, 'content-type': 'application/json'},
      ...init,
    })
  const outcome = ({status, body}: Reply): readonly unknown[] => {
    expect(body).to.have.all.keys('error', 'error_description', 'requestId')
    return [status, body['error']]
  }

  it('exchanges an access token for credentials', async () => {
    await start()
    const {status, body} = await exchange(server.tokens().accessToken)
    expect(status).to.equal(200)
    expect(body).to.have.all.keys('requestId', 'accessKeyId', 'accessKeySecret', 'securityToken', 'expiration')
    expect(body['expiration']).to.equal('2026-11-24T11:00:00Z')
    expect(server.requests).to.deep.equal([{method: 'POST', path: '/v1/exchange', accessToken: 'right', status: 200}])
  })

  it('refuses an access token that is unknown or expired, and a body', async () => {
    await start()
    const {accessToken} = server.tokens()
    expect(outcome(await exchange('other'))).to.deep.equal([401, 'invalid_token'])
    const headers = {authorization: `Bearer ${accessToken}`}
    expect(outcome(await exchange(accessToken, {headers}))).to.deep.equal([400, 'invalid_request'])
    const more = {headers: {...headers, 'content-type': 'application/json'}, body: '{}'}
    expect(outcome(await exchange(accessToken, more))).to.deep.equal([400, 'invalid_request'])
    now = new Date(NOW.getTime() + 3_600_000)
    expect(outcome(await exchange(accessToken))).to.deep.equal([401, 'expired_token'])
  })

  it('rotates the refresh token', async () => {
    await start({accessTokenSeconds: 60})
    const first = server.tokens()
    server.expireAccessTokens()
    expect(outcome(await exchange(first.accessToken))).to.deep.equal([401, 'expired_token'])
    const {status, body} = await refresh(first.refreshToken)
    expect(status).to.equal(200)
    expect(body).to.include({expires_in: 60, token_type: 'Bearer', access_token: server.tokens().accessToken})
    expect(body['refresh_token']).not.to.equal(first.refreshToken)
    expect((await exchange(String(body['access_token']))).status).to.equal(200)
    expect((await refresh(String(body['refresh_token']))).status).to.equal(200)
    expect(server.replayed()).to.equal(0)
    expect(server.requests[1]).to.deep.equal({
      method: 'POST',
      path: '/v1/token',
      accessToken: 'missing',
      clientId: CLIENT_ID,
      status: 200,
    })
  })

  it('ends the login when a spent refresh token comes again', async () => {
    await start()
    const first = server.tokens()
    await refresh(first.refreshToken)
    const second = server.tokens()
    expect(outcome(await refresh(first.refreshToken))).to.deep.equal([400, 'invalid_grant'])
    expect(server.replayed()).to.equal(1)
    expect(outcome(await exchange(second.accessToken))).to.deep.equal([401, 'invalid_token'])
    expect(outcome(await refresh(second.refreshToken))).to.deep.equal([400, 'invalid_grant'])
    expect(server.replayed()).to.equal(1)
  })

  it('ends the login when it is told to', async () => {
    await start()
    server.revokeAll()
    const {accessToken, refreshToken} = server.tokens()
    expect(outcome(await exchange(accessToken))).to.deep.equal([401, 'invalid_token'])
    expect(outcome(await refresh(refreshToken))).to.deep.equal([400, 'invalid_grant'])
    expect(server.replayed()).to.equal(0)
  })

  it('wants all parameters once, and in the form', async () => {
    await start()
    const {refreshToken} = server.tokens()
    for (const name of ['grant_type', 'refresh_token', 'client_id']) {
      expect(outcome(await refresh(refreshToken, {[name]: ''})), name).to.deep.equal([400, 'invalid_request'])
    }
    const grant = await refresh(refreshToken, {grant_type: 'password'})
    expect(outcome(grant)).to.deep.equal([400, 'unsupported_grant_type'])
    expect(outcome(await refresh(refreshToken, {client_id: '1'}))).to.deep.equal([401, 'invalid_client'])
    expect(outcome(await refresh('SECRET-other'))).to.deep.equal([400, 'invalid_grant'])
    const form = {grant_type: 'refresh_token', refresh_token: refreshToken, client_id: CLIENT_ID}
    const inUrl = await post(`/v1/token?${new URLSearchParams(form).toString()}`, {})
    expect(outcome(inUrl)).to.deep.equal([400, 'invalid_request'])
    expect(server.requests.at(-1)).to.include({tokenInUrl: true})
    expect((await refresh(refreshToken)).status).to.equal(200)
  })

  it('does not know other paths and methods', async () => {
    await start()
    expect(outcome(await post('/v1/other', {}))).to.deep.equal([404, 'not_found'])
    expect(outcome(await post('/v1/token', {method: 'PUT'}))).to.deep.equal([405, 'method_not_allowed'])
  })
})
