import {readdir, readFile, writeFile} from 'node:fs/promises'
import {createServer} from 'node:http'
import {join} from 'node:path'

import {expect} from 'chai'

import {listenOnLoopback, type Listening} from '../local-cloud/loopback-server.ts'
import {runCli, type CliResult} from '../support/run-cli.ts'
import {CLUSTER_ID, FIRST, SHOWN_SECRET, USER_ENV, useStsWorld} from '../support/sts-world.ts'

const GOOD = {AccessKeyId: 'STS.new', AccessKeySecret: 'SECRET-of-new', SecurityToken: 'SECRET-token-of-new'}
const INJECTED = 'SECRET-token\ntype = external\nprocess_command = touch pwned'

const BAD: Readonly<Record<string, object>> = {
  'a token with line breaks': {SecurityToken: INJECTED},
  'a token that is a number': {SecurityToken: 5},
  'a token that is an object': {SecurityToken: {a: 'SECRET-x'}},
  'a blank token': {SecurityToken: ' \n'},
  'a token beyond ASCII': {SecurityToken: 'SECRET-\u00E9'},
  'an ID with a line break': {AccessKeyId: 'STS.new\n'},
  'an ID that is a number': {AccessKeyId: 5},
  'a secret with a NUL': {AccessKeySecret: 'SECRET-\u0000'},
  'a secret that is a list': {AccessKeySecret: ['SECRET-of-new']},
  'a secret in quotation marks': {AccessKeySecret: '"SECRET-of-new"'},
  'an end that is a number': {Expiration: 1_900_000_000},
}

describe('credentials in an answer that cannot be used', () => {
  const world = useStsWorld()
  let server: Listening
  let origin: string
  let fields: object

  /** A credentials URI, the instance metadata and STS. */
  beforeEach(async () => {
    fields = {}
    const listener = createServer(({method, url = ''}, response) => {
      const credentials = {...GOOD, Expiration: new Date(Date.now() + 3_600_000).toISOString(), ...fields}
      const text = (): string => {
        if (method === 'PUT') return 'session'
        if (url.endsWith('/security-credentials/')) return 'node-role'
        return JSON.stringify(method === 'POST' ? {Credentials: credentials} : {Code: 'Success', ...credentials})
      }
      response.end(text())
    })
    server = await listenOnLoopback(listener)
    origin = `http://127.0.0.1:${server.port}`
  })
  afterEach(() => server.close())

  const sources = (): Readonly<Record<string, readonly [args: readonly string[], env: Record<string, string>]>> => ({
    'a credentials URI': [[], {ALIBABA_CLOUD_CREDENTIALS_URI: `${origin}/uri`}],
    'the instance metadata': [['--credential-type=imds'], {ALIBABA_CLOUD_IMDS_ENDPOINT: origin}],
    AssumeRole: [['--role-arn', FIRST, `--sts-endpoint=${origin}`], USER_ENV],
  })
  const getToken = (args: readonly string[], env: Record<string, string>): Promise<CliResult> =>
    runCli(['credential-plugin', 'get-token', '-c', CLUSTER_ID, '--token-only', ...args], {home: world.home.dir, env})

  for (const source of ['a credentials URI', 'the instance metadata', 'AssumeRole'])
    it(`are refused, neither sent nor shown: ${source}`, async () => {
      const [args, env] = sources()[source]!
      for (const [what, bad] of Object.entries(BAD)) {
        fields = bad
        const {stdout, stderr, exitCode} = await getToken([...args, '--no-cache'], env)
        expect({stdout, exitCode}, what).to.deep.equal({stdout: '', exitCode: 6})
        expect(stderr, what)
          .to.match(/^Error: [^\n]+ \(ServiceFailed\)\n {2}Next: [^\n]+\n$/)
          .and.not.match(SHOWN_SECRET)
          .and.not.contain('touch')
      }
      fields = {SecurityToken: ` ${GOOD.SecurityToken}\n`}
      const {stderr, exitCode} = await getToken([...args, '--no-cache'], env)
      expect({stderr, exitCode}, 'blanks, which HTTP strips').to.deep.equal({stderr: '', exitCode: 0})
    })

  it('replace nothing that is cached, and are used from no cache', async () => {
    const [args, env] = sources()['AssumeRole']!
    expect((await getToken(args, env)).exitCode).to.equal(0)
    const dir = join(world.home.dir, '.kube', 'cache', 'ack-ram-tool', 'credential-plugin')
    const [name = ''] = await readdir(dir)
    const path = join(dir, name)
    const soon = new Date(Date.now() + 300_000).toISOString()
    const kept = (await readFile(path, 'utf8')).replaceAll(/"\d{4}-\d\d-\d\dT[^"]+Z"/g, JSON.stringify(soon))
    await writeFile(path, kept)
    fields = BAD['a token with line breaks']!
    const renewed = await getToken(args, env)
    expect(renewed.exitCode).to.equal(0)
    expect(renewed.stderr).to.contain('has a security token that contains a line break')
    expect(await readFile(path, 'utf8')).to.equal(kept)
    await writeFile(path, kept.replace(GOOD.SecurityToken, JSON.stringify(INJECTED).slice(1, -1)))
    expect(await getToken(args, env)).to.include({stdout: '', exitCode: 6})
  })

  it('are written into no file of another program', async () => {
    fields = BAD['a token with line breaks']!
    const [args, env] = sources()['a credentials URI']!
    for (const format of ['ini', 'env', 'fish', 'powershell', 'dotenv', 'ecs', 'aliyuncli-json']) {
      const exported = await runCli(['export-credentials', '-f', format, ...args], {home: world.home.dir, env})
      expect(exported, format).to.include({stdout: '', exitCode: 6})
    }
  })
})
