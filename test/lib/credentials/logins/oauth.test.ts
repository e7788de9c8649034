import {spawn} from 'node:child_process'
import {mkdir, readFile, utimes, writeFile} from 'node:fs/promises'
import {createServer, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import {join} from 'node:path'
import {pathToFileURL} from 'node:url'

import {expect} from 'chai'

import type {Credentials} from '../../../../src/lib/credentials/credentials.ts'
import {serviceClock} from '../../../../src/lib/cache/service-clock.ts'
import {OAUTH_SITES, type OAuthSite} from '../../../../src/lib/credentials/logins/oauth-sites.ts'
import {SESSION_OF, sessionMark} from '../../../../src/lib/credentials/logins/stored-session.ts'
import {oauthSource} from '../../../../src/lib/credentials/logins/oauth.ts'
import {readGlobalOptions} from '../../../../src/lib/options/global-options.ts'
import {parseCliConfig} from '../../../../src/lib/profile-files/cli-config.ts'
import type {Profile} from '../../../../src/lib/profile-files/profile.ts'
import type {Transport} from '../../../../src/lib/transport/http.ts'
import {CLI_CONFIG, makeHome, type TestHome} from '../../../support/home.ts'
import {freshNonce, recordingLog, testRuntime} from '../../../support/runtime.ts'
import {failureOf} from '../../../support/failure-of.ts'

const NOW = new Date('2026-01-02T03:04:05.678Z')
const inSeconds = (seconds: number): number => Math.floor(NOW.getTime() / 1000) + seconds
const SESSION_END = '2026-01-02T04:04:05Z'
const LOGIN = 'run `aliyun configure --mode OAuth --oauth-site-type CN --profile me`'

const fetchTransport: Transport = async ({url, method, headers = {}, body = ''}, signal) => {
  const reply = await fetch(url, {method, headers, body, signal: signal ?? null})
  return {status: reply.status, body: await reply.text()}
}

/** Knows one refresh token at a time, as the real one: using it gives the next one. */
class OAuthService {
  refreshes = 0
  exchanges = 0
  readonly refused: string[] = []
  /** The number in the refresh token that is good now. */
  current = 1
  /** Answers instead, when set. */
  override: ((path: string) => {status: number; body: string} | undefined) | undefined
  /** Happens before an answer. */
  meanwhile: (path: string) => Promise<void> = () => Promise.resolve()

  answer(path: string, authorization: string, body: string): {status: number; body: string} {
    const other = this.override?.(path)
    if (other) return other
    return path === '/v1/token' ? this.#refresh(new URLSearchParams(body)) : this.#exchange(authorization, body)
  }

  #refresh(form: URLSearchParams): {status: number; body: string} {
    this.refreshes += 1
    const given = form.get('refresh_token') ?? ''
    if (form.get('grant_type') !== 'refresh_token' || form.get('client_id') !== 'client-1')
      return refusal('bad_request')
    if (given !== `SECRET-refresh-${this.current}`) {
      this.refused.push(given)
      return refusal('invalid_grant')
    }
    this.current += 1
    return ok({
      access_token: `SECRET-access-${this.current}`,
      refresh_token: `SECRET-refresh-${this.current}`,
      expires_in: 3600,
      token_type: 'Bearer',
    })
  }

  #exchange(authorization: string, body: string): {status: number; body: string} {
    this.exchanges += 1
    if (body !== '' || authorization !== `Bearer SECRET-access-${this.current}`) return refusal('expired_token')
    return ok({
      requestId: 'request-1',
      accessKeyId: `STS.${this.current}`,
      accessKeySecret: `SECRET-key-${this.current}`,
      securityToken: `SECRET-token-${this.current}`,
      expiration: SESSION_END,
    })
  }
}

const ok = (object: object): {status: number; body: string} => ({status: 200, body: JSON.stringify(object)})
const refusal = (error: string): {status: number; body: string} => ({
  status: 400,
  body: JSON.stringify({error, error_description: 'refused', requestId: 'request-2'}),
})

