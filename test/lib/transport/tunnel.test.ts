import {once} from 'node:events'
import {connect, type Socket} from 'node:net'

import {expect} from 'chai'

import {createCertificate} from '../../local-cloud/certificate.ts'
import {startProxyServer, type ProxyServerOptions} from '../../local-cloud/proxy-server.ts'
import {startLocalSts} from '../../local-cloud/sts.ts'
import {makeHome, type TestHome} from '../../support/home.ts'
import {call, listenRaw, shown} from './support.ts'

const NAME = 'sts.example.test'
const URL_BY_NAME = `https://${NAME}/?query=SECRET-query`

describe('createTransport with a proxy', () => {
  const open: {close(): Promise<void>}[] = []
  let home: TestHome

  before(async () => {
    home = await makeHome()
  })
  after(() => home.remove())
  afterEach(async () => {
    await Promise.all(open.splice(0).map((server) => server.close()))
  })

  /** An STS that has a name where the proxy alone knows. */
  const startSts = async (names = [NAME]): Promise<{local: string; port: number; ca: string}> => {
    const sts = await startLocalSts({identities: [], tls: {names}})
    open.push(sts)
    const port = Number(new URL(sts.endpoint).port)
    return {local: sts.endpoint, port, ca: await home.write(`${port}.pem`, sts.caPem)}
  }
  const startWorld = async (
    options: ProxyServerOptions = {},
    names = [NAME],
  ): Promise<{local: string; ca: string; proxy: string; targets: () => string[]}> => {
    const {local, port, ca} = await startSts(names)
    const proxy = await startProxyServer({names: {[`${NAME}:443`]: {host: '127.0.0.1', port}}, ...options})
    open.push(proxy)
    return {local, ca, proxy: proxy.url, targets: () => proxy.requests.map(({target}) => target)}
  }
  const startRaw: typeof listenRaw = async (listener) => {
    const raw = await listenRaw(listener)
    open.push(raw)
    return raw
  }

  it('goes through the one that either case of the variables names', async () => {
    for (const name of ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy']) {
      const {ca, proxy, targets} = await startWorld()
      const {reply, error} = await call({url: URL_BY_NAME}, {SSL_CERT_FILE: ca, [name]: proxy.replace('http://', '')})
      expect(reply?.status, `${name} ${error?.message ?? ''}`).to.equal(400)
      expect(targets()).to.deep.equal(['sts.example.test:443'])
    }
  })

  it('does not for hosts in NO_PROXY, for its own link, nor where a call says never', async () => {
    const {local, ca, proxy, targets} = await startWorld()
    const env = {SSL_CERT_FILE: ca, HTTPS_PROXY: proxy}
    const limits = {attempts: 1, connectTimeoutMs: 300}
    for (const [given, more] of [
      [{}, {NO_PROXY: 'example.test'}],
      [{proxy: 'never'}, {}],
    ] as const) {
      const {error} = await call({url: URL_BY_NAME, ...limits, ...given}, {...env, ...more})
      expect(error?.message).to.contain('cannot be reached').and.not.contain('proxy')
    }
    expect((await call({url: local}, env)).reply?.status).to.equal(400)
    expect(targets()).to.deep.equal([])
  })

  it('gives user and password to it, and shows neither', async () => {
    const {ca, proxy} = await startWorld({auth: {username: 'user', password: 'SECRET-p@ss'}})
    const env = {SSL_CERT_FILE: ca, HTTPS_PROXY: proxy}
    expect((await call({url: URL_BY_NAME}, env)).reply?.status).to.equal(400)
    const outcome = await call({url: URL_BY_NAME}, {...env, HTTPS_PROXY: proxy.replace('SECRET', 'SECRET-wrong')})
    expect(outcome.error?.message).to.match(
      /^TestAction at sts\.example\.test cannot be reached: proxy 127\.0\.0\.1:\d+ refused with HTTP 407$/,
    )
    expect(outcome.error?.nextStep).to.contain('the proxy has refused them')
    const without = await call({url: URL_BY_NAME}, {...env, HTTPS_PROXY: proxy.replace(/\/\/.*@/, '//')})
    expect(without.error?.nextStep).to.match(/^put the user and password into/)
    expect(shown(outcome)).not.to.contain('SECRET')
    expect(shown(outcome)).not.to.contain(Buffer.from('user:SECRET').toString('base64').slice(0, 12))
  })

  it('says that it was the proxy that cannot be reached or does not connect', async () => {
    const {ca, proxy} = await startWorld({faults: [{status: 503, code: 'Busy'}, 'reset', 'reset', 'reset']})
    const env = {SSL_CERT_FILE: ca, HTTPS_PROXY: proxy}
    expect((await call({url: URL_BY_NAME}, env)).error?.message).to.match(
      /: proxy 127\.0\.0\.1:\d+ refused with HTTP 503$/,
    )
    const reset = await call({url: URL_BY_NAME}, env)
    expect(reset.error?.message).to.match(/: proxy 127\.0\.0\.1:\d+: connection reset/)
    expect(reset.lines).to.have.length(2)
    for (const scheme of ['http', 'socks5']) {
      const gone = await call({url: URL_BY_NAME}, {HTTPS_PROXY: `${scheme}://user:SECRET@127.0.0.1:1`})
      expect(gone.error?.message).to.equal(
        `TestAction at ${NAME} cannot be reached: proxy 127.0.0.1:1: connection refused (ECONNREFUSED)`,
      )
      expect(gone.lines).to.have.length(1)
      expect(gone.error?.nextStep).to.contain('HTTPS_PROXY')
      expect(shown(gone)).not.to.contain('SECRET')
    }
  })

  it('says that what the proxy answers is not HTTP', async () => {
    for (const garbage of ['SECRET', 'SECRET 99', 'SECRET\r\nSECRET', 'HTTP/1.1 SECRET SECRET']) {
      const {port} = await startRaw((socket) => socket.end(`${garbage}\r\n\r\n`))
      const outcome = await call({url: URL_BY_NAME}, {HTTPS_PROXY: `http://127.0.0.1:${port}`})
      expect(outcome.error?.message, garbage).to.equal(
        `TestAction at ${NAME} cannot be reached: proxy 127.0.0.1:${port}: its answer is not HTTP`,
      )
      expect(shown(outcome)).not.to.contain('SECRET')
    }
  })

  it('tells whose certificate is wrong', async () => {
    const {ca, proxy} = await startWorld({}, ['other.example.test'])
    const {error} = await call({url: URL_BY_NAME}, {SSL_CERT_FILE: ca, HTTPS_PROXY: proxy})
    expect(error?.message).to.match(
      /^TestAction at sts\.example\.test through the proxy \S+: TLS certificate verification failed \(ERR_TLS_CERT_ALTNAME_INVALID\)$/,
    )
    const {local} = await startSts()
    const ofProxy = await call({url: URL_BY_NAME}, {HTTPS_PROXY: local})
    expect(ofProxy.error?.message).to.match(/cannot be reached: proxy \S+: TLS certificate verification failed/)
  })

  it('trusts an https proxy by SSL_CERT_FILE too', async () => {
    const {local, ca} = await startSts()
    // The STS is no proxy and closes the connection: but it was asked.
    const {error} = await call({url: URL_BY_NAME}, {HTTPS_PROXY: local, SSL_CERT_FILE: ca})
    expect(error?.message).to.match(/cannot be reached: proxy \S+(?: refused|: )/)
  })

  it('keeps its deadline where one does not answer, and has nothing left open', async () => {
    const check = async (scheme: string): Promise<void> => {
      const {port, allGone} = await startRaw()
      const env = {HTTPS_PROXY: `${scheme}://127.0.0.1:${port}`}
      const {error} = await call({url: URL_BY_NAME, timeoutMs: 300}, env)
      expect(error?.code, scheme).to.equal('DeadlineExceeded')
      expect(error?.message).to.contain(`through the proxy 127.0.0.1:${port} did not respond`)
      await allGone()
      const late = await call({url: URL_BY_NAME, connectTimeoutMs: 200, attempts: 1}, env)
      expect(late.error?.message, scheme).to.contain(`: proxy 127.0.0.1:${port}: connection timed out`)
      await allGone()
    }
    await Promise.all(['http', 'https', 'socks5', 'socks4'].map(check))
  })

  describe('by SOCKS5', () => {
    /** As RFC 1928 and 1929 have it, as far as a client needs it. It leads everywhere to one port of this machine. */
    const startSocks = async (
      to: number,
      {login, answer = 0}: {login?: string; answer?: number} = {},
    ): Promise<{port: number; targets: string[]}> => {
      const targets: string[] = []
      const next = async (socket: Socket): Promise<Buffer> => (await once(socket, 'data'))[0] as Buffer
      const serve = async (socket: Socket): Promise<void> => {
        await next(socket)
        socket.write(Buffer.of(5, login ? 2 : 0))
        if (login) {
          const given = await next(socket)
          const isRight =
            given
              .toString('latin1')
              .slice(2)
              .replaceAll(/[^ -~]/g, ':') === login
          socket.write(Buffer.of(1, isRight ? 0 : 1))
          if (!isRight) return
        }
        const request = await next(socket)
        targets.push(
          `${request[3]} ${request.toString('latin1', 5, 5 + (request[4] ?? 0))}:${request.readUInt16BE(request.length - 2)}`,
        )
        socket.write(Buffer.of(5, answer, 0, 1, 127, 0, 0, 1, 0, 0))
        if (answer !== 0) return
        const upstream = connect(to, '127.0.0.1')
        upstream.on('error', () => socket.destroy())
        socket.once('close', () => upstream.destroy())
        upstream.once('close', () => socket.destroy())
        socket.pipe(upstream).pipe(socket)
      }
      const {port} = await startRaw((socket) => {
        serve(socket).catch(() => socket.destroy())
      })
      return {port, targets}
    }

    it('lets the proxy look the name up, and speaks TLS with the target', async () => {
      for (const scheme of ['socks5', 'socks5h', 'socks']) {
        const {port: to, ca} = await startSts()
        const {port, targets} = await startSocks(to)
        const env = {SSL_CERT_FILE: ca, all_proxy: `${scheme}://127.0.0.1:${port}`}
        const {reply, error} = await call({url: URL_BY_NAME}, env)
        expect(reply?.status, error?.message).to.equal(400)
        expect(targets).to.deep.equal([`3 ${NAME}:443`])
      }
    })

    it('gives user and password, and shows neither', async () => {
      const {port: to, ca} = await startSts()
      const {port} = await startSocks(to, {login: 'user:SECRET-p'})
      const through = (login: string): ReturnType<typeof call> =>
        call({url: URL_BY_NAME}, {SSL_CERT_FILE: ca, ALL_PROXY: `socks5://${login}@127.0.0.1:${port}`})
      expect((await through('user:SECRET-p')).reply?.status).to.equal(400)
      const outcome = await through('user:SECRET-wrong')
      expect(outcome.error?.message).to.contain(`: proxy 127.0.0.1:${port}: authentication failed`)
      expect(outcome.lines).to.deep.equal([])
      expect(shown(outcome)).not.to.contain('SECRET')
    })

    it('says that the proxy does not connect', async () => {
      const {port} = await startSocks(1, {answer: 4})
      const {error} = await call({url: URL_BY_NAME}, {ALL_PROXY: `socks5://127.0.0.1:${port}`})
      expect(error?.message).to.contain(`: proxy 127.0.0.1:${port}: it refused to connect to the target`)
    })

    it('tells a target with a wrong certificate from the proxy', async () => {
      const {port: to} = await startSts()
      const ca = await home.write('other.pem', (await createCertificate()).certPem)
      const {port} = await startSocks(to)
      const env = {ALL_PROXY: `socks5://127.0.0.1:${port}`, SSL_CERT_FILE: ca}
      const {error} = await call({url: URL_BY_NAME}, env)
      expect(error?.message).to.contain(
        `${NAME} through the proxy 127.0.0.1:${port}: TLS certificate verification failed`,
      )
    })
  })
})
