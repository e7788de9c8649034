import {spawn} from 'node:child_process'

import {expect} from 'chai'

import {startApiServer} from './api-server.ts'
import {startCloudSsoServer} from './cloud-sso-server.ts'
import {startCredentialsUriServer, type LocalCredentialsUriServer} from './credentials-uri-server.ts'
import type {Fault} from './faults.ts'
import {startMetadataServer} from './metadata-server.ts'
import {startOAuthServer} from './oauth-server.ts'
import {rejectionOf} from '../support/rejection-of.ts'
import {callAcs3, startSts} from './sts-client.ts'

// It starts one of each, lets a request to each hang or wait, and closes them: then nothing may keep it alive.
const PROGRAM = `
  import {connect} from 'node:net'
  const start = async (file, name, ...options) => (await import(new URL(file, process.argv[1])))[name](...options)
  const faults = ['hang', {delayMs: 3_600_000}]
  const sts = await start('sts.ts', 'startLocalSts', {identities: [], faults})
  const servers = [
    sts,
    await start('api-server.ts', 'startApiServer', {clusterId: 'c', sts, faults}),
    await start('sts.ts', 'startLocalSts', {identities: [], tls: {names: ['sts.aliyuncs.com']}, faults}),
    await start('metadata-server.ts', 'startMetadataServer', {faults}),
    await start('credentials-uri-server.ts', 'startCredentialsUriServer', {faults}),
    await start('cloud-sso-server.ts', 'startCloudSsoServer', {accessToken: 'SECRET', assignments: [], faults}),
    await start('oauth-server.ts', 'startOAuthServer', {faults}),
  ]
  const target = new URL(sts.endpoint).host
  const [host, port] = target.split(':')
  const proxy = await start('proxy-server.ts', 'startProxyServer', {names: {[target]: {host, port}}})
  servers.push(proxy)
  const ask = (server, event, lines) => new Promise((resolve) => {
    const socket = connect(new URL(server.endpoint ?? server.url).port, '127.0.0.1', () => socket.write(lines))
    socket.on('error', () => undefined).once('close', resolve).once(event, resolve)
  })
  for (const server of servers) {
    const isTls = (server.endpoint ?? server.url).startsWith('https:')
    const lines = isTls ? '' : 'GET / HTTP/1.1\\r\\nhost: x\\r\\n\\r\\n'
    await ask(server, 'connect', lines)
    await ask(server, 'connect', lines)
    // Its answer comes, or its connection ends, when the two before it have arrived.
    await ask(server, 'data', 'CONNECT ' + target + ' HTTP/1.1\\r\\nhost: x\\r\\n\\r\\n')
  }
  await Promise.all(servers.map((server) => server.close()))
  await Promise.all(servers.map((server) => server.close()))
  console.log('closed', servers.length)
`

describe('faults', () => {
  let server: LocalCredentialsUriServer

  afterEach(() => server?.close())

  const start = async (...faults: Fault[]): Promise<void> => {
    server = await startCredentialsUriServer({faults})
  }
  const ask = (path = ''): Promise<Response> => fetch(`${server.url}${path}`)

  it('come as often as they were asked for, in their order', async () => {
    await start({status: 503, code: 'First'})
    server.failNext(2, {status: 429, code: 'Throttling.User'})
    server.failNext(0, 'reset')
    const statuses = []
    for (let index = 0; index < 4; index += 1) statuses.push((await ask()).status)
    expect(statuses).to.deep.equal([503, 429, 429, 200])
    expect(server.requests[1]).to.deep.include({status: 429, fault: {status: 429, code: 'Throttling.User'}})
    expect(server.requests[3]).not.to.have.property('fault')
    server.failNext(Number.POSITIVE_INFINITY, {status: 500, code: 'InternalError'})
    for (let index = 0; index < 9; index += 1) expect((await ask()).status).to.equal(500)
  })

  it('reset the connection', async () => {
    await start('reset')
    expect(await rejectionOf(ask())).to.have.nested.property('cause.code', 'UND_ERR_SOCKET')
    expect(server.requests).to.deep.equal([{method: 'GET', path: '/credentials', status: 0, fault: 'reset'}])
  })

  it('never answer, until the server closes', async () => {
    await start('hang')
    const failed = rejectionOf(ask())
    while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve))
    expect(server.requests[0]).to.include({status: 0, fault: 'hang'})
    await server.close()
    await failed
  })

  it('answer late, or not at all if the client has gone', async () => {
    await start({delayMs: 1}, {delayMs: 3_600_000})
    expect((await ask()).status).to.equal(200)
    const gone = new AbortController()
    const failed = rejectionOf(fetch(server.url, {signal: gone.signal}))
    await new Promise((resolve) => setImmediate(resolve))
    gone.abort()
    await failed
  })

  it('answer with a page that repeats the request', async () => {
    await start('garbage')
    const body = new URLSearchParams({b: 'SECRET/2'})
    const answer = await fetch(`${server.url}?a=SECRET%2B1`, {method: 'POST', body})
    const page = await answer.text()
    expect(answer.status).to.equal(200)
    expect(answer.headers.get('content-type')).to.equal('text/html')
    for (const part of ['a=SECRET%2B1', 'a=SECRET+1', 'b=SECRET%2F2', 'b=SECRET/2']) expect(page).to.include(part)
  })

  it("are each server's own errors", async () => {
    const faults = [{status: 503, code: 'ServiceUnavailable'}]
    await start(...faults)
    expect(await (await ask()).json()).to.have.property('Code', 'ServiceUnavailable')
    const sts = await startSts({faults})
    expect((await callAcs3(sts)).body).to.include({Code: 'ServiceUnavailable', HostId: 'sts.aliyuncs.com'})
    expect(sts.requests[0]).to.include({status: 503, code: 'ServiceUnavailable'})
    await sts.close()
    const metadata = await startMetadataServer({faults})
    expect((await fetch(metadata.endpoint)).status).to.equal(503)
    await metadata.close()
    const cloudSso = await startCloudSsoServer({accessToken: 'SECRET', assignments: [], faults})
    expect(await (await fetch(cloudSso.endpoint)).json()).to.have.property('ErrorCode', 'ServiceUnavailable')
    await cloudSso.close()
    const oauth = await startOAuthServer({faults})
    expect(await (await fetch(oauth.endpoint)).json()).to.have.property('error', 'ServiceUnavailable')
    await oauth.close()
    const api = await startApiServer({clusterId: 'c', sts: {endpoint: ''}, faults: ['reset']})
    api.failNext(1, 'hang')
    await api.close()
  })

  it('leave nothing open after all servers are closed', async () => {
    const args = ['--import', 'tsx', '--input-type=module', '-e', PROGRAM, import.meta.url]
    const child = spawn(process.execPath, args, {stdio: ['ignore', 'pipe', 'inherit'], timeout: 20_000})
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
    const exitCode = await new Promise((resolve) => child.once('close', resolve))
    expect({output, exitCode}).to.deep.equal({output: 'closed 8\n', exitCode: 0})
  })
})
