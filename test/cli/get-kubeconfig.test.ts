import {X509Certificate} from 'node:crypto'
import {chmod, readFile, writeFile} from 'node:fs/promises'
import {join, resolve} from 'node:path'

import {expect} from 'chai'
import {parse} from 'yaml'

import {createClusterCa} from '../local-cloud/cluster-ca.ts'
import {ALICE, CLUSTER_ID, envOf, ROLE, startClusterWorld, type ClusterWorld} from '../support/cluster-world.ts'
import {expectMode} from '../support/expect-mode.ts'
import {CLI_CONFIG, makeHome, type TestHome} from '../support/home.ts'
import {runCli, type CliResult} from '../support/run-cli.ts'

interface Kubeconfig {
  readonly clusters: readonly {readonly name: string; readonly cluster: Readonly<Record<string, unknown>>}[]
  readonly contexts: readonly object[]
  readonly users: readonly {readonly name: string; readonly user: {readonly exec: Exec}}[]
}
interface Exec {
  readonly args: readonly string[]
  readonly command?: string
  readonly [field: string]: unknown
}

describe('get-kubeconfig', () => {
  let home: TestHome
  let world: ClusterWorld

  before(async () => {
    world = await startClusterWorld()
  })
  after(() => world.close())
  beforeEach(async () => {
    home = await makeHome()
  })
  afterEach(() => home.remove())

  const run = (args: readonly string[], env: Record<string, string> = envOf(ALICE)): Promise<CliResult> =>
    runCli(['get-kubeconfig', '--cluster-id', CLUSTER_ID, ...args], {
      home: home.dir,
      env: {...env, CS_ENDPOINT: world.cs.endpoint, ALIBABA_CLOUD_STS_ENDPOINT: world.sts.endpoint},
    })
  /** The endpoints of these tests, as an entry has them. */
  const endpoints = (): {readonly sts: readonly string[]; readonly cs: readonly string[]} => ({
    sts: ['--sts-endpoint', world.sts.endpoint],
    cs: ['--cs-endpoint', world.cs.endpoint],
  })
  const kubeconfigOf = async (args: readonly string[] = []): Promise<Kubeconfig> => {
    const {stdout, exitCode, stderr} = await run(args)
    expect(exitCode, stderr).to.equal(0)
    return parse(stdout) as Kubeconfig
  }
  const execOf = async (args: readonly string[] = []): Promise<Exec> => {
    const [user] = (await kubeconfigOf(args)).users
    return user?.user.exec ?? {args: []}
  }

  it('prints a kubeconfig with the names of the Container Service, at both places', async () => {
    const kubeconfig = await kubeconfigOf()
    expect(kubeconfig).to.deep.include({
      apiVersion: 'v1',
      kind: 'Config',
      contexts: [{name: `2001-${CLUSTER_ID}`, context: {cluster: 'kubernetes', user: '2001'}}],
      'current-context': `2001-${CLUSTER_ID}`,
    })
    expect(kubeconfig.clusters).to.deep.equal([
      {
        name: 'kubernetes',
        cluster: {
          server: world.api.url,
          'certificate-authority-data': Buffer.from(world.api.caPem).toString('base64'),
        },
      },
    ])
    expect(kubeconfig.users.map(({name}) => name)).to.deep.equal(['2001'])
    const {stdout} = await runCli(['credential-plugin', 'get-kubeconfig', '-c', CLUSTER_ID], {
      home: home.dir,
      env: {...envOf(ALICE), CS_ENDPOINT: world.cs.endpoint, ALIBABA_CLOUD_STS_ENDPOINT: world.sts.endpoint},
    })
    expect(parse(stdout)).to.deep.equal(kubeconfig)
  })

  it('writes an exec entry for certificates by default', async () => {
    const {installHint, ...exec} = await execOf()
    expect(installHint).to.be.a('string')
    expect(exec).to.deep.equal({
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      command: 'ack-ram-tool',
      args: [
        'credential-plugin',
        'get-credential',
        '--cluster-id',
        CLUSTER_ID,
        '--api-version',
        'v1beta1',
        '--expiration',
        '3h',
        ...endpoints().cs,
        ...endpoints().sts,
      ],
      interactiveMode: 'IfAvailable',
      provideClusterInfo: false,
    })
  })

  it('knows every spelling of the modes', async () => {
    for (const mode of ['certificate', 'cert'])
      expect((await execOf(['-m', mode])).args[1], mode).to.equal('get-credential')
    for (const mode of ['ram-authenticator-token', 'token']) {
      expect((await execOf(['--mode', mode])).args).to.deep.equal([
        'credential-plugin',
        'get-token',
        '--cluster-id',
        CLUSTER_ID,
        '--api-version',
        'v1beta1',
        ...endpoints().sts,
      ])
    }
    expect((await run(['--mode', 'password'])).exitCode).to.equal(2)
  })

  it('asks for the certificate that it does not use with the shortest life', async () => {
    const seen = world.cs.requests.length
    await kubeconfigOf(['--expiration', '0', '--private-address'])
    expect(world.cs.requests.slice(seen)).to.have.length(1)
    expect(world.cs.requests.at(-1)).to.deep.include({
      query: {PrivateIpAddress: 'true', TemporaryDurationMinutes: '15'},
    })
  })

  it('names the private address on request', async () => {
    expect((await kubeconfigOf(['--private-address'])).clusters[0]?.cluster['server']).to.equal(
      world.cluster.privateServer,
    )
  })

  it('writes what was typed and decides the credentials, and that alone', async () => {
    const profile = {name: 'p', mode: 'AK', access_key_id: ALICE.accessKeyId, access_key_secret: ALICE.accessKeySecret}
    await home.write('.aliyun/other.json', {current: 'p', profiles: [profile]})
    const args = [
      '--profile-file',
      '~/.aliyun/other.json',
      '--profile-name',
      'p',
      '--ignore-env-credentials',
      '--role-arn',
      ROLE,
      '--role-session-name',
      'me',
      '--region-id',
      'cn-hangzhou',
      '--expiration',
      '1h30m',
      '--sts-endpoint',
      world.sts.endpoint,
      '--cs-endpoint',
      world.cs.endpoint,
      '--credential-type',
      'auto',
      '--api-version',
      'v1',
      '--timeout',
      '10s',
      '--log-level',
      'error',
      '--no-cache',
      '-y',
    ]
    const exec = await execOf(args)
    expect(exec).to.deep.include({apiVersion: 'client.authentication.k8s.io/v1', interactiveMode: 'Never'})
    expect(exec.args.slice(0, 8)).to.deep.equal([
      'credential-plugin',
      'get-credential',
      '--cluster-id',
      CLUSTER_ID,
      '--api-version',
      'v1',
      '--expiration',
      '1h30m',
    ])
    const written = exec.args.slice(8).join(' ')
    for (const option of [
      `--profile-file ${join(home.dir, '.aliyun/other.json')}`,
      '--profile-name p',
      '--ignore-env-credentials',
      `--role-arn ${ROLE}`,
      '--role-session-name me',
      '--region-id cn-hangzhou',
      `--sts-endpoint ${world.sts.endpoint}`,
      `--cs-endpoint ${world.cs.endpoint}`,
      '--credential-type auto',
    ])
      expect(written).to.contain(option)
    expect(written).not.to.match(/timeout|log-level|cache|assume/)
    expect((await execOf([...args, '-m', 'token'])).args).not.to.include('--cs-endpoint')
  })

  it('writes paths so that they are the same from any directory', async () => {
    const profile = {name: 'p', mode: 'AK', access_key_id: ALICE.accessKeyId, access_key_secret: ALICE.accessKeySecret}
    const file = await home.write(CLI_CONFIG, {current: 'p', profiles: [profile]})
    const policy = await home.write('policy.json', '{"Version": "1", "Statement": []}')
    const relative = (path: string): string => join('..', '..', '..', '..', '..', '..', '..', '..', path)
    for (const path of [relative(policy), '~/policy.json']) {
      const args = ['--profile-file', relative(file), '--role-arn', ROLE, '--role-policy', `@${path}`]
      expect((await execOf(args)).args.join(' '))
        .to.contain(`--profile-file ${resolve(file)}`)
        .and.contain(`--role-policy @${resolve(policy)}`)
    }
  })

  it('refuses a profile whose name no kubeconfig can hold', async () => {
    const name = 'p\ud800'
    const profile = {name, mode: 'AK', access_key_id: ALICE.accessKeyId, access_key_secret: ALICE.accessKeySecret}
    await home.write(CLI_CONFIG, {current: name, profiles: [profile]})
    for (const mode of ['token', 'certificate']) {
      const {stdout, stderr, exitCode} = await run(['--mode', mode], {})
      expect({stdout, exitCode}, stderr).to.deep.equal({stdout: '', exitCode: 3})
      expect(stderr).to.contain('half of a character').and.contain('Next: rename the profile')
    }
  })

  it('never writes a secret', async () => {
    const {stdout, stderr} = await run(['--role-arn', ROLE, '--verbose'])
    expect(stdout + stderr).not.to.match(/SECRET[-+]/)
    expect(stdout).not.to.match(/client-key|client-certificate|token:/)
  })

  it('takes a name or an absolute path as the command', async () => {
    expect((await execOf(['--exec-command', process.execPath])).command).to.equal(process.execPath)
    expect((await execOf(['--exec-command', 'art'])).command).to.equal('art')
    const {exitCode, stderr} = await run(['--exec-command', './bin/art'])
    expect(exitCode).to.equal(2)
    expect(stderr).to.contain('--exec-command is a relative path (InvalidOption)')
  })

  it('writes the cluster into its own entry with --provide-cluster-info', async () => {
    const {clusters, users} = await kubeconfigOf([
      '--provide-cluster-info',
      '--region-id',
      'cn-hangzhou',
      '-m',
      'token',
    ])
    expect(clusters[0]?.cluster['extensions']).to.deep.equal([
      {name: 'client.authentication.k8s.io/exec', extension: {clusterId: CLUSTER_ID, regionId: 'cn-hangzhou'}},
    ])
    expect(users[0]?.user.exec).to.deep.include({
      args: ['credential-plugin', 'get-token', '--api-version', 'v1beta1', ...endpoints().sts],
      provideClusterInfo: true,
    })
  })

  describe('with the server and its CA', () => {
    const server = 'https://10.0.0.1:6443'
    /** Without any credentials, in a home that holds a file of credentials which nobody could read. */
    const offline = async (args: readonly string[]): Promise<CliResult> => {
      await home.write(CLI_CONFIG, '{broken')
      const seen = world.cs.requests.length + world.sts.requests.length
      const result = await run(args, {})
      expect(world.cs.requests.length + world.sts.requests.length, 'calls').to.equal(seen)
      return result
    }
    const der = (): Buffer => new X509Certificate(world.api.caPem).raw

    it('makes no call and needs no credentials, in both modes', async () => {
      const file = await home.write('ca.pem', `subject=CN = ca\n${world.api.caPem}`)
      for (const mode of ['token', 'certificate']) {
        const args = ['--server', server, '--certificate-authority', file, '--mode', mode, '--role-arn', ROLE]
        const {stdout, stderr, exitCode} = await offline([
          ...args,
          '--profile-name',
          'p',
          '--expected-identity',
          '2001',
        ])
        expect({stderr, exitCode}).to.deep.equal({stderr: '', exitCode: 0})
        expect(stdout).not.to.match(/client-certificate|client-key|token:/)
        const {clusters, contexts, users} = parse(stdout) as Kubeconfig
        expect(clusters[0]?.name).to.equal(CLUSTER_ID)
        expect(clusters[0]?.cluster['server']).to.equal(server)
        const data = Buffer.from(String(clusters[0]?.cluster['certificate-authority-data']), 'base64').toString()
        expect(data.trim()).to.equal(world.api.caPem.trim())
        const user = `ack-ram-tool-${CLUSTER_ID}`
        expect(contexts).to.deep.equal([{name: CLUSTER_ID, context: {cluster: CLUSTER_ID, user}}])
        expect(users[0]?.name).to.equal(user)
        expect(users[0]?.user.exec.args.join(' '))
          .to.contain(`--cluster-id ${CLUSTER_ID} `)
          .and.contain('--profile-name p')
          .and.contain(`--role-arn ${ROLE}`)
          .and.contain('--expected-identity 2001')
      }
    })

    it('takes the CA as PEM, DER, or either in base64', async () => {
      const pem = world.api.caPem
      await writeFile(join(home.dir, 'ca.der'), der())
      await home.write('ca.crt', pem)
      for (const authority of [
        '~/ca.der',
        '~/ca.crt',
        Buffer.from(pem).toString('base64'),
        der().toString('base64'),
        pem,
      ]) {
        const {stdout, stderr} = await offline(['--server', server, `--certificate-authority=${authority}`])
        expect(stderr, authority).to.equal('')
        const data = String((parse(stdout) as Kubeconfig).clusters[0]?.cluster['certificate-authority-data'])
        expect(new X509Certificate(Buffer.from(data, 'base64')).raw.equals(der()), authority).to.equal(true)
      }
    })

    it('looks up no name, and says what it takes it for', async () => {
      const file = await home.write('ca.pem', world.api.caPem)
      const args = ['--server', server, '--certificate-authority', file, '-m', 'token', '-c', 'production']
      const {stdout, stderr, exitCode} = await offline(args)
      expect({exitCode, has: stdout.includes('- production\n')}).to.deep.equal({exitCode: 0, has: true})
      expect(stderr).to.contain('"production" is taken for the ID of a cluster')
    })

    it('writes of several certificates what they are, and nothing that stands around or in them', async () => {
      const other = (await createClusterCa(new Date(Date.now() + 86_400_000))).certPem
      const given = `SECRETone\n${other}\nSECRETtwo\n${world.api.caPem}\nSECRETthree`.replaceAll('\n', '\r\n')
      const file = await home.write('ca.pem', given)
      const {stdout} = await offline(['--server', server, '--certificate-authority', file, '-o', 'json'])
      const {kubeconfig, certificateAuthorityExpires} = JSON.parse(stdout) as Readonly<Record<string, string>>
      const data = (parse(kubeconfig ?? '') as Kubeconfig).clusters[0]?.cluster['certificate-authority-data']
      expect(Buffer.from(String(data), 'base64').toString()).to.equal(
        [other, world.api.caPem].map((pem) => `${pem.trim()}\n`).join(''),
      )
      const ends = [other, world.api.caPem].map((pem) => Date.parse(new X509Certificate(pem).validTo))
      expect(certificateAuthorityExpires).to.equal(new Date(Math.max(...ends)).toISOString())
    })

    it('refuses what is no server and no CA, and quotes neither', async () => {
      const file = await home.write('ca.pem', world.api.caPem)
      for (const url of [
        'http://a',
        'a:6443',
        'https://SECRET-me:pw@a',
        'https://a?SECRET',
        'https://a:99999',
        'https:// a',
      ])
        await expectRefusal(['--server', url, '--certificate-authority', file], '--server is not the https URL')
      const half = world.api.caPem.slice(0, 200)
      const key = '-----BEGIN PRIVATE KEY-----\nSECRET\n-----END PRIVATE KEY-----\n'
      for (const [authority, why] of [
        [join(home.dir, 'none'), 'is no file that can be read: ENOENT'],
        [home.dir, 'is no file that can be read: EISDIR'],
        [await home.write('empty', ''), 'holds no certificate'],
        [await home.write('half', half), 'holds no whole certificate'],
        [
          await home.write('bad', world.api.caPem.replace(/\nM.{9}/, '\nMAAAAAAAAA')),
          'holds a certificate that cannot be read',
        ],
        [await home.write('key', world.api.caPem + key), 'holds a private key'],
        [Buffer.from(key).toString('base64'), 'holds a private key'],
        ['SECRET'.repeat(300), 'is neither a file nor base64'],
      ] as const)
        await expectRefusal(
          ['--server', server, '--certificate-authority', authority],
          `--certificate-authority ${why}`,
        )
    })

    it('refuses options that would need a call, and one of the two alone', async () => {
      const file = await home.write('ca.pem', world.api.caPem)
      const both = ['--server', server, '--certificate-authority', file]
      await expectRefusal(['--server', server], 'go together')
      await expectRefusal(['--certificate-authority', file], 'go together')
      await expectRefusal([...both, '--pin-identity'], '--pin-identity cannot be combined with --server')
      await expectRefusal([...both, '--private-address'], '--private-address cannot be combined with --server')
      await expectRefusal(['-c', '../up', ...both], 'invalid cluster ID')
    })

    const expectRefusal = async (args: readonly string[], message: string): Promise<void> => {
      const {stdout, stderr, exitCode} = await offline(args)
      expect({stdout, exitCode}, args.join(' ')).to.deep.equal({stdout: '', exitCode: 2})
      expect(stderr).to.contain(message).and.contain('(InvalidOption)').and.not.contain('SECRET')
    }
  })

  it('gives programs a summary, with the kubeconfig or with its file', async () => {
    const text = (await run(['-m', 'token'])).stdout
    const summary = JSON.parse((await run(['-m', 'token', '-o', 'json'])).stdout) as Readonly<Record<string, unknown>>
    const user = '2001'
    expect(summary).to.deep.equal({
      file: null,
      currentContext: `2001-${CLUSTER_ID}`,
      contexts: [{name: `2001-${CLUSTER_ID}`, cluster: 'kubernetes', user}],
      server: world.api.url,
      certificateAuthorityExpires: new Date(new X509Certificate(world.api.caPem).validTo).toISOString(),
      mode: 'token',
      credentialLifetime: '10m',
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      command: 'ack-ram-tool',
      kubeconfig: text,
    })
    const file = join(home.dir, 'deep', 'kubeconfig')
    const written = JSON.parse((await run(['--kubeconfig', file, '-o', 'json'])).stdout) as object
    expect(written)
      .to.deep.include({file, mode: 'certificate', credentialLifetime: '3h'})
      .and.not.have.property('kubeconfig')
    expect(await readFile(file, 'utf8')).to.equal((await run([])).stdout)
  })

  it('replaces no other file without a yes, and does not heed the format of other commands', async () => {
    const file = await home.write('kubeconfig', 'apiVersion: v1\n')
    const refused = await run(['--kubeconfig', file])
    expect({exitCode: refused.exitCode, stdout: refused.stdout}).to.deep.equal({exitCode: 7, stdout: ''})
    expect(refused.stderr).to.contain('is there already, with other content (KubeconfigConflict)')
    expect(await readFile(file, 'utf8')).to.equal('apiVersion: v1\n')
    const {stdout} = await run(['--kubeconfig', file, '--assume-yes'])
    expect(stdout).to.equal(`Wrote context "2001-${CLUSTER_ID}" to ${file}\n`)
    expect((await run(['--kubeconfig', file])).exitCode, 'the same again').to.equal(0)
    expect((await run([], {...envOf(ALICE), ACK_RAM_TOOL_OUTPUT: 'json'})).stdout).to.match(/^apiVersion: v1\n/)
  })

  it('leaves a file for its owner alone, also where another one was there with another mode', async function () {
    if (process.platform === 'win32') this.skip()
    const file = await home.write('kubeconfig', 'apiVersion: v1\n')
    for (const mode of [0o666, 0o644]) {
      await chmod(file, mode)
      // The second time with the same content.
      const {stderr, exitCode} = await run(['--kubeconfig', file, '--assume-yes'])
      expect(exitCode, stderr).to.equal(0)
      expect(stderr).not.to.contain('can write it')
      await expectMode(file, 0o600)
    }
    const {exitCode, stderr} = await runCli(['update-kubeconfig', '--undo', '--kubeconfig', file], {home: home.dir})
    expect(exitCode, stderr).to.equal(0)
    expect(await readFile(file, 'utf8')).to.equal('apiVersion: v1\n')
  })

  it('tells what to do about a cluster that is not there and a missing cluster id', async () => {
    const {stdout, stderr, exitCode} = await run(['-c', `c${'0'.repeat(32)}`])
    expect({stdout, exitCode}).to.deep.equal({stdout: '', exitCode: 4})
    expect(stderr).to.contain('ErrorClusterNotFound').and.contain('Next: check the cluster ID')
    expect((await runCli(['get-kubeconfig'], {home: home.dir})).stderr).to.contain('(ClusterIdMissing)')
  })
})
