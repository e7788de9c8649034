import {execFileSync} from 'node:child_process'
import {mkdir} from 'node:fs/promises'
import {createServer, type Server} from 'node:https'
import {delimiter, join} from 'node:path'

import {expect} from 'chai'

import {
  createCertificate,
  createFaultyCertificate,
  makeCertificate,
  type Certificate,
} from '../../local-cloud/certificate.ts'
import {listenOnLoopback} from '../../local-cloud/loopback-server.ts'
import {makeHome, type TestHome} from '../../support/home.ts'
import {call, listenRaw, shown} from './support.ts'

const DAY_MS = 86_400_000

describe('createTransport with TLS', () => {
  const open: {close(): Promise<void>}[] = []
  let home: TestHome
  let certificate: Certificate

  before(async () => {
    home = await makeHome()
    certificate = await createCertificate()
  })
  after(() => home.remove())
  afterEach(async () => {
    await Promise.all(open.splice(0).map((server) => server.close()))
  })

  const serve = async (
    {keyPem, certPem}: Certificate,
    onRequest = (): unknown => undefined,
    headers: Record<string, string> = {},
  ): Promise<string> => {
    const server: Server = createServer({key: keyPem, cert: certPem}, (_request, response) => {
      onRequest()
      response.writeHead(200, headers).end('{}')
    })
    const listening = await listenOnLoopback(server)
    open.push(listening)
    return `https://127.0.0.1:${listening.port}/?query=SECRET-query`
  }

  it('trusts what SSL_CERT_FILE and NODE_EXTRA_CA_CERTS add', async () => {
    const url = await serve(certificate)
    // Of another subject: OpenSSL looks for an issuer by its name.
    const {certPem} = await makeCertificate({
      subject: 'CN=x',
      notBefore: new Date(Date.now() - DAY_MS),
      notAfter: new Date(Date.now() + DAY_MS),
      extensions: [],
    })
    const other = await home.write('other-name.pem', certPem)
    const own = await home.write('own.pem', certificate.certPem)
    expect((await call({url}, {SSL_CERT_FILE: own})).reply?.status).to.equal(200)
    expect((await call({url}, {SSL_CERT_FILE: other, NODE_EXTRA_CA_CERTS: own})).reply?.status).to.equal(200)
  })

  it('trusts what lies in the directories of SSL_CERT_DIR', async () => {
    const url = await serve(certificate)
    await home.write('certs/own.pem', certificate.certPem)
    await home.write('certs/README', 'no certificate')
    const dirs = [join(home.dir, 'none'), join(home.dir, 'certs')].join(delimiter)
    const {reply, lines} = await call({url}, {SSL_CERT_DIR: dirs})
    expect(reply?.status).to.equal(200)
    expect(lines.join()).to.match(/^warn: ignoring the CA certificates in .*none: cannot read the directory$/)
  })

  it("trusts the system's, which are read only when nothing else does", async () => {
    let seen = 0
    const url = await serve(certificate, () => (seen += 1))
    const bundles = [join(home.dir, 'none.crt'), await home.write('bundle.crt', certificate.certPem)]
    const {reply, lines} = await call({url, attempts: 1}, {}, {bundles})
    expect(reply?.status).to.equal(200)
    expect([seen, lines]).to.deep.equal([1, []])
  })

  it('refuses to work without verification, whatever a variable says', async () => {
    const url = await serve(certificate)
    for (const value of ['0', 'false']) {
      const {error} = await call({url}, {NODE_TLS_REJECT_UNAUTHORIZED: value})
      expect(error).to.include({code: 'InvalidOption', exitCode: 2})
      expect(error?.message).to.contain('NODE_TLS_REJECT_UNAUTHORIZED')
      expect(error?.nextStep).to.contain('NODE_EXTRA_CA_CERTS')
    }
    for (const value of ['1', '', 'x']) {
      const {error} = await call({url}, {NODE_TLS_REJECT_UNAUTHORIZED: value})
      expect(error?.message).to.contain('TLS certificate verification failed')
    }
    // Nothing is verified where there is no TLS.
    const {port, close} = await listenRaw((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n{}'))
    open.push({close})
    const plain = await call({url: `http://127.0.0.1:${port}/`}, {NODE_TLS_REJECT_UNAUTHORIZED: '0'})
    expect(plain.reply?.status).to.equal(200)
  })

  it('waits for no pipe that is named as a certificate', async function () {
    if (process.platform === 'win32') this.skip()
    const url = await serve(certificate)
    const dir = join(home.dir, 'pipes')
    await mkdir(dir)
    execFileSync('mkfifo', [join(dir, 'pipe.pem')])
    expect((await call({url}, {SSL_CERT_DIR: dir})).error?.code).to.equal('NetworkFailed')
    // Node and Bun would wait for these themselves.
    for (const name of ['SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS'])
      for (const path of [join(dir, 'pipe.pem'), '/dev/zero']) {
        const {error} = await call({url}, {[name]: path})
        expect(error, path).to.include({code: 'InvalidOption', exitCode: 2})
        expect(error?.message).to.match(new RegExp(`^cannot read ${path}, named by ${name}: it is `))
      }
  })

  it('leaves out a damaged certificate, and no other one', async () => {
    const url = await serve(certificate)
    const damaged = '-----BEGIN CERTIFICATE-----\nno base64!\n-----END CERTIFICATE-----\n'
    const file = await home.write('damaged-first.pem', `${damaged}${certificate.certPem}`)
    const {reply, lines} = await call({url}, {SSL_CERT_FILE: file})
    expect(reply?.status).to.equal(200)
    expect(lines).to.deep.equal([])
    await home.write('damaged/a.pem', damaged)
    await home.write('damaged/b.pem', certificate.certPem)
    expect((await call({url}, {SSL_CERT_DIR: join(home.dir, 'damaged')})).reply?.status).to.equal(200)
    const none = await call({url}, {SSL_CERT_FILE: await home.write('damaged.pem', damaged)})
    expect(none.error?.code).to.equal('NetworkFailed')
    expect(none.lines.join()).to.match(/^warn: ignoring the CA certificates in .*: it has no certificate in PEM$/)
  })

  it('trusts nothing more, and tries no second time', async () => {
    const url = await serve(certificate)
    const other = await home.write('other.pem', (await createCertificate()).certPem)
    for (const env of [{}, {SSL_CERT_FILE: other}]) {
      const outcome = await call({url}, env)
      expect(outcome.error).to.include({code: 'NetworkFailed', exitCode: 5})
      expect(outcome.error?.message).to.match(
        /^TestAction at 127\.0\.0\.1:\d+: TLS certificate verification failed \([A-Z_]+\)$/,
      )
      expect(outcome.error?.nextStep).to.contain('NODE_EXTRA_CA_CERTS').and.contain('SSL_CERT_FILE')
      expect(outcome.lines).to.deep.equal([])
      expect(shown(outcome)).not.to.contain('SECRET')
    }
  })

  it('wants a certificate for this very host, and one that has not expired', async () => {
    for (const [name, faults, code] of [
      ['host.pem', {names: ['other.example']}, 'ERR_TLS_CERT_ALTNAME_INVALID'],
      ['expired.pem', {ips: ['127.0.0.1'], isExpired: true}, 'CERT_HAS_EXPIRED'],
    ] as const) {
      const wrong = await createFaultyCertificate(faults)
      const {error} = await call({url: await serve(wrong)}, {SSL_CERT_FILE: await home.write(name, wrong.certPem)})
      expect(error?.message).to.contain(`(${code})`)
      if (name === 'expired.pem') expect(error?.nextStep).to.contain('clock')
      else expect(error?.nextStep).to.contain('for another one').and.not.to.contain('CA')
    }
  })

  it('takes the CA of a call for the only one, and the name of the server from the call', async () => {
    const own = await createFaultyCertificate({names: ['api.internal']})
    const url = await serve(own)
    const named = {serverName: 'api.internal'}
    expect((await call({url, tls: {ca: own.certPem, ...named}})).reply?.status).to.equal(200)
    expect((await call({url, tls: {ca: own.certPem}})).error?.message).to.contain('ERR_TLS_CERT_ALTNAME_INVALID')
    const bundles = [await home.write('own-bundle.crt', own.certPem)]
    expect((await call({url, tls: named}, {}, {bundles})).reply?.status).to.equal(200)
    const other = {ca: certificate.certPem, ...named}
    expect((await call({url, tls: other}, {}, {bundles})).error?.message).to.contain('verification failed')
  })

  it('takes no time from an answer that a cache has kept', async () => {
    const env = {SSL_CERT_FILE: await home.write('clock.pem', certificate.certPem)}
    const date = 'Fri, 02 Jan 2026 05:04:05 GMT'
    const fresh = await call({url: await serve(certificate, undefined, {date})}, env)
    expect(fresh.reply?.date).to.equal(date)
    const stale = await call({url: await serve(certificate, undefined, {date, age: '120'})}, env)
    expect(stale.reply).not.to.have.property('date')
  })

  it('tells a server without TLS from a wrong certificate', async () => {
    const {port, close} = await listenRaw((socket) => socket.end('HTTP/1.1 400 SECRET\r\n\r\n'))
    open.push({close})
    const outcome = await call({url: `https://127.0.0.1:${port}/`, attempts: 1})
    expect(outcome.error?.message).to.match(/cannot be reached: TLS handshake failed \(\w+\)$/)
    expect(shown(outcome)).not.to.contain('SECRET')
  })

  it('warns of a SSL_CERT_FILE that cannot be read', async () => {
    const url = await serve(certificate)
    const {lines, error} = await call({url}, {SSL_CERT_FILE: join(home.dir, 'gone.pem')})
    expect(error?.message).to.contain('TLS certificate verification failed')
    expect(lines).to.have.length(1)
    expect(lines[0]).to.match(/^warn: ignoring the CA certificates in .*gone\.pem: cannot read the file/)
  })
})
