import {request, type IncomingMessage} from 'node:http'
import type {Socket} from 'node:net'
import {text} from 'node:stream/consumers'
import {connect as connectTls} from 'node:tls'

import {expect} from 'chai'

import {startProxyServer, type LocalProxyServer, type ProxyServerOptions} from './proxy-server.ts'
import type {LocalSts} from './sts.ts'
import {startSts} from './sts-client.ts'

const TARGET = 'sts.aliyuncs.com:443'
const AUTH = {username: 'me', password: 'SECRET:p@ss'}

describe('startProxyServer', () => {
  let sts: LocalSts
  let proxy: LocalProxyServer

  const start = async (options: ProxyServerOptions = {}): Promise<void> => {
    sts = await startSts({tls: {names: ['sts.aliyuncs.com', 'sts.cn-hangzhou.aliyuncs.com']}})
    const names = {[TARGET]: {host: '127.0.0.1', port: Number(new URL(sts.endpoint).port)}}
    proxy = await startProxyServer({names, ...options})
  }
  afterEach(async () => {
    await proxy.close()
    await sts.close()
  })

  const connect = (path: string, headers: Record<string, string> = {}): Promise<[IncomingMessage, Socket]> =>
    new Promise((resolve, reject) => {
      request(proxy.origin, {method: 'CONNECT', path, headers, agent: false})
        .once('connect', (response, socket) => resolve([response, socket]))
        .once('error', reject)
        .end()
    })
  const statusOf = async (path: string, headers: Record<string, string> = {}): Promise<number | undefined> => {
    const [response, socket] = await connect(path, headers)
    socket.destroy()
    return response.statusCode
  }
  const basic = (userinfo: string): Record<string, string> => ({
    'proxy-authorization': `Basic ${Buffer.from(userinfo).toString('base64')}`,
  })

  it('leads to an STS by its real name, in TLS', async () => {
    await start()
    const [, socket] = await connect(TARGET)
    const secure = connectTls({socket, servername: 'sts.aliyuncs.com', ca: sts.caPem})
    secure.write('POST / HTTP/1.1\r\nhost: sts.aliyuncs.com\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
    expect(await text(secure)).to.match(/^HTTP\/1.1 400 .*MissingParameter/s)
    expect(proxy.requests).to.deep.equal([{method: 'CONNECT', target: TARGET, password: 'missing', status: 200}])
    expect(sts.requests).to.have.length(1)
  })

  it('has an STS behind it whose certificate is for the given names only', async () => {
    await start()
    expect(sts.endpoint).to.match(/^https:\/\/127\.0\.0\.1:\d+$/)
    for (const [servername, isRight] of [
      ['sts.cn-hangzhou.aliyuncs.com', true],
      ['localhost', true],
      ['cs.aliyuncs.com', false],
    ] as const) {
      const [, socket] = await connect(TARGET)
      const secure = connectTls({socket, servername, ca: sts.caPem})
      const outcome = await new Promise<unknown>((resolve) => {
        secure.once('secureConnect', () => resolve(true)).once('error', resolve)
      })
      secure.destroy()
      expect(outcome === true, servername).to.equal(isRight)
    }
  })

  it('wants its password', async () => {
    await start({auth: AUTH})
    expect(proxy.url).to.match(/^http:\/\/me:SECRET%3Ap%40ss@127\.0\.0\.1:\d+$/)
    const [response, socket] = await connect(TARGET)
    socket.destroy()
    expect(response.statusCode).to.equal(407)
    expect(response.headers['proxy-authenticate']).to.match(/^Basic /)
    expect(await statusOf(TARGET, basic('me:SECRET'))).to.equal(407)
    expect(await statusOf(TARGET, basic('me:SECRET:p@ss'))).to.equal(200)
    expect(proxy.requests.map(({password}) => password)).to.deep.equal(['missing', 'wrong', 'right'])
    expect(JSON.stringify(proxy.requests)).not.to.include('SECRET')
  })

  it('knows no other names, and no plain requests', async () => {
    await start()
    const dead = {host: '127.0.0.1', port: 1}
    expect(await statusOf('cs.aliyuncs.com:443')).to.equal(502)
    expect(await statusOf('toString')).to.equal(502)
    await proxy.close()
    proxy = await startProxyServer({names: {[TARGET]: dead}})
    expect(await statusOf(TARGET)).to.equal(502)
    const status = await new Promise((resolve, reject) => {
      request(proxy.origin, {path: 'http://sts.aliyuncs.com/?a=SECRET', agent: false}, ({statusCode}) =>
        resolve(statusCode),
      )
        .once('error', reject)
        .end()
    })
    expect(status).to.equal(405)
    expect(proxy.requests.at(-1)).to.deep.equal({
      method: 'GET',
      target: 'http://sts.aliyuncs.com',
      password: 'missing',
      status: 405,
    })
  })

  it('fails on demand', async () => {
    await start({faults: [{status: 503, code: 'Busy'}, 'garbage', {delayMs: 1}, 'reset', 'hang']})
    expect(await statusOf(TARGET)).to.equal(503)
    const [, socket] = await connect(TARGET)
    const secure = connectTls({socket, servername: 'sts.aliyuncs.com', ca: sts.caPem})
    expect(await new Promise((resolve) => secure.once('error', resolve))).to.be.instanceOf(Error)
    expect(await statusOf(TARGET)).to.equal(200)
    const code = async (): Promise<unknown> =>
      connect(TARGET).then(
        () => 'connected',
        (error: {code: string}) => error.code,
      )
    expect(await code()).to.equal('ECONNRESET')
    const hanging = code()
    while (proxy.requests.length < 5) await new Promise((resolve) => setImmediate(resolve))
    await proxy.close()
    expect(await hanging).to.equal('ECONNRESET')
    expect(proxy.requests.map(({status}) => status)).to.deep.equal([503, 200, 200, 0, 0])
  })

  it('closes an open tunnel, and twice', async () => {
    await start()
    const [, socket] = await connect(TARGET)
    const closed = new Promise((resolve) => socket.once('close', resolve).on('error', () => undefined))
    socket.resume()
    await proxy.close()
    await proxy.close()
    await closed
  })
})
