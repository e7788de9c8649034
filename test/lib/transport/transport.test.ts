import {createServer, type RequestListener} from 'node:http'
import {createServer as createRawServer} from 'node:net'
import {join} from 'node:path'

import {expect} from 'chai'

import {AckError} from '../../../src/lib/errors.ts'
import type {HttpCall, HttpReply} from '../../../src/lib/transport/http.ts'
import {createTransport} from '../../../src/lib/transport/transport.ts'
import {listenOnLoopback, type Listening} from '../../local-cloud/loopback-server.ts'
import {startProxyServer, type ProxyServerOptions} from '../../local-cloud/proxy-server.ts'
import {startLocalSts} from '../../local-cloud/sts.ts'
import {makeHome, type TestHome} from '../../support/home.ts'
import {recordingLog} from '../../support/runtime.ts'

interface Outcome {
  readonly reply?: HttpReply
  readonly error?: AckError
  readonly lines: readonly string[]
  readonly pauses: readonly number[]
}

/** Makes a call without really pausing between attempts. */
const call = async (
  given: Partial<HttpCall> & {url: string},
  env: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<Outcome> => {
  const log = recordingLog()
  const pauses: number[] = []
  const pause = (milliseconds: number): Promise<void> => {
    pauses.push(milliseconds)
    return Promise.resolve()
  }
  const transport = createTransport({runtime: {env}, log, pause})
  const whole = {action: 'TestAction', method: 'POST', ...given} as const
  try {
    return {reply: await transport(whole, signal), lines: log.lines, pauses}
  } catch (error) {
    if (error instanceof AckError) return {error, lines: log.lines, pauses}
    throw error
  }
}

describe('createTransport', () => {
  const open: {close(): Promise<void>}[] = []
  let home: TestHome

  before(async () => {
    home = await makeHome()
  })
  after(() => home.remove())
  afterEach(async () => {
    await Promise.all(open.splice(0).map((server) => server.close()))
  })

  const serve = async (listener: RequestListener): Promise<string> => {
    const {port, close}: Listening = await listenOnLoopback(createServer(listener))
    open.push({close})
    return `http://127.0.0.1:${port}/path?query=SECRET-query`
  }
  /** Answers with each status in turn, then with the last one. */
  const serveStatuses = async (
    ...replies: readonly (readonly [number, object])[]
  ): Promise<{url: string; seen: () => number}> => {
    let seen = 0
    const url = await serve((_request, response) => {
      const [status, body] = replies[Math.min(seen, replies.length - 1)] ?? [500, {}]
      seen += 1
      response.writeHead(status).end(JSON.stringify(body))
    })
    return {url, seen: () => seen}
  }

  it('sends method, headers and body, and gives the reply whatever its status', async () => {
    const url = await serve((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('end', () =>
        response
          .writeHead(418)
          .end(`${request.method} ${String(request.headers['x-test'])} ${body} ${request.headers.connection}`),
      )
    })
    const {reply} = await call({url, method: 'PUT', headers: {'x-test': 'header'}, body: 'ü'})
    expect(reply).to.deep.equal({status: 418, body: 'PUT header ü close'})
  })

  describe('tries again', () => {
    it('after throttling, a broken service and too many requests, then gives the reply', async () => {
      for (const [status, body] of [
        [400, {Code: 'Throttling.User'}],
        [503, {}],
        [429, {}],
        [400, {code: 'ServiceUnavailable'}],
      ] as const) {
        const {url, seen} = await serveStatuses([status, body], [status, body], [200, {}])
        const {reply, lines, pauses} = await call({url})
        expect(reply?.status).to.equal(200)
        expect(seen()).to.equal(3)
        expect(pauses[0]).to.be.within(100, 300)
        expect(pauses[1]).to.be.within(200, 600)
        expect(lines).to.have.length(2)
        expect(lines.join())
          .to.match(/^debug: TestAction at 127\.0\.0\.1:\d+: /)
          .and.not.contain('SECRET')
      }
    })

    it('no more often than it may, and gives the last reply', async () => {
      const {url, seen} = await serveStatuses([500, {}])
      expect((await call({url})).reply?.status).to.equal(500)
      expect(seen()).to.equal(3)
      const once = await serveStatuses([500, {}])
      await call({url: once.url, attempts: 1})
      expect(once.seen()).to.equal(1)
    })

    it('never after a refusal', async () => {
      for (const status of [400, 401, 403, 404]) {
        const {url, seen} = await serveStatuses([status, {Code: 'NoPermission'}])
        expect((await call({url})).reply?.status).to.equal(status)
        expect(seen()).to.equal(1)
      }
    })

    it('after a connection that was broken off, before or in the reply', async () => {
      for (const breakOff of ['before', 'in'] as const) {
        let seen = 0
        const url = await serve((request, response) => {
          seen += 1
          if (seen === 3) {
            response.end('{}')
          } else if (breakOff === 'before') {
            request.socket.resetAndDestroy()
          } else {
            response.writeHead(200, {'content-length': 10})
            response.write('x', () => request.socket.resetAndDestroy())
          }
        })
        expect((await call({url})).reply, breakOff).to.deep.equal({status: 200, body: '{}'})
      }
    })

    it('once where nobody listens', async () => {
      const {port, close} = await listenOnLoopback(createServer())
      await close()
      const {error, lines} = await call({url: `http://127.0.0.1:${port}/`})
      expect(error).to.include({code: 'NetworkFailed', exitCode: 5})
      expect(error?.message).to.equal(
        `TestAction at 127.0.0.1:${port} cannot be reached: nobody listens there (ECONNREFUSED)`,
      )
      expect(lines).to.have.length(1)
    })
  })

  describe('keeps its deadline', () => {
    const expectDeadline = async (url: string, limits: Partial<HttpCall>, signal?: AbortSignal): Promise<void> => {
      const {error} = await call({url, ...limits}, {}, signal)
      expect(error?.code).to.equal('DeadlineExceeded')
      expect(error?.message).to.match(/^TestAction at 127\.0\.0\.1:\d+ did not answer within \d+\.\d s$/)
    }

    it('against a server that never answers', async () => {
      const url = await serve(() => {})
      await expectDeadline(url, {timeoutMs: 50})
      await expectDeadline(url, {}, AbortSignal.timeout(50))
      await expectDeadline(url, {}, AbortSignal.abort())
    })

    it('against a server that answers byte by byte', async () => {
      const url = await serve((_request, response) => {
        const timer = setInterval(() => response.write('x'), 10)
        response.once('close', () => clearInterval(timer))
      })
      await expectDeadline(url, {timeoutMs: 100})
    })

    it('in the pause before another attempt', async () => {
      const {url} = await serveStatuses([503, {}])
      const log = recordingLog()
      const reply = await createTransport({runtime: {env: {}}, log})({
        action: 'TestAction',
        method: 'GET',
        url,
        timeoutMs: 60,
      })
      expect(reply.status).to.equal(503)
    })

    it('and that of the connection, where TLS does not come about', async () => {
      const {port, close} = await listenOnLoopback(createRawServer() as unknown as ReturnType<typeof createServer>)
      open.push({close})
      const {error} = await call({url: `https://127.0.0.1:${port}/`, connectTimeoutMs: 50, attempts: 1})
      expect(error?.message).to.contain('the connection does not open')
    })
  })

  it('takes no reply that is larger than any', async () => {
    const url = await serve((_request, response) => response.end('x'.repeat(1024 * 1024 + 1)))
    expect((await call({url})).error?.message).to.contain('larger than 1 MiB')
  })

  it('sends nothing without encryption, but on its own link', async () => {
    for (const host of ['sts.aliyuncs.com', '10.0.0.1', '127.0.0.1.example', '100.100.100.201', '[fd00::1]']) {
      const {error} = await call({url: `http://${host}/SECRET`})
      expect(error?.message, host).to.equal(`TestAction would go to ${host} without encryption`)
    }
  })

  describe('with TLS', () => {
    const NAMES = ['sts.example.test']

    const world = async (
      options: ProxyServerOptions = {},
    ): Promise<{local: string; byName: string; ca: string; proxy: string; targets: () => string[]}> => {
      const sts = await startLocalSts({identities: [], tls: {names: NAMES}})
      const {port} = new URL(sts.endpoint)
      const proxy = await startProxyServer({
        names: {'sts.example.test:443': {host: '127.0.0.1', port: Number(port)}},
        ...options,
      })
      open.push(sts, proxy)
      const ca = await home.write(`${port}.pem`, sts.caPem)
      return {
        local: sts.endpoint,
        byName: 'https://sts.example.test/',
        ca,
        proxy: proxy.url,
        targets: () => proxy.requests.map(({target}) => target),
      }
    }

    it('trusts what SSL_CERT_FILE adds, and nothing more', async () => {
      const {local, ca} = await world()
      expect((await call({url: local}, {SSL_CERT_FILE: ca})).reply?.status).to.equal(400)
      const {error} = await call({url: local})
      expect(error).to.include({code: 'NetworkFailed', exitCode: 5})
      expect(error?.message).to.match(/cannot be trusted: its certificate fails the check \(\w+\)$/)
      expect(error?.nextStep).to.contain('SSL_CERT_FILE')
    })

    it('warns of a SSL_CERT_FILE that cannot be read', async () => {
      const {local} = await world()
      const {lines} = await call({url: local}, {SSL_CERT_FILE: join(home.dir, 'gone.pem')})
      expect(lines[0]).to.match(/^warn: the certificates in .*gone\.pem cannot be read/)
    })

    it('goes through the proxy that either case of the variables names', async () => {
      for (const name of ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy']) {
        const {byName, ca, proxy, targets} = await world()
        const {reply, error} = await call({url: byName}, {SSL_CERT_FILE: ca, [name]: proxy.replace('http://', '')})
        expect(reply?.status, `${name} ${error?.message ?? ''}`).to.equal(400)
        expect(targets()).to.deep.equal(['sts.example.test:443'])
      }
    })

    it('does not for hosts in NO_PROXY, for its own link, nor where a call says never', async () => {
      const {byName, local, ca, proxy, targets} = await world()
      const env = {SSL_CERT_FILE: ca, HTTPS_PROXY: proxy}
      for (const NO_PROXY of [
        'sts.example.test',
        'example.test',
        '.example.test',
        '*.test',
        'x, sts.example.test:443',
        '*',
      ]) {
        const {error} = await call({url: byName, attempts: 1}, {...env, NO_PROXY})
        expect(error?.message, NO_PROXY).to.contain('cannot be reached').and.not.contain('proxy')
      }
      await call({url: byName, attempts: 1, proxy: 'never'}, env)
      await call({url: local}, env)
      expect(targets()).to.deep.equal([])
      for (const NO_PROXY of ['ample.test', 'sts.example.test:8443', '.sts.example.test', '127.0.0.0/8'])
        await call({url: byName}, {...env, NO_PROXY})
      expect(targets()).to.have.length(4)
    })

    it('gives user and password to the proxy, and shows neither', async () => {
      const auth = {username: 'user', password: 'SECRET-p@ss'}
      const {byName, ca, proxy} = await world({auth})
      expect((await call({url: byName}, {SSL_CERT_FILE: ca, HTTPS_PROXY: proxy})).reply?.status).to.equal(400)
      const wrong = proxy.replace('SECRET', 'SECRET-wrong')
      const {error, lines} = await call({url: byName}, {SSL_CERT_FILE: ca, HTTPS_PROXY: wrong})
      expect(error?.message).to.match(
        /^TestAction at sts\.example\.test cannot be reached: the proxy 127\.0\.0\.1:\d+ refuses with HTTP 407$/,
      )
      expect(error?.nextStep).to.contain('user and password')
      expect(JSON.stringify([error?.message, error?.nextStep, lines])).not.to.contain('SECRET')
    })

    it('says that it was the proxy, when that cannot be reached, does not answer, or is of no kind it knows', async () => {
      const {byName, ca, proxy} = await world({faults: ['hang']})
      const hanging = await call({url: byName, timeoutMs: 100}, {SSL_CERT_FILE: ca, HTTPS_PROXY: proxy})
      expect(hanging.error?.code).to.equal('DeadlineExceeded')
      const gone = await call({url: byName}, {SSL_CERT_FILE: ca, HTTPS_PROXY: 'http://user:SECRET@127.0.0.1:1'})
      expect(gone.error?.message)
        .to.contain('through the proxy 127.0.0.1:1 cannot be reached')
        .and.not.contain('SECRET')
      expect(gone.error?.nextStep).to.contain('HTTPS_PROXY')
      const odd = await call({url: byName}, {HTTPS_PROXY: 'ftp://127.0.0.1:1'})
      expect(odd.error).to.include({code: 'InvalidOption', exitCode: 2})
      expect((await call({url: byName}, {HTTPS_PROXY: 'http://['})).error?.message).to.equal(
        'HTTPS_PROXY is not the URL of a proxy',
      )
    })
  })
})
