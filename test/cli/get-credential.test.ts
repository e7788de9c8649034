import {X509Certificate} from 'node:crypto'
import {readdir, readFile, rm} from 'node:fs/promises'
import {join} from 'node:path'

import {expect} from 'chai'

import {ALICE, BOB, CLUSTER_ID, envOf, ROLE, startClusterWorld, type ClusterWorld} from '../support/cluster-world.ts'
import {howMany} from '../support/full.ts'
import {CLI_CONFIG, makeHome, type TestHome} from '../support/home.ts'
import {runCli, runCliProcess, type CliResult} from '../support/run-cli.ts'
import {expectMode} from '../support/expect-mode.ts'

interface Credential {
  readonly kind: string
  readonly apiVersion: string
  readonly spec: object
  readonly status: {
    readonly expirationTimestamp: string
    readonly clientCertificateData: string
    readonly clientKeyData: string
  }
}

const HOUR_MS = 3_600_000

describe('credential-plugin get-credential', () => {
  let home: TestHome
  let world: ClusterWorld

  beforeEach(async () => {
    home = await makeHome()
  })
  afterEach(async () => {
    for (const request of world.cs.requests)
      expect(request, 'a security token in a URL').not.to.have.property('tokenInUrl')
    await world.close()
    await home.remove()
  })

  const run = (
    args: readonly string[] = [],
    env: Record<string, string> = envOf(ALICE),
    program = runCli,
  ): Promise<CliResult> =>
    program(
      [
        'credential-plugin',
        'get-credential',
        '-c',
        CLUSTER_ID,
        '--cs-endpoint',
        world.cs.endpoint,
        '--sts-endpoint',
        world.sts.endpoint,
        ...args,
      ],
      {home: home.dir, env},
    )
  const succeed = async (
    args: readonly string[] = [],
    env?: Record<string, string>,
    program = runCli,
  ): Promise<Credential> => {
    const {stdout, stderr, exitCode} = await run(args, env, program)
    expect({stderr, exitCode}).to.deep.equal({stderr: '', exitCode: 0})
    return JSON.parse(stdout) as Credential
  }
  const userOf = ({status}: Credential): string =>
    /CN=(\d+)-/.exec(new X509Certificate(status.clientCertificateData).subject)?.[1] ?? ''
  const cacheDir = (): string => join(home.dir, '.kube/cache/ack-ram-tool/credential-plugin')

  describe('with a service that works', () => {
    beforeEach(async () => {
      world = await startClusterWorld()
    })

    it('prints an ExecCredential as the Go tool does', async () => {
      const {stdout} = await run()
      const credential = JSON.parse(stdout) as Credential
      expect(Object.keys(credential)).to.deep.equal(['kind', 'apiVersion', 'spec', 'status'])
      expect(credential).to.deep.include({
        kind: 'ExecCredential',
        apiVersion: 'client.authentication.k8s.io/v1beta1',
        spec: {interactive: false},
      })
      expect(Object.keys(credential.status)).to.deep.equal([
        'expirationTimestamp',
        'clientCertificateData',
        'clientKeyData',
      ])
      expect(stdout.endsWith('}\n')).to.equal(true)
      expect(userOf(credential)).to.equal('2001')
      expect(world.issued()).to.deep.include.members([world.issued()[0]])
      expect(world.issued()[0]).to.deep.include({
        method: 'GET',
        clusterId: CLUSTER_ID,
        query: {PrivateIpAddress: 'true', TemporaryDurationMinutes: '180'},
      })
    })

    it('answers in the version that is asked for', async () => {
      expect((await succeed(['--api-version', 'v1'])).apiVersion).to.equal('client.authentication.k8s.io/v1')
    })

    it('keeps the certificate for the next run, privately', async () => {
      const first = await succeed()
      expect(await succeed()).to.deep.equal(first)
      expect(world.issued()).to.have.length(1)
      const file = (await readdir(cacheDir())).find((name) => name.endsWith('.json')) ?? ''
      expect(file).to.match(/^[0-9a-f]{64}\.json$/)
      await expectMode(join(cacheDir(), file), 0o600)
    })

    it('never gives one identity the certificate of another', async () => {
      expect(userOf(await succeed())).to.equal('2001')
      expect(userOf(await succeed([], envOf(BOB)))).to.equal('2002')
      expect(userOf(await succeed(['--role-arn', ROLE]))).to.equal('3003')
      expect(userOf(await succeed())).to.equal('2001')
      expect(world.issued()).to.have.length(3)
    })

    it('binds what it keeps to cluster, endpoint and expiration', async () => {
      await succeed()
      await succeed(['--expiration', '1h'])
      await succeed(['--expiration', '1h0m0s'])
      await succeed(['--cs-endpoint', world.cs.endpoint.replace('127.0.0.1', 'localhost')])
      expect(world.issued()).to.have.length(3)
      expect((await run(['-c', 'cother'])).stderr).to.contain('ErrorClusterNotFound')
    })

    it('asks for a long-lived certificate with --expiration 0', async () => {
      const {status} = await succeed(['--expiration', '0'])
      expect(world.issued()[0]).to.deep.include({query: {PrivateIpAddress: 'true'}})
      expect(Date.parse(status.expirationTimestamp)).to.be.greaterThan(Date.now() + 1000 * 24 * HOUR_MS)
      await succeed(['--expiration', '0s'])
      expect(world.issued()).to.have.length(1)
    })

    it('refuses an expiration that the service would not take, and a text that is no cluster id', async () => {
      for (const expiration of ['14m59s', '72h1m', '100us', '-3h', 'soon']) {
        const {stdout, stderr, exitCode} = await run([`--expiration=${expiration}`])
        expect({stdout, exitCode}, expiration).to.deep.equal({stdout: '', exitCode: 2})
        expect(stderr).to.contain('--expiration').and.contain('(InvalidOption)')
      }
      for (const id of ['..', 'a/b', 'a b']) expect((await run(['-c', id])).exitCode, id).to.equal(2)
      expect(
        (await runCli(['credential-plugin', 'get-credential'], {home: home.dir, env: envOf(ALICE)})).stderr,
      ).to.contain('(ClusterIdMissing)')
      expect(world.cs.requests).to.deep.equal([])
    })

    it('uses no cache with --no-cache, and the one that --credential-cache-dir names', async () => {
      await succeed(['--no-cache'])
      await succeed(['--no-cache'])
      expect(world.issued()).to.have.length(2)
      await succeed(['--credential-cache-dir', '~/elsewhere'])
      expect(await readdir(join(home.dir, 'elsewhere'))).to.have.length(1)
    })

    it('ignores a damaged cache file', async () => {
      await succeed()
      const [file = ''] = await readdir(cacheDir())
      const path = join('.kube/cache/ack-ram-tool/credential-plugin', file)
      await home.write(path, (await readFile(join(home.dir, path), 'utf8')).slice(0, 700))
      await succeed()
      expect(world.issued()).to.have.length(2)
    })

    it('binds the certificate of a login, a program or an instance to the session', async () => {
      const session = (): object => {
        const issued = world.sts.issue('acs:ram::1:user/alice')
        return {
          mode: 'StsToken',
          access_key_id: issued.AccessKeyId,
          access_key_secret: issued.AccessKeySecret,
          sts_token: issued.SecurityToken,
          expiration: issued.Expiration,
        }
      }
      await home.write('session.json', session())
      const profile = {name: 'p', mode: 'External', process_command: `cat ${home.dir}/session.json`}
      await home.write(CLI_CONFIG, {current: 'p', profiles: [profile]})
      await succeed([], {})
      await succeed([], {})
      expect(world.issued()).to.have.length(1)
      await home.write('session.json', session())
      await succeed([], {})
      await succeed([], {})
      expect(world.issued()).to.have.length(2)
    })

    it('keeps the certificate of a role over a program for whoever the program answers with', async () => {
      const logIn = (name: string, {accessKeyId, accessKeySecret}: typeof ALICE): Promise<string> =>
        home.write('now.json', {mode: 'AK', access_key_id: accessKeyId, access_key_secret: accessKeySecret, name})
      const profile = {name: 'p', mode: 'External', process_command: `cat ${home.dir}/now.json`}
      await home.write(CLI_CONFIG, {current: 'p', profiles: [profile]})
      const role = ['--role-arn', ROLE]
      /** Takes what is cached of roles away, and leaves the certificates. */
      const dropSessions = async (): Promise<void> => {
        const dir = join(home.dir, '.kube', 'cache', 'ack-ram-tool', 'credential-plugin')
        for (const name of await readdir(dir))
          if ((await readFile(join(dir, name), 'utf8')).includes('"kind":"credentials"')) await rm(join(dir, name))
      }
      for (const [count, person] of [
        [1, ALICE],
        [2, BOB],
        [2, ALICE],
      ] as const) {
        await logIn('anything', person)
        await succeed(role, {})
        // Another session of the same role, by the same caller.
        await dropSessions()
        await succeed(role, {})
        expect(world.issued(), person.arn).to.have.length(count)
      }
    })

    it('makes one call for many processes', async () => {
      const results = await Promise.all(
        Array.from({length: howMany(12, 4)}, () => succeed([], envOf(ALICE), runCliProcess)),
      )
      expect(new Set(results.map(({status}) => status.clientKeyData)).size).to.equal(1)
      expect(world.issued()).to.have.length(1)
    })

    it('takes the argument lists that the Go tool has written into kubeconfigs', async () => {
      const cluster = ['--cluster-id', CLUSTER_ID, '--api-version', 'v1beta1']
      const lists = [
        ['get-credential', ...cluster, '--expiration', '3h', '--log-level', 'ERROR'],
        [
          'get-credential',
          ...cluster,
          '--expiration',
          '3h0m0s',
          '--credential-cache-dir',
          '~/.kube/cache/ack-ram-tool/credential-plugin',
          '--log-level',
          'error',
        ],
        [
          'get-credential',
          ...cluster,
          '--expiration',
          '1h',
          '--log-level',
          'ERROR',
          '--profile-name',
          'p',
          '--ignore-env-credentials',
        ],
        ['get-credential', ...cluster, '--expiration', '3h', '--region-id', 'cn-hangzhou', '--log-level', 'error'],
        ['get-token', ...cluster, '--log-level', 'ERROR', '--ignore-aliyun-cli-credentials'],
        ['get-token', ...cluster, '--role-arn', ROLE, '--sts-endpoint', world.sts.endpoint, '--log-level', 'error'],
      ]
      const profile = {name: 'p', mode: 'AK', access_key_id: BOB.accessKeyId, access_key_secret: BOB.accessKeySecret}
      await home.write(CLI_CONFIG, {current: 'p', profiles: [profile]})
      for (const list of lists) {
        const {stderr, exitCode} = await runCli(['credential-plugin', ...list], {
          home: home.dir,
          env: {...envOf(ALICE), CS_ENDPOINT: world.cs.endpoint},
        })
        expect({stderr, exitCode}, list.join(' ')).to.deep.equal({stderr: '', exitCode: 0})
      }
    })
  })

  describe('with a certificate that is about to end', () => {
    // The service's clock is late, so that of 15 minutes 8 are left: fewer than the 10 that a renewal begins with.
    beforeEach(async () => {
      const behind = (): Date => new Date(Date.now() - 7 * 60_000)
      world = await startClusterWorld({now: behind})
    })
    const expiration = ['--expiration', '15m']

    it('renews it', async () => {
      const first = await succeed(expiration)
      expect((await succeed(expiration)).status.clientKeyData).not.to.equal(first.status.clientKeyData)
    })

    it('goes on with it while the service cannot be reached, and says so', async () => {
      const first = await succeed(expiration)
      await world.cs.close()
      const {stdout, stderr, exitCode} = await run(expiration)
      expect(exitCode).to.equal(0)
      expect(JSON.parse(stdout)).to.deep.equal(first)
      expect(stderr)
        .to.contain(`cannot refresh the certificate of cluster ${CLUSTER_ID}`)
        .and.contain(`using the cached one, valid until ${first.status.expirationTimestamp.slice(0, 16)}`)
      const elsewhere = await run([...expiration, '--credential-cache-dir', '~/empty'])
      expect({stdout: elsewhere.stdout, exitCode: elsewhere.exitCode}).to.deep.equal({stdout: '', exitCode: 5})
      expect(elsewhere.stderr).to.contain('(NetworkFailed)')
    })

    it('does not wait as long as it might for a service that does not answer, nor for another process', async () => {
      const first = await succeed(expiration)
      world.cs.failNext(10, 'hang')
      const results = await Promise.all([1, 2, 3].map(() => run(expiration, envOf(ALICE), runCliProcess)))
      for (const {stdout, exitCode} of results) {
        expect(exitCode).to.equal(0)
        expect(JSON.parse(stdout)).to.deep.equal(first)
      }
      expect(
        results.filter(({stderr}) => stderr.includes('cannot refresh')),
        'one tried, the others did not wait',
      ).to.have.length(1)
    })
  })

  describe('with answers that cannot be used', () => {
    const cases = {
      'no certificate': (config: string) =>
        config.replace(/client-certificate-data: \S+/, 'client-certificate-data: ""'),
      'a key of another certificate': undefined,
      'no user': (config: string) => config.replace(/users:[^]*$/, 'users: []\n'),
      'a CA that is not base64': (config: string) =>
        config.replace(/certificate-authority-data: \S+/, 'certificate-authority-data: "!!"'),
      'a CA that is no certificate': (config: string) =>
        config.replace(/certificate-authority-data: \S+/, 'certificate-authority-data: QQ=='),
      'no YAML': () => 'a: [',
      'YAML that nests without end': () => '? '.repeat(450),
      'YAML that keeps a parser busy': () => `[${','.repeat(250_000)}]`,
      'no config': () => '',
    }
    for (const [name, distort] of Object.entries(cases)) {
      it(`refuses ${name}`, async () => {
        let earlier: string | undefined
        world = await startClusterWorld({
          distort: (answer) => {
            if (distort) return {...answer, config: distort(answer.config)}
            const key = /client-key-data: (\S+)/.exec(earlier ?? '')?.[1]
            earlier ??= answer.config
            return key
              ? {...answer, config: answer.config.replace(/client-key-data: \S+/, `client-key-data: ${key}`)}
              : answer
          },
        })
        if (!distort) await succeed(['--no-cache'])
        const {stdout, stderr, exitCode} = await run()
        expect({stdout, exitCode}).to.deep.equal({stdout: '', exitCode: 6})
        expect(stderr).to.match(
          /invalid response to DescribeClusterUserKubeconfig from the Container Service: (it has no|its private key) .*\(ServiceFailed\)/,
        )
      })
    }

    it('reads the end from the certificate when the answer has none', async () => {
      world = await startClusterWorld({distort: ({config}) => ({config})})
      const {status} = await succeed()
      const end = new X509Certificate(status.clientCertificateData).validTo
      expect(Date.parse(status.expirationTimestamp)).to.equal(Date.parse(end))
    })

    it('takes the earlier end of answer and certificate', async () => {
      const expiration = new Date(Date.now() + HOUR_MS).toISOString()
      world = await startClusterWorld({distort: ({config}) => ({config, expiration})})
      expect((await succeed()).status.expirationTimestamp).to.equal(`${expiration.slice(0, 19)}Z`)
    })
  })

  it('says which RAM permission is missing', async () => {
    world = await startClusterWorld({clusters: (cluster) => [{...cluster, allowedArns: [BOB.arn]}]})
    const {stdout, stderr, exitCode} = await run()
    expect({stdout, exitCode}).to.deep.equal({stdout: '', exitCode: 4})
    expect(stderr)
      .to.contain('(ServiceRefused)')
      .and.contain(
        `Next: grant the caller the RAM permission cs:DescribeClusterUserKubeconfig on cluster ${CLUSTER_ID}`,
      )
  })
})