describe('oauthSource', () => {
  let server: Server
  let service: OAuthService
  let home: TestHome
  let path: string
  let lines: readonly string[]

  before((done) => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const {url = '', headers} = request
        const {status, body} = service.answer(url, headers.authorization ?? '', Buffer.concat(chunks).toString())
        void service.meanwhile(url).then(() => response.writeHead(status).end(body))
      })
    }).listen(0, '127.0.0.1', done)
  })
  after((done) => {
    server.close(done)
  })

  beforeEach(async () => {
    home = await makeHome()
    service = new OAuthService()
  })
  afterEach(async () => {
    await home.remove()
    expect(lines.join('\n')).not.to.contain('SECRET')
  })

  const login = (parts: object = {}): Record<string, unknown> => ({
    name: 'me',
    mode: 'OAuth',
    oauth_site_type: 'CN',
    oauth_access_token: 'SECRET-access-1',
    oauth_refresh_token: 'SECRET-refresh-1',
    oauth_access_token_expire: inSeconds(3600),
    unknown_key: {kept: true},
    ...parts,
  })
  const ended = {oauth_access_token_expire: inSeconds(60)}
  const session = (seconds: number): object => ({
    access_key_id: 'STS.old',
    access_key_secret: 'SECRET-old',
    sts_token: 'SECRET-token-old',
    sts_expiration: inSeconds(seconds),
  })
  /** What this program notes beside a session. */
  const mark = (entry: Record<string, unknown>): string =>
    sessionMark(firstProfile(JSON.stringify({profiles: [entry]})), {
      facts: () => [['site', 'CN']],
      tokenFields: ['oauth_access_token', 'oauth_refresh_token'],
    })
  const firstProfile = (text: string): Profile => {
    const [profile] = parseCliConfig(text, path).profiles
    if (!profile) throw new Error('no profile')
    return profile
  }
  const profileOf = async (parts: object = {}): Promise<Profile> => {
    const entry = login(parts)
    const own = 'sts_token' in entry && !(SESSION_OF in entry) ? {[SESSION_OF]: mark(entry)} : {}
    path = await home.write(CLI_CONFIG, {
      current: 'me',
      profiles: [
        {...entry, ...own},
        {name: 'other', mode: 'AK'},
      ],
    })
    return firstProfile(await readFile(path, 'utf8'))
  }
  const sites = (): Record<string, OAuthSite> => ({
    CN: {clientId: 'client-1', baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`},
  })
  const sourceOf = (profile: Profile) => {
    const log = recordingLog()
    lines = log.lines
    const runtime = testRuntime({
      now: () => NOW,
      homeDir: home.dir,
      platform: process.platform,
      nonce: freshNonce,
    })
    const options = readGlobalOptions({flags: {}, execInfo: {}, env: {}})
    return oauthSource(
      profile,
      {runtime, clock: serviceClock(runtime), log, options, flags: {}, transport: fetchTransport},
      sites(),
    )
  }
  const load = async (parts: object = {}): Promise<Credentials> => sourceOf(await profileOf(parts)).load()
  const saved = async (): Promise<Record<string, unknown>> => JSON.parse(await readFile(path, 'utf8')).profiles[0]
  const calls = (): readonly number[] => [service.refreshes, service.exchanges]

  it('exchanges the access token for a session, and keeps that in the profile', async () => {
    const credentials = await load()
    expect(credentials).to.deep.include({accessKeyId: 'STS.1', expiration: new Date(SESSION_END)})
    expect(credentials.accessKeySecret.reveal()).to.equal('SECRET-key-1')
    expect(credentials.securityToken?.reveal()).to.equal('SECRET-token-1')
    expect(calls()).to.deep.equal([0, 1])
    expect(await saved()).to.deep.equal({
      ...login(),
      access_key_id: 'STS.1',
      access_key_secret: 'SECRET-key-1',
      sts_token: 'SECRET-token-1',
      sts_expiration: Date.parse(SESSION_END) / 1000,
      [SESSION_OF]: mark(login({access_key_id: 'STS.1'})),
    })
  })

  it('uses no session of another login, but one that another program has stored', async () => {
    await load(ended)
    const stored = await saved()
    expect((await load(stored)).accessKeyId).to.equal('STS.2')
    expect(calls()).to.deep.equal([1, 1])
    for (const change of [
      {oauth_access_token: 'SECRET-of-another'},
      {oauth_refresh_token: 'SECRET-of-another'},
      {access_key_id: 'STS.of-another-program'},
    ])
      expect(sourceOf(await profileOf({...stored, ...change})).atHand(), JSON.stringify(change)).to.equal(undefined)
    service.override = () => ({status: 500, body: 'SECRET'})
    expect(await failureOf(load({...stored, oauth_access_token: 'SECRET-of-another'}))).to.include({
      code: 'ServiceFailed',
    })
    expect((await load({...stored, [SESSION_OF]: undefined})).accessKeyId).to.equal('STS.2')
  })

  it('knows its session again after it has renewed the tokens alone', async () => {
    service.override = (url) => (url === '/v1/exchange' ? {status: 500, body: 'SECRET'} : undefined)
    expect((await load({...ended, ...session(60)})).accessKeyId).to.equal('STS.old')
    expect(await saved()).to.include({oauth_refresh_token: 'SECRET-refresh-2'})
    expect((await sourceOf(firstProfile(await readFile(path, 'utf8'))).load()).accessKeyId).to.equal('STS.old')
  })

  it('refreshes an access token that has ended, or nearly so, first', async () => {
    for (const parts of [ended, {oauth_access_token_expire: 0}, {oauth_access_token: ''}]) {
      service = new OAuthService()
      expect((await load(parts)).accessKeyId).to.equal('STS.2')
      expect(calls()).to.deep.equal([1, 1])
      expect(await saved()).to.include({
        oauth_access_token: 'SECRET-access-2',
        oauth_refresh_token: 'SECRET-refresh-2',
        oauth_access_token_expire: inSeconds(3600),
        access_key_id: 'STS.2',
      })
    }
  })

  it('saves the new refresh token before it makes another call', async () => {
    service.override = (url) => (url === '/v1/exchange' ? {status: 500, body: 'SECRET'} : undefined)
    expect(await failureOf(load(ended))).to.include({code: 'ServiceFailed'})
    expect(await saved()).to.include({oauth_refresh_token: 'SECRET-refresh-2', oauth_access_token: 'SECRET-access-2'})
    service.override = undefined
    expect((await sourceOf(firstProfile(await readFile(path, 'utf8'))).load()).accessKeyId).to.equal('STS.2')
    expect(service.refused).to.deep.equal([])
  })

  it('keeps a refresh token that does not rotate', async () => {
    service.override = (url) =>
      url === '/v1/token' ? ok({access_token: 'SECRET-access-1', expires_in: '60'}) : undefined
    expect((await load(ended)).accessKeyId).to.equal('STS.1')
    expect(await saved()).to.include({
      oauth_refresh_token: 'SECRET-refresh-1',
      oauth_access_token_expire: inSeconds(60),
    })
  })

  it('uses the session of the profile while it lasts for a token’s life', async () => {
    expect((await load({...ended, ...session(601)})).accessKeyId).to.equal('STS.old')
    expect(calls()).to.deep.equal([0, 0])
    expect((await load(session(600))).accessKeyId).to.equal('STS.1')
  })

  it('uses it to its end when there is no new one, and says so', async () => {
    service.current = 7
    expect((await load({...ended, ...session(1)})).accessKeyId).to.equal('STS.old')
    expect(lines.join('\n')).to.contain('Using the old session').and.contain(LOGIN).and.not.contain('SECRET')
    expect(await failureOf(load({...ended, ...session(0)}))).to.include({code: 'LoginRequired'})
  })

  it('names the command by which a person logs in, when the login is over', async () => {
    service.current = 7
    expect(await failureOf(load(ended))).to.include({code: 'LoginRequired', nextStep: LOGIN})
    expect(await failureOf(load())).to.include({code: 'LoginRequired', nextStep: LOGIN})
    expect(await failureOf(load({...ended, oauth_refresh_token: ''}))).to.include({
      code: 'LoginRequired',
      message: `profile "me" of ${path} has no login`,
      nextStep: LOGIN,
    })
    service.override = () => ({status: 401, body: 'SECRET'})
    const error = await failureOf(load())
    expect(error).to.include({code: 'LoginRequired', nextStep: LOGIN})
    expect(error.call).to.deep.include({service: 'OAuth', status: 401})
    expect(await saved()).to.deep.equal(login())
  })

  it('takes any other answer for what it is', async () => {
    service.override = () => refusal('other_error')
    const error = await failureOf(load())
    expect(error.code).to.equal('ServiceRefused')
    expect(error.message).to.contain('other_error').and.contain('request-2')
    for (const body of ['SECRET', '{}', '[]', '{"accessKeyId":"SECRET-id","accessKeySecret":"SECRET"}']) {
      service.override = () => ({status: 200, body})
      expect(await failureOf(load()), body).to.include({code: 'ServiceFailed'})
      expect(await failureOf(load(ended)), body).to.include({code: 'ServiceFailed'})
    }
  })

  it('saves nothing of an answer that no header can carry', async () => {
    const pair = {access_token: 'SECRET-access-2', refresh_token: 'SECRET-refresh-2', expires_in: 3600}
    for (const bad of [{access_token: 'SECRET-a\nb'}, {access_token: 5}, {refresh_token: 5}, {refresh_token: ' \n'}]) {
      service.override = (url) => (url === '/v1/token' ? ok({...pair, ...bad}) : undefined)
      expect(await failureOf(load(ended)), JSON.stringify(bad)).to.include({code: 'ServiceFailed'})
      expect(await saved()).to.deep.equal(login(ended))
    }
    const session = {accessKeyId: 'STS.1', accessKeySecret: 'SECRET-1', expiration: SESSION_END}
    for (const securityToken of ['SECRET-a\nb', 5, ' ']) {
      service.override = () => ok({...session, securityToken})
      expect(await failureOf(load()), String(securityToken)).to.include({code: 'ServiceFailed'})
      expect(await saved()).to.deep.equal(login())
    }
  })

  it('says whose credentials these are, and is not worth a second store', async () => {
    const source = sourceOf(await profileOf())
    expect(source).to.deep.include({
      description: `profile "me" of ${path}`,
      isCacheable: false,
      identity: [
        ['kind', 'OAuth'],
        ['file', path],
        ['profile', 'me'],
        ['site', 'CN'],
      ],
    })
  })

  it('knows the sites, and refuses another one', async () => {
    expect(Object.keys(OAUTH_SITES)).to.deep.equal(['CN', 'INTL'])
    for (const site of ['', 'SECRET', 'constructor']) {
      const error = await failureOf(load({oauth_site_type: site}))
      expect(error.code).to.equal('ProfileInvalid')
      expect(error.message).to.contain('has an unknown oauth_site_type: it must be one of CN')
    }
    expect((await load({oauth_site_type: 'cn'})).accessKeyId).to.equal('STS.1')
  })

  it('answers all the same, and is loud, when the new refresh token cannot be saved', async () => {
    service.meanwhile = async (url) => {
      if (url === '/v1/token') await writeFile(path, JSON.stringify({profiles: [login({unknown_key: 1})]}))
    }
    expect((await load(ended)).accessKeyId).to.equal('STS.2')
    const said = lines.join('\n')
    expect(said).to.match(/^error: could not save the new refresh token of .*: cannot write .*config\.json/m)
    expect(said).to.contain(LOGIN).and.contain('warn: could not save the new session').and.not.contain('SECRET')
  })

  it('spends no refresh token where it cannot save the next one', async () => {
    const profile = await profileOf(ended)
    // Not what a lock holds: no lock can be had.
    const lock = `${path}.ack-ram-tool.lock`
    await mkdir(join(lock, 'directory'), {recursive: true})
    await utimes(join(lock, 'directory'), 0, 0)
    const error = await failureOf(sourceOf(profile).load())
    expect(error.message).to.contain('cannot refresh the login of')
    expect(error.nextStep).to.contain(LOGIN)
    expect(calls()).to.deep.equal([0, 0])
    expect((await load()).accessKeyId).to.equal('STS.1')
  })

  it('spends no refresh token where it is not clear which one others read', async () => {
    const profile = await profileOf(ended)
    const text = JSON.stringify({profiles: [login(ended)]})
    for (const twice of [
      text.replace('"oauth_refresh_token"', '"oauth_refresh_token":"SECRET-first","oauth_refresh_token"'),
      text.replace('"profiles"', '"profiles":[],"profiles"'),
    ]) {
      await writeFile(path, twice)
      const error = await failureOf(sourceOf(profile).load())
      expect(error.code).to.equal('CredentialFileInvalid')
      expect(error.message).to.match(/"(oauth_refresh_token" stands|profiles") ?.*twice/)
      expect(calls()).to.deep.equal([0, 0])
      expect(await readFile(path, 'utf8')).to.equal(twice)
    }
  })

  it('refreshes and exchanges once for many that ask at once', async () => {
    const profile = await profileOf(ended)
    const all = await Promise.all(Array.from({length: 10}, () => sourceOf(profile).load()))
    expect(new Set(all.map(({accessKeyId}) => accessKeyId))).to.deep.equal(new Set(['STS.2']))
    expect(calls()).to.deep.equal([1, 1])
  })

  it('refreshes and exchanges once for several processes that start together', async () => {
    await profileOf(ended)
    const imports = Object.entries({
      oauthSource: 'src/lib/credentials/logins/oauth.ts',
      parseCliConfig: 'src/lib/profile-files/cli-config.ts',
      processRuntime: 'src/lib/base/runtime.ts',
    }).map(([name, file]) => `import {${name}} from ${JSON.stringify(pathToFileURL(file).href)}`)
    const program = `${imports.join('\n')}
      import {readFile} from 'node:fs/promises'
      const transport = async ({url, method, headers, body}) => {
        const reply = await fetch(url, {method, headers, body})
        return {status: reply.status, body: await reply.text()}
      }
      const [path, sites] = JSON.parse(process.env.GIVEN)
      const log = {debug() {}, warn: console.error, error: console.error}
      const runtime = {...processRuntime(), now: () => new Date(${NOW.getTime()})}
      const [profile] = parseCliConfig(await readFile(path, 'utf8'), path).profiles
      console.log('ready')
      process.stdin.once('data', async () => {
        const {accessKeyId} = await oauthSource(profile, {runtime, clock: runtime, log, transport, options: {timeoutMs: 20_000}}, sites).load()
        console.log(accessKeyId)
        process.exit()
      })`
    const env = {...process.env, GIVEN: JSON.stringify([path, sites()])}
    const children = Array.from({length: 4}, () =>
      spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
        env,
        stdio: ['pipe', 'pipe', 'inherit'],
      }),
    )
    const outputs = children.map(() => '')
    const ready = children.map(
      (child, index) =>
        new Promise<void>((resolve, reject) => {
          child.stdout.on('data', (chunk: Buffer) => {
            outputs[index] += chunk.toString()
            resolve()
          })
          child.on('exit', () => reject(new Error('it ended too early')))
        }),
    )
    await Promise.all(ready)
    const ends = children.map((child) => new Promise((resolve) => child.on('close', resolve)))
    for (const child of children) child.stdin.end('go\n')
    expect(await Promise.all(ends)).to.deep.equal([0, 0, 0, 0])
    expect(outputs).to.deep.equal(Array.from({length: 4}, () => 'ready\nSTS.2\n'))
    expect(calls()).to.deep.equal([1, 1])
    expect(service.refused).to.deep.equal([])
  })
})
