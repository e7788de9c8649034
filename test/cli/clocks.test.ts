import {chmod, lstat, mkdir, readdir, readFile, rename, rm, symlink, writeFile} from 'node:fs/promises'
import {uptime} from 'node:os'
import {join} from 'node:path'

import {expect} from 'chai'

import {authenticate} from '../local-cloud/authenticator.ts'
import {createCertificate} from '../local-cloud/certificate.ts'
import {startContainerService, type LocalContainerService} from '../local-cloud/container-service.ts'
import {createClusterCa} from '../local-cloud/cluster-ca.ts'
import {startLocalSts, type LocalSts} from '../local-cloud/sts.ts'
import {howMany} from '../support/full.ts'
import {makeHome, type TestHome} from '../support/home.ts'
import {cliEnvironment, PROGRAM, runCli, runCrowd, type CliResult} from '../support/run-cli.ts'
import {CLUSTER_ID, FIRST, OIDC_TOKEN, POD, PROVIDER, SHOWN_SECRET, USER, USER_ENV} from '../support/sts-world.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const CACHE = '.kube/cache/ack-ram-tool/credential-plugin'
const CLOCK = join(CACHE, 'clock.json')

/** What is kept of a clock. */
interface Kept {
  version: number
  startedAt: number
  hosts: {host: string; offsetMs: number; learnedAt: number}[]
}

