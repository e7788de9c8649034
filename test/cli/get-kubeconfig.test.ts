import {join, resolve} from 'node:path'

import {expect} from 'chai'
import {parse} from 'yaml'

import {ALICE, CLUSTER_ID, envOf, ROLE, startClusterWorld, type ClusterWorld} from '../support/cluster-world.ts'
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
    const args = ['--profile-file', relative(file), '--role-arn', ROLE, '--role-policy', `@${relative(policy)}`]
    expect((await execOf(args)).args.join(' '))
      .to.contain(`--profile-file ${resolve(file)}`)
      .and.contain(`--role-policy @${resolve(policy)}`)
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

  it('tells what to do about a cluster that is not there and a missing cluster id', async () => {
    const {stdout, stderr, exitCode} = await run(['-c', 'cother'])
    expect({stdout, exitCode}).to.deep.equal({stdout: '', exitCode: 4})
    expect(stderr).to.contain('ErrorClusterNotFound').and.contain('Next: check the cluster ID')
    expect((await runCli(['get-kubeconfig'], {home: home.dir})).stderr).to.contain('(ClusterIdMissing)')
  })
})
