import {getEventListeners} from 'node:events'
import {createServer, type RequestListener} from 'node:http'
import type {RequestOptions} from 'node:https'
import type {AddressInfo} from 'node:net'

import {expect} from 'chai'

import {startDeadline} from '../../../src/lib/base/deadline.ts'
import type {HttpCall} from '../../../src/lib/transport/http.ts'
import {createTransport} from '../../../src/lib/transport/transport.ts'
import {listenOnLoopback, type Listening} from '../../local-cloud/loopback-server.ts'
import {recordingLog} from '../../support/runtime.ts'
import {call, listenRaw, shown} from './support.ts'

describe('createTransport', () => {
  const open: {close(): Promise<void>}[] = []
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
    expect(reply).to.deep.include({status: 418, body: 'PUT header ü close'})
  })

  it('gives the status of an answer that would go on in another protocol, at once', async () => {
    const server = createServer().on('upgrade', (_request, socket) => socket.end())
    server.on('connection', (socket) => {
      socket.once('data', () =>
        socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
      )
    })
    const {port, close} = await listenOnLoopback(server)
    open.push({close})
    expect((await call({url: `http://127.0.0.1:${port}/`})).reply).to.deep.include({status: 101, body: ''})
  })

  it('takes as much as the call says, and says how much that is', async () => {
    const url = await serve((_request, response) => response.end('x'.repeat(2 * 1024 * 1024)))
    expect((await call({url, maxReplyBytes: 3 * 1024 * 1024})).reply?.body).to.have.length(2 * 1024 * 1024)
    expect((await call({url, maxReplyBytes: 2 * 1024 * 1024 - 1})).error?.message).to.contain('larger than 1.9')
  })

  describe('makes a call once that must not be made twice', () => {
    it('when its reply is lost, and when the service breaks', async () => {
      for (const status of [500, 503]) {
        const {url, seen} = await serveStatuses([status, {}], [200, {}])
        expect((await call({url, once: true})).reply?.status).to.equal(status)
        expect(seen()).to.equal(1)
      }
      let seen = 0
      const url = await serve((request) => {
        seen += 1
        request.socket.destroy()
      })
      expect((await call({url, once: true})).error?.code).to.equal('NetworkFailed')
      expect(seen).to.equal(1)
    })

    it('and waits for its reply as long as the run may take', async () => {
      const url = await serve((_request, response) => setTimeout(() => response.end('late'), 60))
      const {reply} = await call({url, once: true}, {}, {silenceMs: 20})
      expect(reply?.body).to.equal('late')
    })

    it('but again where it was throttled, or never left this machine', async () => {
      const {url, seen} = await serveStatuses([400, {Code: 'Throttling.User'}], [429, {}], [200, {}])
      expect((await call({url, once: true})).reply?.status).to.equal(200)
      expect(seen()).to.equal(3)
      const {port, close} = await listenOnLoopback(createServer())
      await close()
      expect((await call({url: `http://127.0.0.1:${port}/`, once: true})).pauses).to.have.length(1)
    })
  })

  describe('tries again', () => {
    it('after throttling, a broken service and too many requests, then gives the reply', async () => {
      for (const [status, body] of [
        [400, {Code: 'Throttling.User'}],
        [503, {}],
        [429, {}],
        [500, {Code: 'InternalError'}],
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

    it('after throttling for as long as there is time, with pauses that grow to some seconds', async () => {
      for (const [status, body] of [
        [400, {Code: 'Throttling.User'}],
        [429, {}],
      ] as const) {
        const {url, seen} = await serveStatuses([status, body])
        const run = new AbortController()
        const onPause = (pauses: readonly number[]): void => {
          if (pauses.length === 9) run.abort()
        }
        const {reply, pauses} = await call({url}, {}, {signal: run.signal, onPause})
        expect(reply?.status).to.equal(status)
        expect(seen()).to.equal(9)
        expect(pauses.every((pause) => pause <= 7500)).to.equal(true)
        expect(pauses[8]).to.be.within(2500, 7500)
      }
    })

    it('when the service says, and not at all where that is too late', async () => {
      const throttledUntil = async (retryAfter: string, status = 429): Promise<{url: string; seen: () => number}> => {
        let seen = 0
        const url = await serve((_request, response) => {
          seen += 1
          if (seen === 2) response.end('{}')
          else response.writeHead(status, {'retry-after': retryAfter}).end('{"Code":"Throttling"}')
        })
        return {url, seen: () => seen}
      }
      const inSeconds = await throttledUntil('3', 503)
      const {reply, pauses} = await call({url: inSeconds.url}, {}, {})
      expect(reply?.status).to.equal(200)
      expect(pauses[0]).to.be.within(3000, 3100)
      const onDate = await throttledUntil(new Date(Date.now() + 5000).toUTCString())
      const dated = await call({url: onDate.url})
      expect(dated.reply?.status).to.equal(200)
      expect(dated.pauses[0]).to.be.within(3000, 5100)
      const tooLate = await throttledUntil('3600')
      const late = await call({url: tooLate.url})
      expect([late.reply?.status, late.pauses, tooLate.seen()]).to.deep.equal([429, [], 1])
      for (const nonsense of ['', '-1', '1e400', 'soon']) {
        const {url} = await throttledUntil(nonsense)
        const {pauses: usual} = await call({url})
        expect(usual[0], nonsense).to.be.within(100, 300)
      }
    })

    it('never what must not be done twice, not even after throttling', async () => {
      for (const status of [429, 500]) {
        const {url, seen} = await serveStatuses([status, {}], [200, {}])
        expect((await call({url, attempts: 1})).reply?.status).to.equal(status)
        expect(seen()).to.equal(1)
      }
    })

    it('and says what the service has said last when the time is over', async () => {
      let seen = 0
      const url = await serve((_request, response) => {
        seen += 1
        if (seen === 1) response.writeHead(429).end('{"Code":"Throttling.User"}')
      })
      const {reply, error} = await call({url, timeoutMs: 100})
      expect(error).to.equal(undefined)
      expect(reply?.status).to.equal(429)
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
        expect((await call({url})).reply, breakOff).to.deep.include({status: 200, body: '{}'})
      }
    })

    it('once where nobody listens', async () => {
      const {port, close} = await listenOnLoopback(createServer())
      await close()
      const {error, lines} = await call({url: `http://127.0.0.1:${port}/`})
      expect(error).to.include({code: 'NetworkFailed', exitCode: 5})
      expect(error?.message).to.equal(
        `TestAction at 127.0.0.1:${port} cannot be reached: connection refused (ECONNREFUSED)`,
      )
      expect(error?.nextStep).to.equal(`check the endpoint, and that its server listens at 127.0.0.1:${port}`)
      expect(lines).to.have.length(1)
    })
  })

  describe('keeps its deadline', () => {
    const expectDeadline = async (url: string, limits: Partial<HttpCall>, signal?: AbortSignal): Promise<void> => {
      const {error} = await call({url, ...limits}, {}, signal ? {signal} : {})
      expect(error?.code).to.equal('DeadlineExceeded')
      expect(error?.message).to.match(
        /^TestAction at 127\.0\.0\.1:\d+ (?:did not respond|cannot be reached: no connection) within \d+\.\d s$/,
      )
    }

    it('against a server that never answers', async () => {
      const url = await serve(() => {})
      await expectDeadline(url, {timeoutMs: 50})
      await expectDeadline(url, {}, AbortSignal.timeout(50))
    })

    it('where it is over before the call', async () => {
      let seen = 0
      const url = await serve(() => (seen += 1))
      const {error} = await call({url}, {}, {signal: AbortSignal.abort()})
      expect(error).to.include({code: 'DeadlineExceeded'})
      expect(error?.message).to.match(/^TestAction at \S+ was not called: the time limit was over$/)
      expect(seen).to.equal(0)
    })

    it('against a server that answers byte by byte', async () => {
      const url = await serve((_request, response) => {
        const timer = setInterval(() => response.write('x'), 10)
        response.once('close', () => clearInterval(timer))
      })
      await expectDeadline(url, {timeoutMs: 100})
    })

    it('in the pause before another attempt', async () => {
      const {url, seen} = await serveStatuses([503, {}])
      const run = new AbortController()
      const log = recordingLog()
      const debug = (message: string): void => {
        if (message.includes('retrying in')) setImmediate(() => run.abort())
      }
      const transport = createTransport({runtime: {env: {}, now: () => new Date()}, log: {...log, debug}})
      const reply = await transport({action: 'TestAction', service: 'STS', method: 'GET', url}, run.signal)
      expect(reply.status).to.equal(503)
      expect(seen()).to.equal(1)
    })

    it('and that of the connection, where TLS does not come about', async () => {
      const {port, close, allGone} = await listenRaw()
      open.push({close})
      const limits = {connectTimeoutMs: 50, attempts: 2}
      const {error, lines} = await call({url: `https://127.0.0.1:${port}/`, ...limits})
      expect(error?.code).to.equal('NetworkFailed')
      expect(error?.message).to.equal(`TestAction at 127.0.0.1:${port} cannot be reached: connection timed out`)
      expect(lines).to.have.length(1)
      await allGone()
    })

    it('and says that there was no connection, where that took all of it', async () => {
      const {port, close} = await listenRaw()
      open.push({close})
      const {error} = await call({url: `https://127.0.0.1:${port}/`, timeoutMs: 60})
      expect(error).to.include({code: 'DeadlineExceeded'})
      expect(error?.message).to.contain('cannot be reached: no connection within 0.1 s')
    })

    it('and has nothing left open after it', async () => {
      const {port, close, allGone} = await listenRaw((socket) => socket.write('HTTP/1.1 200 OK\r\n'))
      open.push({close})
      const run = new AbortController()
      await expectDeadline(`http://127.0.0.1:${port}/`, {timeoutMs: 50}, run.signal)
      await allGone()
      expect(getEventListeners(run.signal, 'abort')).to.deep.equal([])
    })
  })

  it('asks again when there is no answer, and lets the last attempt take the time that is left', async () => {
    let seen = 0
    const url = await serve((_request, response) => {
      seen += 1
      if (seen === 2) response.end('{}')
    })
    const {reply, lines} = await call({url}, {}, {silenceMs: 50})
    expect(reply?.status).to.equal(200)
    expect(lines.join()).to.contain('NO_RESPONSE')
    const silent = await serve(() => {})
    const {error} = await call({url: silent, attempts: 2, timeoutMs: 150}, {}, {silenceMs: 50})
    expect(error?.code).to.equal('DeadlineExceeded')
  })

  it('makes the call anew for another attempt, where it must not be made twice', async () => {
    const nonces: unknown[] = []
    const url = await serve((request, response) => {
      nonces.push(request.headers['x-nonce'])
      response.writeHead(503).end()
    })
    const make = (nonce: number): HttpCall => ({
      action: 'TestAction',
      service: 'STS',
      method: 'POST',
      url,
      headers: {'x-nonce': String(nonce)},
      renew: () => make(nonces.length),
    })
    await call(make(0))
    expect(nonces).to.deep.equal(['0', '1', '2'])
  })

  it('gives each address of a host its part of the time, and leaves TLS to no variable or flag', async () => {
    const https = process.getBuiltinModule('node:https')
    const {request} = https
    const seen: RequestOptions[] = []
    https.request = ((url: URL, options: RequestOptions, ...rest: []) => {
      seen.push(options)
      return request(url, options, ...rest)
    }) as typeof request
    const {signal, release} = startDeadline(20_000)
    try {
      await call({url: 'https://127.0.0.1:1/'}, {}, {signal})
    } finally {
      https.request = request
      release()
    }
    expect(seen[0]).to.include({autoSelectFamily: true, rejectUnauthorized: true, minVersion: 'TLSv1.2'})
    expect(seen[0]).to.have.property('autoSelectFamilyAttemptTimeout').that.is.within(2400, 2500)
  })

  it('follows no redirect, and names the hosts alone', async () => {
    for (const [location, to] of [
      ['/elsewhere?SECRET', / redirected to 127\.0\.0\.1:\d+ \(HTTP 307\)/],
      ['https://user:SECRET@portal.example/SECRET?SECRET', / redirected to portal\.example \(HTTP 307\)/],
      ['https://[SECRET', / redirected \(HTTP 307\)/],
    ] as const) {
      let seen = 0
      const url = await serve((_request, response) => {
        seen += 1
        // Even if it has what looks like an answer.
        response.writeHead(307, {location}).end('{"Credentials":{}}')
      })
      const outcome = await call({url})
      expect(outcome.error).to.include({code: 'ServiceFailed', exitCode: 6})
      expect(outcome.error?.message).to.match(to)
      expect(shown(outcome)).not.to.contain('SECRET')
      expect(seen).to.equal(1)
    }
  })

  it('speaks IPv6', async function () {
    const server = createServer((_request, response) => response.end('{}'))
    const isListening = await new Promise((resolve) => {
      server.once('error', () => resolve(false)).listen(0, '::1', () => resolve(true))
    })
    if (!isListening) this.skip()
    open.push({close: async () => void server.close()})
    const {port} = server.address() as AddressInfo
    expect((await call({url: `http://[::1]:${port}/`})).reply?.status).to.equal(200)
  })

  it('says what it cannot send, without it', async () => {
    const url = await serve((_request, response) => response.end())
    const outcome = await call({url, headers: {authorization: 'SECRET-\n'}})
    expect(outcome.error).to.include({code: 'CredentialsInvalid', exitCode: 3})
    expect(shown(outcome)).not.to.contain('SECRET')
  })

  it('says what is not HTTP, without it', async () => {
    const {port, close} = await listenRaw((socket) => socket.end('SECRET-garbage\r\n\r\n'))
    open.push({close})
    const outcome = await call({url: `http://127.0.0.1:${port}/?query=SECRET-query`})
    expect(outcome.error?.message).to.match(/cannot be reached: the response is not HTTP \(HPE_\w+\)$/)
    expect(shown(outcome)).not.to.contain('SECRET')
  })

  it('goes to no URL that is none', async () => {
    const outcome = await call({url: 'https://SECRET host/'})
    expect(outcome.error?.code).to.equal('InvalidOption')
    expect(shown(outcome)).not.to.contain('SECRET')
  })

  it('says of a scheme that cannot be called that it is none', async () => {
    for (const url of ['file:///SECRET', 'data:,SECRET', 'ftp://SECRET/'])
      expect((await call({url})).error?.message, url).to.equal('TestAction has a URL that is neither https nor http')
  })

  it('takes no reply that is larger than any', async () => {
    const url = await serve((_request, response) => response.end('x'.repeat(1024 * 1024 + 1)))
    const {error} = await call({url})
    expect(error?.message).to.match(/^TestAction at \S+ failed: HTTP 200, the response is larger than 1 MiB$/)
    expect(error).to.include({code: 'ServiceFailed'})
    expect(error?.call?.status).to.equal(200)
  })

  it('sends nothing without encryption, but on its own link', async () => {
    for (const host of ['sts.aliyuncs.com', '10.0.0.1', '127.0.0.1.example', '100.100.100.201', '[fd00::1]']) {
      const {error} = await call({url: `http://${host}/SECRET`})
      expect(error?.message, host).to.equal(`refusing to send TestAction to ${host} over plain http`)
    }
  })
})