describe('where the clock of this machine is off', function () {
  this.timeout(60_000)
  let home: TestHome
  let sts: LocalSts
  let cs: LocalContainerService
  /** How far the services are ahead of this machine, in milliseconds. */
  let ahead: number
  let env: Record<string, string>
  const now = (): Date => new Date(Date.now() + ahead)

  beforeEach(async () => {
    ahead = 0
    home = await makeHome()
    const tls = await createCertificate()
    sts = await startLocalSts({
      identities: [USER],
      roles: [{arn: FIRST}],
      oidc: [{providerArn: PROVIDER, token: OIDC_TOKEN, roleArn: POD}],
      now,
      tls,
    })
    const ca = await createClusterCa(new Date())
    cs = await startContainerService({
      identities: sts.identities,
      clusters: [
        {
          id: CLUSTER_ID,
          name: 'production',
          regionId: 'cn-hangzhou',
          state: 'running',
          server: 'https://203.0.113.10:6443',
          privateServer: 'https://192.0.2.10:6443',
          ca,
          caPem: ca.certPem,
          uidOf: () => '201234567890123456',
        },
      ],
      now,
      tls,
    })
    env = {
      ...USER_ENV,
      ALIBABA_CLOUD_STS_ENDPOINT: sts.endpoint,
      CS_ENDPOINT: cs.endpoint,
      SSL_CERT_FILE: await home.write('ca.pem', tls.certPem),
    }
  })
  afterEach(async () => {
    await sts.close()
    await cs.close()
    await home.remove()
  })

  const run = async (args: readonly string[], more: Record<string, string> = {}): Promise<CliResult> => {
    const result = await runCli(args, {home: home.dir, env: {...env, ...more}})
    expect(result.stdout + result.stderr).not.to.match(/SECRET-of-user/)
    expect(result.stderr).not.to.match(SHOWN_SECRET)
    return result
  }
  const good = async (args: readonly string[], more: Record<string, string> = {}): Promise<string> => {
    const {stdout, stderr, exitCode} = await run(args, more)
    expect({stderr, exitCode}).to.deep.equal({stderr: '', exitCode: 0})
    return stdout
  }
  const getToken = async (args: readonly string[] = [], more: Record<string, string> = {}): Promise<Answer> =>
    JSON.parse(await good(['credential-plugin', 'get-token', '-c', CLUSTER_ID, ...args], more)) as Answer
  const inRole = (): Promise<Answer> => getToken(['--role-arn', FIRST])
  /** Who a cluster takes a token for. */
  const caller = async ({status}: Answer): Promise<string> => {
    // The server's own way to STS is not looked at here.
    const judge = await startLocalSts({identities: sts.identities(), now})
    try {
      return (await authenticate(status.token, {clusterId: CLUSTER_ID, sts: judge})).arn
    } finally {
      await judge.close()
    }
  }
  const assumed = (): readonly number[] =>
    sts.requests.filter(({action}) => action?.startsWith('AssumeRole')).map(({status}) => status)
  const kept = async (): Promise<Kept | undefined> => {
    try {
      return JSON.parse(await readFile(join(home.dir, CLOCK), 'utf8')) as Kept
    } catch {
      return undefined
    }
  }
  /** How far the date of a token is from this machine's clock, in whole minutes. */
  const shift = ({status}: Answer): number => {
    const payload = Buffer.from(status.token.slice('k8s-ack-v2.'.length), 'base64').toString()
    const [, date = ''] = /(?:"x-acs-date":"|&Timestamp=)([^"&]+)/.exec(decodeURIComponent(payload)) ?? []
    return Math.round((Date.parse(date) - Date.now()) / MINUTE)
  }
  const expectAlive = ({status}: Answer): void => {
    const left = Date.parse(status.expirationTimestamp) - Date.now()
    expect(left).to.be.within(5 * MINUTE, 10 * MINUTE + 1000)
  }

  for (const hours of [-24, -1, -0.2, 0.2, 1, 24])
    it(`logs in all the same, with the services ${hours} hours ahead`, async () => {
      ahead = hours * HOUR
      const first = await inRole()
      expect(await caller(first)).to.contain('assumed-role/first')
      expectAlive(first)
      // Within the quarter of an hour that STS allows, nothing was refused.
      expect(assumed()).to.deep.equal(Math.abs(hours) < 0.25 ? [200] : [400, 200])
      // The session is neither thought dead nor kept too long, and what was learned holds for the next process.
      const second = await inRole()
      expect(await caller(second)).to.contain('assumed-role/first')
      expectAlive(second)
      expect(assumed().at(-1)).to.equal(200)
      expect(assumed()).to.have.length(Math.abs(hours) < 0.25 ? 1 : 2)
      // A token that is signed with an AccessKey makes no call.
      const calls = sts.requests.length
      const ofUser = await getToken()
      expectAlive(ofUser)
      expect(sts.requests).to.have.length(calls)
      expect(await caller(ofUser)).to.equal(USER.arn)
      expect(shift(ofUser)).to.equal(hours * 60)
    })

  it('signs every kind of call by the time of the service, the first one too', async () => {
    ahead = -3 * HOUR
    await good(['list-clusters', '-o', 'json'])
    expect(cs.requests.map(({status}) => status)).to.deep.equal([400, 200])
    // What the Container Service has said counts for the token too: this run would call both.
    expect(shift(await getToken())).to.equal(-180)
    await good(['list-clusters', '-o', 'json'])
    expect(cs.requests.map(({status}) => status)).to.deep.equal([400, 200, 200])
    const whoami = JSON.parse(await good(['auth', 'whoami', '-o', 'json'])) as {arn: string}
    expect(whoami.arn).to.equal(USER.arn)
    const tokenFile = await home.write('oidc-token', OIDC_TOKEN)
    await run(['rrsa', 'assume-role', '-r', POD, '-p', PROVIDER, '-t', tokenFile])
    expect(assumed()).to.deep.equal([200])
    expect(sts.requests.some(({status}) => status === 400)).to.equal(false)
  })

  it('asks who it is by the SDK once more, where it is refused for its date', async () => {
    ahead = 2 * HOUR
    const whoami = JSON.parse(await good(['auth', 'whoami', '-o', 'json'])) as {arn: string}
    expect(whoami.arn).to.equal(USER.arn)
    expect((await kept())?.hosts[0]?.offsetMs).to.be.within(2 * HOUR - 2000, 2 * HOUR + 2000)
  })

  it('gets a certificate whose end is told by the clock of this machine', async () => {
    for (const hours of [-20, 20]) {
      ahead = hours * HOUR
      const args = ['credential-plugin', 'get-credential', '-c', CLUSTER_ID, '--expiration', '1h']
      for (let round = 1; round <= 2; round += 1) {
        const {status} = JSON.parse(await good(args)) as Answer
        expect(Date.parse(status.expirationTimestamp) - Date.now()).to.be.within(55 * MINUTE, HOUR + 2000)
      }
      const issued = cs.requests.filter(({status}) => status === 200)
      expect(issued, 'a certificate is cached, and got again when the clock has jumped').to.have.length(
        hours < 0 ? 1 : 2,
      )
      if (hours < 0) await good(['credential-plugin', 'cache', 'clear'])
    }
  })

  it('moves no clock that is right, and keeps nothing of it', async () => {
    for (const seconds of [0, -45, 45]) {
      ahead = seconds * 1000
      const answer = await inRole()
      expect(Math.abs(shift(answer))).to.equal(0)
      await good(['list-clusters', '-o', 'json'])
    }
    expect(await readdir(join(home.dir, CACHE))).not.to.include('clock.json')
    ahead = 0
    // A slow answer is not a clock that is off.
    sts.failNext(1, {delayMs: 300})
    await good(['auth', 'whoami'])
    expect(await kept()).to.equal(undefined)
  })

  it('forgets what it kept as soon as an answer shows that the clock is right', async () => {
    ahead = HOUR
    await inRole()
    expect(await kept()).not.to.equal(undefined)
    ahead = 0
    // Signed by what was kept, it is refused; by what that answer shows, it is not.
    await good(['list-clusters', '-o', 'json'])
    expect((await kept())?.hosts.map(({host}) => host)).to.deep.equal([new URL(sts.endpoint).host])
    await good([
      'credential-plugin',
      'get-token',
      '-c',
      CLUSTER_ID,
      '--role-arn',
      FIRST,
      '--role-session-name',
      'other',
    ])
    expect(assumed()).to.deep.equal([400, 200, 400, 200])
    expect(await kept()).to.equal(undefined)
    expect(shift(await getToken())).to.equal(0)
  })

  it('says so once with --verbose, and in the doctor', async () => {
    ahead = 40 * MINUTE
    const told =
      /clock: this machine's clock is 40 minutes behind that of the services: calls and tokens are dated by theirs/g
    for (let round = 1; round <= 2; round += 1) {
      const {stderr, exitCode} = await run([
        'credential-plugin',
        'get-token',
        '-c',
        CLUSTER_ID,
        '-v',
        '--role-arn',
        FIRST,
      ])
      expect(exitCode).to.equal(0)
      expect(stderr.match(told)).to.have.length(1)
    }
    const {stdout} = await run(['doctor'])
    expect(stdout.match(/the clock is .*/g)).to.deep.equal([
      'the clock is 40 minutes behind that of STS: until it is set, tokens and calls are dated by theirs',
    ])
    expect(stdout)
      .to.match(/warning {2}the clock is 40 minutes/)
      .and.to.contain('set it by NTP')
    expect(stdout).to.contain(USER.arn).and.not.to.contain('InvalidTimeStamp')
    const {stdout: offline} = await run(['doctor', '--offline'])
    expect(offline).to.match(
      /warning {2}the clock was 40 minutes behind that of the services when they were called last/,
    )
    const {stdout: inspected} = await run(['credential-plugin', 'inspect-token', '--from-exec', '-c', CLUSTER_ID])
    expect(inspected).to.match(/^pass +date .* \d s /m)
  })

  it('learns nothing by http, nor from a certificate that is not verified', async () => {
    const plain = await startLocalSts({identities: [USER], roles: [{arn: FIRST}], now})
    try {
      ahead = 2 * HOUR
      const byHttp = await run(['credential-plugin', 'get-token', '-c', CLUSTER_ID, '--role-arn', FIRST], {
        ALIBABA_CLOUD_STS_ENDPOINT: plain.endpoint,
      })
      expect(byHttp.stderr).to.contain('InvalidTimeStamp.Expired')
      expect(plain.requests).to.have.length(1)
    } finally {
      await plain.close()
    }
    for (const [more, words] of [
      [{SSL_CERT_FILE: ''}, 'certificate'],
      [{SSL_CERT_FILE: '', NODE_TLS_REJECT_UNAUTHORIZED: '0'}, 'NODE_TLS_REJECT_UNAUTHORIZED'],
    ] as const) {
      const {stderr, exitCode} = await run(['list-clusters'], more)
      expect(exitCode).not.to.equal(0)
      expect(stderr).to.contain(words)
    }
    expect(await kept()).to.equal(undefined)
    expect(shift(await getToken())).to.equal(0)
  })

  it('goes by no date that is absurd', async () => {
    for (const hours of [-26, 26, 24 * 3650]) {
      ahead = hours * HOUR
      const {stderr, exitCode} = await run(['list-clusters'])
      expect(exitCode).to.equal(4)
      expect(stderr).to.contain('InvalidTimeStamp.Expired').and.to.contain("set this machine's clock")
    }
    expect(await kept()).to.equal(undefined)
    expect(shift(await getToken())).to.equal(0)
  })

  it('counts the answer of another host for that host alone', async () => {
    ahead = 3 * HOUR
    await inRole()
    for (const endpoint of ['https://sts.example.test', 'https://127.0.0.1:1'])
      expect(shift(await getToken([], {ALIBABA_CLOUD_STS_ENDPOINT: endpoint})), endpoint).to.equal(0)
    expect(shift(await getToken([], {ALIBABA_CLOUD_STS_ENDPOINT: ''}))).to.equal(0)
    expect(shift(await getToken())).to.equal(180)
  })

  it('is told by the STS of its region, else by any of Alibaba Cloud', async () => {
    const hosts = {
      'sts.cn-hangzhou.aliyuncs.com': HOUR,
      'sts.cn-beijing.aliyuncs.com': 2 * HOUR,
      'sts.example.test': 3 * HOUR,
    }
    await keep(hosts)
    const shiftIn = async (region: string): Promise<number> =>
      shift(await getToken(['--region-id', region], {ALIBABA_CLOUD_STS_ENDPOINT: '', CS_ENDPOINT: ''}))
    expect(await shiftIn('cn-hangzhou')).to.equal(60)
    expect(await shiftIn('cn-beijing')).to.equal(120)
    expect(await shiftIn('cn-shanghai'), 'the newest of theirs').to.equal(120)
    const old = ['--region-id', 'cn-hangzhou', '--token-version', 'v1']
    expect(shift(await getToken(old, {ALIBABA_CLOUD_STS_ENDPOINT: '', CS_ENDPOINT: ''})), 'version 1').to.equal(60)
    expect(shift(await getToken())).to.equal(0)
  })

  /** Writes what an earlier run would have kept. */
  const keep = async (
    hosts: Readonly<Record<string, number>>,
    change: (kept: Kept) => void = () => {},
  ): Promise<void> => {
    const learnedAt = Date.now() - MINUTE
    const file: Kept = {
      version: 1,
      startedAt: Date.now() - Math.round(uptime() * 1000),
      hosts: Object.entries(hosts).map(([host, offsetMs]) => ({host, offsetMs, learnedAt})),
    }
    change(file)
    await mkdir(join(home.dir, CACHE), {recursive: true, mode: 0o700})
    await writeFile(join(home.dir, CLOCK), JSON.stringify(file), {mode: 0o600})
  }

  it('uses nothing that is old, or of a time before the clock was set or the machine started', async () => {
    const {host} = new URL(sts.endpoint)
    const entry = ({hosts}: Kept): Kept['hosts'][number] => hosts[0] ?? expect.fail()
    await keep({[host]: HOUR})
    expect(shift(await getToken())).to.equal(60)
    const faults: readonly ((kept: Kept) => unknown)[] = [
      (file) => (entry(file).learnedAt -= 25 * HOUR),
      (file) => (entry(file).learnedAt += HOUR),
      (file) => (file.startedAt -= 10_000),
      (file) => (file.startedAt += 3 * HOUR),
      (file) => (entry(file).offsetMs = 26 * HOUR),
      (file) => (entry(file).offsetMs = 30_000),
      (file) => (entry(file).offsetMs = HOUR + 1),
      (file) => (file.version = 2),
    ]
    for (const [index, fault] of faults.entries()) {
      await keep({[host]: HOUR}, fault)
      expect(shift(await getToken()), `fault ${index}`).to.equal(0)
      expect(await kept(), `the next run need not read fault ${index}`).to.equal(undefined)
    }
  })

  it('survives a file of any content, and trusts none that others may have written', async function () {
    const texts = ['', '{', 'null', '[]', '{"version":1}', '\u0000', '{"version":1,"startedAt":1e999,"hosts":{}}']
    const {host} = new URL(sts.endpoint)
    for (const text of texts) {
      await keep({})
      await writeFile(join(home.dir, CLOCK), text)
      expect(shift(await getToken()), text).to.equal(0)
    }
    if (process.platform === 'win32') this.skip()
    await keep({[host]: HOUR})
    await chmod(join(home.dir, CLOCK), 0o644)
    expect(shift(await getToken()), 'open to others').to.equal(0)
    await keep({[host]: HOUR})
    await rename(join(home.dir, CLOCK), join(home.dir, 'elsewhere.json'))
    await symlink(join(home.dir, 'elsewhere.json'), join(home.dir, CLOCK))
    expect(shift(await getToken()), 'a link').to.equal(0)
    await rm(join(home.dir, CLOCK), {force: true})
    await mkdir(join(home.dir, CLOCK))
    await writeFile(join(home.dir, CLOCK, 'of-somebody'), '')
    expect(shift(await getToken()), 'a directory').to.equal(0)
    // Where nothing can be kept, all else works.
    ahead = HOUR
    expect(await caller(await inRole())).to.contain('assumed-role/first')
    expect((await lstat(join(home.dir, CLOCK, 'of-somebody'))).isFile()).to.equal(true)
  })

  it('keeps nothing with --no-cache, and the rest beside the cache that is named', async () => {
    ahead = HOUR
    for (let round = 1; round <= 2; round += 1)
      expect(await caller(await getToken(['--role-arn', FIRST, '--no-cache']))).to.contain('assumed-role/first')
    expect(assumed()).to.deep.equal([400, 200, 400, 200])
    expect(shift(await getToken(['--no-cache']))).to.equal(0)
    const own = join(home.dir, 'shared')
    await mkdir(own, {mode: 0o777})
    await chmod(own, 0o777)
    const there = ['--credential-cache-dir', own]
    await getToken(['--role-arn', FIRST, ...there])
    expect(shift(await getToken(there))).to.equal(60)
    expect(await kept()).to.equal(undefined)
    await inRole()
    expect(await kept()).not.to.equal(undefined)
    await good(['credential-plugin', 'cache', 'clear'])
    expect(await kept()).to.equal(undefined)
  })

  it('uses no session any more whose end the clock cannot tell, since it was set back', async () => {
    await inRole()
    const name = (await readdir(join(home.dir, CACHE))).find((file) => /^[0-9a-f]{64}\.json$/.test(file)) ?? ''
    const path = join(home.dir, CACHE, name)
    const entry = JSON.parse(await readFile(path, 'utf8')) as {writtenAt: number}
    // As if it had been written before somebody set the clock back by a day.
    await writeFile(path, JSON.stringify({...entry, writtenAt: entry.writtenAt + 24 * HOUR}), {mode: 0o600})
    await inRole()
    expect(assumed()).to.deep.equal([200, 200])
    await inRole()
    expect(assumed()).to.deep.equal([200, 200])
  })

  it('asks once for a crowd that does not know of it yet', async () => {
    ahead = -24 * HOUR
    const command = [...PROGRAM, 'credential-plugin', 'get-token', '-c', CLUSTER_ID, '--role-arn', FIRST] as const
    const results = await runCrowd({count: howMany(100, 8, 4), command, env: cliEnvironment(home.dir, env)})
    for (const {stdout, stderr, exitCode} of results) {
      expect({stderr, exitCode}).to.deep.equal({stderr: '', exitCode: 0})
      expectAlive(JSON.parse(stdout) as Answer)
    }
    expect(assumed()).to.deep.equal([400, 200])
  })

  it('has whole files, and nothing left over, when many learn at once', async () => {
    ahead = 5 * HOUR
    const names = Array.from({length: 8}, (_, index) => `many-${index}`)
    const answers = await Promise.all(names.map((name) => getToken(['--role-arn', FIRST, '--role-session-name', name])))
    for (const answer of answers) expect(shift(answer)).to.equal(300)
    expect((await kept())?.hosts).to.have.length(1)
    expect(
      (await readdir(join(home.dir, CACHE))).filter((name) => !/^([0-9a-f]{64}|clock)\.json$/.test(name)),
    ).to.deep.equal([])
  })
})

/** What kubectl gets. */
interface Answer {
  readonly status: {readonly token: string; readonly expirationTimestamp: string}
}
