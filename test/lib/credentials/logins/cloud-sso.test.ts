import {readFile, writeFile} from 'node:fs/promises'
import {createServer, type IncomingHttpHeaders, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import {join} from 'node:path'

import {serviceClock} from '../../../../src/lib/cache/service-clock.ts'
import {expect} from 'chai'

import {cloudSsoSource} from '../../../../src/lib/credentials/logins/cloud-sso.ts'
import {SESSION_OF, sessionMark} from '../../../../src/lib/credentials/logins/stored-session.ts'
import type {Credentials} from '../../../../src/lib/credentials/credentials.ts'
import {readGlobalOptions} from '../../../../src/lib/options/global-options.ts'
import {parseCliConfig} from '../../../../src/lib/profile-files/cli-config.ts'
import type {Profile} from '../../../../src/lib/profile-files/profile.ts'
import type {Transport} from '../../../../src/lib/transport/http.ts'
import {CLI_CONFIG, makeHome, type TestHome} from '../../../support/home.ts'
import {freshNonce, recordingLog, testRuntime} from '../../../support/runtime.ts'
import {failureOf} from '../../../support/failure-of.ts'

const NOW = new Date('2026-01-02T03:04:05.678Z')
const inSeconds = (seconds: number): number => Math.floor(NOW.getTime() / 1000) + seconds

interface Request {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

const fetchTransport: Transport = async ({url, method, headers = {}, body = ''}, signal) => {
  const reply = await fetch(url, {method, headers, body, signal: signal ?? null})
  return {status: reply.status, body: await reply.text()}
}

describe('cloudSsoSource', () => {
  let server: Server
  let home: TestHome
  let path: string
  let requests: Request[]
  let answer: {status: number; body: string}
  let beforeAnswer: () => Promise<void>
  let lines: readonly string[]

  before((done) => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const {method, url, headers} = request
        requests.push({method, url, headers, body: Buffer.concat(chunks).toString()})
        void beforeAnswer().then(() => response.writeHead(answer.status).end(answer.body))
      })
    }).listen(0, '127.0.0.1', done)
  })
  after((done) => {
    server.close(done)
  })

  beforeEach(async () => {
    home = await makeHome()
    path = join(home.dir, CLI_CONFIG)
    requests = []
    answer = {status: 200, body: JSON.stringify(reply('new', '2026-01-02T04:04:05Z'))}
    beforeAnswer = () => Promise.resolve()
  })
  afterEach(async () => {
    await home.remove()
    expect(lines.join('\n')).not.to.contain('SECRET')
  })

  const reply = (name: string, expiration: string): object => ({
    CloudCredential: {
      AccessKeyId: `STS.${name}`,
      AccessKeySecret: `SECRET-${name}`,
      SecurityToken: `SECRET-token-${name}`,
      Expiration: expiration,
    },
    RequestId: 'request-1',
  })
  const origin = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const login = (): Record<string, unknown> => ({
    name: 'sso',
    mode: 'CloudSSO',
    cloud_sso_sign_in_url: `${origin()}/directory/login?code=SECRET-code`,
    cloud_sso_account_id: '123',
    cloud_sso_access_config: 'ac-1',
    access_token: 'SECRET-bearer',
    cloud_sso_access_token_expire: inSeconds(5),
    unknown_key: {kept: true},
  })
  const session = (name: string, seconds: number): object => ({
    access_key_id: `STS.${name}`,
    access_key_secret: `SECRET-${name}`,
    sts_token: `SECRET-token-${name}`,
    sts_expiration: inSeconds(seconds),
  })
  /** What this program notes beside a session. */
  const mark = (entry: Record<string, unknown>): string =>
    sessionMark(firstProfile(JSON.stringify({profiles: [entry]})), {
      facts: () => [
        ['signInUrl', `${origin()}/directory/login`],
        ['accountId', String(entry['cloud_sso_account_id'])],
        ['accessConfiguration', String(entry['cloud_sso_access_config'])],
      ],
      tokenFields: ['access_token'],
    })
  const firstProfile = (text: string): Profile => {
    const [profile] = parseCliConfig(text, path).profiles
    if (!profile) throw new Error('no profile')
    return profile
  }
  const profileOf = async (fields: object, file = CLI_CONFIG): Promise<Profile> => {
    const entry = {...login(), ...fields}
    const own = 'sts_token' in entry && !(SESSION_OF in entry) ? {[SESSION_OF]: mark(entry)} : {}
    path = await home.write(file, {current: 'sso', profiles: [{...entry, ...own}]})
    return firstProfile(await readFile(path, 'utf8'))
  }
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
    return cloudSsoSource(profile, {
      runtime,
      clock: serviceClock(runtime),
      log,
      options,
      flags: {},
      transport: fetchTransport,
    })
  }
  const load = async (fields: object = {}): Promise<Credentials> => sourceOf(await profileOf(fields)).load()
  const saved = async (): Promise<Record<string, unknown>> => JSON.parse(await readFile(path, 'utf8')).profiles[0]
  const LOGIN = 'run `aliyun configure --mode CloudSSO --profile sso`'

  it('buys a session with the access token, and keeps it in the profile', async () => {
    const credentials = await load()
    expect(credentials).to.deep.include({accessKeyId: 'STS.new', expiration: new Date('2026-01-02T04:04:05Z')})
    expect(credentials.accessKeySecret.reveal()).to.equal('SECRET-new')
    expect(credentials.securityToken?.reveal()).to.equal('SECRET-token-new')
    expect(requests).to.have.length(1)
    expect(requests[0]).to.include({method: 'POST', url: '/cloud-credentials'})
    expect(requests[0]?.headers).to.include({
      authorization: 'Bearer SECRET-bearer',
      accept: 'application/json',
      'content-type': 'application/json',
    })
    expect(JSON.parse(requests[0]?.body ?? '')).to.deep.equal({AccountId: '123', AccessConfigurationId: 'ac-1'})
    expect(await saved()).to.deep.equal({
      ...login(),
      access_key_id: 'STS.new',
      access_key_secret: 'SECRET-new',
      sts_token: 'SECRET-token-new',
      sts_expiration: Date.parse('2026-01-02T04:04:00Z') / 1000,
      [SESSION_OF]: mark({...login(), access_key_id: 'STS.new'}),
    })
    answer = {status: 500, body: 'SECRET'}
    expect((await sourceOf(firstProfile(await readFile(path, 'utf8'))).load()).accessKeyId).to.equal('STS.new')
    expect(requests).to.have.length(1)
  })

  it('uses no session that was opened for another account, access configuration, site or person', async () => {
    await load()
    const stored = await saved()
    for (const change of [
      {cloud_sso_account_id: '456'},
      {cloud_sso_access_config: 'ac-2'},
      {cloud_sso_sign_in_url: `${origin()}/other/login`},
      {access_token: 'SECRET-of-another'},
      {access_key_id: 'STS.of-another-program'},
    ]) {
      const fields = {...stored, ...change}
      answer = {status: 200, body: JSON.stringify(reply('newer', '2026-01-02T04:04:05Z'))}
      expect((await load(fields)).accessKeyId, JSON.stringify(change)).to.equal('STS.newer')
      expect(sourceOf(await profileOf(fields)).atHand(), JSON.stringify(change)).to.equal(undefined)
      answer = {status: 500, body: 'SECRET'}
      expect(await failureOf(load(fields)), JSON.stringify(change)).to.include({code: 'ServiceFailed'})
    }
  })

  it('takes a session that another program has stored as that program does, and none with a mark that is not right', async () => {
    for (const of of [undefined, ''])
      expect((await load({...session('cli', 9999), [SESSION_OF]: of})).accessKeyId).to.equal('STS.cli')
    expect(requests).to.have.length(0)
    expect((await load({...session('cli', 9999), [SESSION_OF]: 'another'})).accessKeyId).to.equal('STS.new')
    answer = {status: 500, body: 'SECRET'}
    expect(await failureOf(load({...session('cli', 9999), [SESSION_OF]: 'another'}))).to.include({
      code: 'ServiceFailed',
    })
  })

  it('says whose credentials these are, without a secret, and is not worth a second store', async () => {
    const source = sourceOf(await profileOf({}))
    expect(source).to.deep.include({description: `profile "sso" of ${path}`, isCacheable: false})
    expect(source.identity).to.deep.equal([
      ['kind', 'CloudSSO'],
      ['file', path],
      ['profile', 'sso'],
      ['signInUrl', `${origin()}/directory/login`],
      ['accountId', '123'],
      ['accessConfiguration', 'ac-1'],
    ])
  })

  it('uses the session of the profile while it lasts for a token’s life', async () => {
    expect((await load(session('old', 601))).accessKeyId).to.equal('STS.old')
    expect(requests).to.deep.equal([])
    for (const fields of [
      session('old', 600),
      {...session('old', 9999), sts_token: ''},
      {...session('old', 9999), sts_expiration: 0},
    ])
      expect((await load(fields)).accessKeyId).to.equal('STS.new')
    expect(requests).to.have.length(3)
  })

  it('uses it to its end when there is no new one, and says so', async () => {
    answer = {status: 500, body: 'SECRET'}
    expect((await load(session('old', 1))).accessKeyId).to.equal('STS.old')
    expect(lines.join('\n'))
      .to.match(/^warn: .*Using the old session, valid until 2026-01-02T03:04:06.000Z/m)
      .and.not.contain('SECRET')
    expect(await failureOf(load(session('old', 0)))).to.include({code: 'ServiceFailed'})
  })

  it('names the command by which a person logs in, when the login has ended', async () => {
    for (const fields of [
      {cloud_sso_access_token_expire: inSeconds(0), says: 'has a login that expired at 2026-01-02T03:04:05.000Z'},
      {cloud_sso_access_token_expire: 0, says: 'has a login that has expired'},
      {cloud_sso_access_token_expire: undefined, says: 'has a login that has expired'},
      {access_token: '', says: 'has no login'},
    ]) {
      const error = await failureOf(load(fields))
      expect(error).to.include({code: 'LoginRequired', nextStep: LOGIN})
      expect(error.message.endsWith(` ${fields.says}`), error.message).to.equal(true)
    }
    expect(requests).to.deep.equal([])
    expect((await load({...session('old', 1), access_token: ''})).accessKeyId).to.equal('STS.old')
    expect(lines.join('\n')).to.contain(LOGIN)
  })

  it('says where that command writes, when the profile stands in another file', async () => {
    const source = sourceOf(await profileOf({access_token: '', name: 'my login'}, 'other.json'))
    const error = await failureOf(source.load())
    expect(error.nextStep).to.equal(
      `run \`aliyun configure --mode CloudSSO --profile 'my login'\`, which writes ${join(home.dir, CLI_CONFIG)}, and copy the profile to ${path}`,
    )
  })

  it('takes 401 for the end of the login, and anything else for what it is', async () => {
    const refusal = {ErrorCode: 'NoPermission', ErrorMessage: 'no', RequestId: 'request-2'}
    answer = {status: 401, body: JSON.stringify(refusal)}
    const over = await failureOf(load())
    expect(over).to.include({code: 'LoginRequired', nextStep: LOGIN})
    expect(over.call).to.deep.include({service: 'CloudSSO', status: 401, requestId: 'request-2'})
    answer = {status: 403, body: JSON.stringify(refusal)}
    const error = await failureOf(load())
    expect(error.code).to.equal('ServiceRefused')
    expect(error.message).to.contain('NoPermission').and.contain('request-2')
    expect(error.nextStep).to.equal(
      'check that the access configuration ac-1 of account 123 is still assigned to you in CloudSSO',
    )
    expect(error.call).to.deep.include({service: 'CloudSSO', status: 403, permission: undefined})
    for (const status of [429, 500, 503]) {
      answer = {status, body: JSON.stringify({ErrorCode: 'Busy'})}
      expect(await failureOf(load()), String(status)).to.include({code: 'ServiceFailed', nextStep: 'try again later'})
    }
    answer = {status: 400, body: JSON.stringify({ErrorCode: 'Throttling.User'})}
    expect(await failureOf(load())).to.include({code: 'ServiceFailed', nextStep: 'try again later'})
    for (const body of [
      'SECRET',
      '',
      '[]',
      '{}',
      '{"CloudCredential":{"AccessKeyId":"SECRET-id","AccessKeySecret":"SECRET"}}',
    ]) {
      answer = {status: 200, body}
      expect(await failureOf(load()), body).to.include({code: 'ServiceFailed'})
    }
  })

  it('saves no session that cannot be used, and uses none that was saved', async () => {
    const good = reply('new', '2026-01-02T04:04:05Z') as {CloudCredential: object}
    for (const bad of [{SecurityToken: 'SECRET-a\nb'}, {AccessKeyId: '<SECRET-id>'}, {AccessKeySecret: 5}]) {
      answer = {status: 200, body: JSON.stringify({CloudCredential: {...good.CloudCredential, ...bad}})}
      expect(await failureOf(load()), JSON.stringify(bad)).to.include({code: 'ServiceFailed'})
      expect(await saved()).to.deep.equal(login())
    }
    answer = {status: 200, body: JSON.stringify(good)}
    for (const bad of [{sts_token: 'SECRET-a\nb'}, {access_key_id: '<SECRET-id>'}, {access_key_secret: 'SECRET\n'}])
      expect((await load({...session('old', 9999), ...bad})).accessKeyId, JSON.stringify(bad)).to.equal('STS.new')
  })

  it('refuses a profile that lacks something', async () => {
    for (const [fields, complaint] of [
      [{cloud_sso_sign_in_url: ''}, 'has no cloud_sso_sign_in_url'],
      [{cloud_sso_sign_in_url: 'SECRET'}, 'is not an https URL'],
      [{cloud_sso_sign_in_url: 'ftp://SECRET'}, 'is not an https URL'],
      [{cloud_sso_account_id: ''}, 'has no cloud_sso_account_id'],
      [{cloud_sso_access_config: ''}, 'has no cloud_sso_access_config'],
    ] as const) {
      const error = await failureOf(load(fields))
      expect(error).to.include({code: 'ProfileInvalid', nextStep: LOGIN})
      expect(error.message).to.contain(complaint)
    }
  })

  it('answers all the same when the session cannot be kept', async () => {
    beforeAnswer = () => writeFile(path, JSON.stringify({profiles: [{...login(), access_token: 'SECRET-other'}]}))
    expect((await load()).accessKeyId).to.equal('STS.new')
    expect(lines.join('\n')).to.contain('warn: could not save the new session').and.not.contain('SECRET')
    expect(await saved())
      .to.include({access_token: 'SECRET-other'})
      .and.not.have.property('sts_token')
  })

  it('takes the newest login of the file, but not one of another account', async () => {
    const profile = await profileOf({access_token: ''})
    await profileOf({access_token: 'SECRET-newer'})
    expect((await sourceOf(profile).load()).accessKeyId).to.equal('STS.new')
    expect(requests[0]?.headers).to.include({authorization: 'Bearer SECRET-newer'})
    await profileOf({cloud_sso_account_id: '456'})
    expect((await failureOf(sourceOf(profile).load())).message).to.contain('has just changed')
  })

  it('buys one session for many that ask at once', async () => {
    const profile = await profileOf(session('old', 1))
    const all = await Promise.all(Array.from({length: 10}, () => sourceOf(profile).load()))
    expect(new Set(all.map(({accessKeyId}) => accessKeyId))).to.deep.equal(new Set(['STS.new']))
    expect(requests).to.have.length(1)
  })
})
