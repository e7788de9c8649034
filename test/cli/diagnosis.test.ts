import {execFileSync} from 'node:child_process'
import {chmod, mkdir, rm, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'

import {expect} from 'chai'

import {startApiServer, type ApiServerOptions} from '../local-cloud/api-server.ts'
import type {LocalApiServer} from '../local-cloud/api-server.ts'
import {createClusterCa} from '../local-cloud/cluster-ca.ts'
import {startContainerService, type LocalContainerService} from '../local-cloud/container-service.ts'
import {startProxyServer} from '../local-cloud/proxy-server.ts'
import {startLocalSts, type LocalSts, type LocalStsOptions} from '../local-cloud/sts.ts'
import {expectGolden, steady} from '../support/golden.ts'
import {CLI_CONFIG, makeHome, type TestHome} from '../support/home.ts'
import {runCli, STANDALONE, type CliResult} from '../support/run-cli.ts'

const CLUSTER_ID = 'c0123456789abcdef0123456789abcdef'
const ALICE = {
  accessKeyId: 'LTAI-alice',
  accessKeySecret: 'SECRET-of-alice',
  arn: 'acs:ram::1000000000000001:user/Alice',
  accountId: '1000000000000001',
  userId: '200000000000000001',
}
const AK = {mode: 'AK', access_key_id: ALICE.accessKeyId, access_key_secret: ALICE.accessKeySecret}
const ROLE = 'acs:ram::1000000000000001:role/Admin'
const MAPPINGS = {[ALICE.arn]: {username: ALICE.userId, groups: ['system:masters']}}

/** A machine with credentials, a kubeconfig and kubectl, and a cloud with a cluster: all is well until a test breaks it. */
interface World {
  readonly home: TestHome
  readonly sts: LocalSts
  readonly cs: LocalContainerService
  readonly api: LocalApiServer
  readonly env: Record<string, string>
  readonly profile: (fields: object) => Promise<string>
  readonly kubeconfig: (change?: Partial<KubeconfigParts>) => Promise<string>
}

interface KubeconfigParts {
  readonly userName: string
  readonly exec: Readonly<Record<string, unknown>>
  /** What the user has next to `exec`. */
  readonly user: Readonly<Record<string, unknown>>
  readonly server: string
  readonly caPem: string
  /** More of the cluster entry. */
  readonly cluster: Readonly<Record<string, unknown>>
  /** More contexts of the one cluster, each with its user. */
  readonly contexts: Readonly<Record<string, string>>
  /** More users. */
  readonly users: Readonly<Record<string, unknown>>
  readonly current: string
}

interface Given {
  readonly sts?: Partial<LocalStsOptions>
  readonly api?: Partial<ApiServerOptions>
  readonly mayAsk?: boolean
}

const EXEC = {
  apiVersion: 'client.authentication.k8s.io/v1',
  command: 'ack-ram-tool',
  args: ['credential-plugin', 'get-token', '--cluster-id', CLUSTER_ID, '--api-version', 'v1'],
  interactiveMode: 'IfAvailable',
}

/** By which kubectl hands a cluster ID over. */
const CLUSTER_INFO = [{name: 'client.authentication.k8s.io/exec', extension: {clusterId: CLUSTER_ID}}]

const withWorld = async (given: Given, run: (world: World) => Promise<void>): Promise<void> => {
  const home = await makeHome()
  const sts = await startLocalSts({identities: [ALICE], roles: [{arn: ROLE}], ...given.sts})
  const ca = await createClusterCa(new Date())
  const api = await startApiServer({clusterId: CLUSTER_ID, sts, mappings: MAPPINGS, clientCa: ca, ...given.api})
  const cs = await startContainerService({
    identities: sts.identities,
    clusters: [
      {
        id: CLUSTER_ID,
        name: 'production',
        regionId: 'cn-hangzhou',
        state: 'running',
        server: api.url,
        privateServer: api.url,
        ca,
        caPem: api.caPem,
        uidOf: () => ALICE.userId,
        ...(given.mayAsk === false ? {allowedArns: []} : {}),
      },
    ],
  })
  const bin = join(home.dir, 'bin')
  await mkdir(bin)
  const program = async (name: string, prints: string): Promise<void> => {
    await writeFile(join(bin, name), `#!/bin/sh\ncat <<'EOF'\n${prints}\nEOF\n`)
    await chmod(join(bin, name), 0o755)
  }
  await program('kubectl', '{"clientVersion": {"gitVersion": "v1.33.1"}}')
  await program('ack-ram-tool', 'Version:     0.1.0\nGitCommit:   abc\nRuntime:     Node.js')
  const world: World = {
    home,
    sts,
    cs,
    api,
    env: {PATH: `${bin}:/usr/bin:/bin`, ACK_RAM_TOOL_STS_ENDPOINT: sts.endpoint, CS_ENDPOINT: cs.endpoint},
    profile: (fields) => home.write(CLI_CONFIG, {current: 'p', profiles: [{name: 'p', ...fields}]}),
    kubeconfig: (change = {}) => {
      const {
        userName = `${ALICE.userId}-${CLUSTER_ID}`,
        exec = EXEC,
        user = {},
        server = api.url,
        caPem = api.caPem,
        cluster = {},
        contexts = {},
        users = {},
        current = 'production',
      } = change
      const data = Buffer.from(caPem).toString('base64')
      return home.write('.kube/config', {
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': current,
        contexts: Object.entries({...contexts, production: userName}).map(([name, of]) => ({
          name,
          context: {cluster: 'production', user: of},
        })),
        clusters: [{name: 'production', cluster: {server, 'certificate-authority-data': data, ...cluster}}],
        users: [
          {name: userName, user: {exec, ...user}},
          ...Object.entries(users).map(([name, fields]) => ({name, user: fields})),
        ],
      })
    },
  }
  try {
    await world.profile(AK)
    await world.kubeconfig()
    await run(world)
  } finally {
    await cs.close()
    await api.close()
    await sts.close()
    await home.remove()
  }
}

const NOT_SECRET = /SECRET-|Signature=|k8s-ack-v\d\.[A-Za-z0-9]|PRIVATE KEY/

describe('a diagnosis', function () {
  this.timeout(60_000)
  before(function () {
    // Its programs are shell scripts, and its modes those of POSIX; an executable runs as Bun.
    if (process.platform === 'win32' || STANDALONE) this.skip()
  })

  const doctor = (world: World, args: readonly string[] = [], env: Record<string, string> = {}): Promise<CliResult> =>
    runCli(['doctor', '--context', 'production', ...args], {home: world.home.dir, env: {...world.env, ...env}})
  const inspect = (world: World, args: readonly string[], env: Record<string, string> = {}): Promise<CliResult> =>
    runCli(['credential-plugin', 'inspect-token', ...args], {home: world.home.dir, env: {...world.env, ...env}})

  /** Compares with the golden file: what is said must be right, short and free of secrets. */
  const golden = (name: string, {home}: World, {stdout, stderr, exitCode}: CliResult): void => {
    expect(stderr, name).to.equal('')
    expect(stdout).not.to.match(NOT_SECRET)
    expectGolden(`diagnosis/${name}`, `${steady(stdout, {[home.dir]: '~'})}exit code ${String(exitCode)}\n`)
  }

  it('finds nothing where all is well', () =>
    withWorld({}, async (world) => {
      const result = await doctor(world)
      expect(result.exitCode, result.stdout).to.equal(0)
      golden('all-is-well', world, result)
    }))

  it('goes to the API server through the proxy of its cluster entry, by the name there', () =>
    withWorld({}, async (world) => {
      const {host, port} = new URL(world.api.url)
      const proxy = await startProxyServer({
        auth: {username: 'user', password: 'SECRET-of-proxy'},
        names: {
          'api.internal:6443': {host: '127.0.0.1', port: Number(port)},
          [host]: {host: '127.0.0.1', port: Number(port)},
        },
      })
      try {
        await world.kubeconfig({
          cluster: {server: 'https://api.internal:6443', 'proxy-url': proxy.url, 'tls-server-name': 'localhost'},
        })
        golden('api-server-through-a-proxy', world, await doctor(world))
      } finally {
        expect(proxy.requests.map(({target, status}) => `${target} ${status}`)).to.include('api.internal:6443 200')
        await proxy.close()
      }
    }))

  it('shortens the home directory, and no path that only begins or ends like it', () =>
    withWorld({}, async (world) => {
      const config = await world.home.write('user2/config', {apiVersion: 'v1', kind: 'Config'})
      const own = await world.home.write('user/.kube/config', {apiVersion: 'v1', kind: 'Config'})
      const env = {...world.env, HOME: join(world.home.dir, 'user'), KUBECONFIG: `${config}:${own}`}
      const {stdout} = await runCli(['doctor', '--offline'], {home: world.home.dir, env})
      expect(stdout).to.contain(config).and.to.contain('~/.kube/config').and.not.to.contain('~2')
      const ofRoot = await runCli(['doctor', '--offline'], {home: world.home.dir, env: {...env, HOME: '/'}})
      expect(ofRoot.stdout).to.contain(config).and.to.contain(own)
    }))

  it('goes on where a path is below a home directory that is not set', () =>
    withWorld({}, async (world) => {
      for (const name of ['ALIBABA_CLOUD_CREDENTIALS_FILE', 'ALIBABA_CLOUD_CONFIG_FILE', 'ACK_RAM_TOOL_PROFILE_FILE']) {
        const env = {
          ...world.env,
          ALIBABA_CLOUD_ACCESS_KEY_ID: ALICE.accessKeyId,
          ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'SECRET-of-alice',
          HOME: '',
          [name]: '~/x',
        }
        const {stdout, stderr, exitCode} = await runCli(['doctor', '--offline'], {home: world.home.dir, env})
        expect(stderr, name).to.equal('')
        expect(stdout, name).to.match(/^files$/m)
        expect([10, 11, 0], name).to.include(exitCode)
      }
    }))

  it('gives up a name that is not resolved in time', async function () {
    await withWorld({}, async (world) => {
      const hook = await world.home.write(
        'hook.cjs',
        "require('node:dns/promises').lookup = () => new Promise(() => setInterval(() => {}, 1000))",
      )
      const {stdout} = await runCli(['doctor', '--sts-endpoint', 'sts.example', '--timeout', '3s'], {
        home: world.home.dir,
        env: {...world.env, NODE_OPTIONS: `--require ${hook}`},
      })
      expect(stdout).to.contain('STS: its name cannot be resolved (ETIMEDOUT)')
    })
  })

  /** One that nobody writes to, in place of what is there. */
  const makePipe = async ({home}: World, path: string): Promise<void> => {
    await rm(join(home.dir, path), {force: true})
    execFileSync('mkfifo', ['-m', '600', join(home.dir, path)])
  }

  /** PATH with a program before this one that answers like the Go tool, or like what these lines say. */
  const goToolFirst = async (
    {home, env}: World,
    lines = ['Version:     v0.15.1', 'GitCommit:   abc'],
  ): Promise<string> => {
    const dir = join(home.dir, 'go')
    await mkdir(dir)
    const help =
      'Flags:\n  -c, --cluster-id string   The cluster id\n      --api-version string   v1\n      --role-arn string   A role\nGlobal Flags:\n  -v, --verbose   More'
    await writeFile(
      join(dir, 'ack-ram-tool'),
      `#!/bin/sh\ncase "$*" in\n*get-token*--help*) echo '${help}' ;;\n*) echo '${lines.join('\n')}' ;;\nesac\n`,
    )
    await chmod(join(dir, 'ack-ram-tool'), 0o755)
    return `${dir}:${env['PATH'] ?? ''}`
  }

  const broken: Readonly<Record<string, readonly [Given, (world: World) => Promise<CliResult>]>> = {
    'clock-40-minutes-off': [{sts: {now: () => new Date(Date.now() + 40 * 60_000)}}, (world) => doctor(world)],
    'world-readable-config': [
      {},
      async (world) => {
        await chmod(join(world.home.dir, CLI_CONFIG), 0o644)
        return doctor(world, ['--offline'])
      },
    ],
    'proxy-down': [
      {},
      (world) =>
        doctor(world, ['--sts-endpoint', 'sts.cn-beijing.aliyuncs.com', '--timeout', '3s'], {
          HTTPS_PROXY: 'http://user:SECRET-of-proxy@127.0.0.1:1',
          NO_PROXY: '127.0.0.1',
        }),
    ],
    'wrong-secret': [
      {},
      async (world) => {
        await world.profile({...AK, access_key_secret: 'SECRET-wrong'})
        return doctor(world)
      },
    ],
    'access-key-inactive': [{sts: {identities: [{...ALICE, status: 'Inactive'}]}}, (world) => doctor(world)],
    'security-token-expired': [
      {},
      async (world) => {
        const fields = {...AK, mode: 'StsToken', access_key_id: 'STS.old', sts_token: 'SECRET-token', sts_expiration: 1}
        await world.profile(fields)
        return doctor(world, ['--offline'])
      },
    ],
    'profile-without-mode': [
      {},
      async (world) => {
        await world.profile({access_key_id: ALICE.accessKeyId})
        return doctor(world, ['--offline'])
      },
    ],
    'no-credentials': [
      {},
      async (world) =>
        doctor(world, ['--offline'], {
          ALIBABA_CLOUD_CONFIG_FILE: '',
          HOME: world.home.dir,
          ACK_RAM_TOOL_IGNORE_ALIYUN_CLI_CREDENTIALS: 'true',
        }),
    ],
    'half-an-access-key': [
      {},
      (world) => doctor(world, ['--offline', '--log-level', 'error'], {ALIBABA_CLOUD_ACCESS_KEY_ID: ALICE.accessKeyId}),
    ],
    'command-missing': [
      {},
      async (world) => {
        await world.kubeconfig({exec: {...EXEC, command: '/opt/ack/bin/ack-ram-tool'}})
        return doctor(world, ['--offline'])
      },
    ],
    'entry-of-somebody-else': [
      {},
      async (world) => {
        await world.kubeconfig({userName: `209999999999999999-${CLUSTER_ID}`})
        return doctor(world)
      },
    ],
    'entry-with-an-unknown-flag': [
      {},
      async (world) => {
        await world.kubeconfig({exec: {...EXEC, args: [...EXEC.args, '--profile', 'SECRET-never-shown']}})
        return doctor(world, ['--offline'])
      },
    ],
    'entry-without-interactive-mode': [
      {},
      async (world) => {
        const {interactiveMode: _, ...exec} = EXEC
        await world.kubeconfig({exec})
        return doctor(world, ['--offline'])
      },
    ],
    'entries-that-kubectl-refuses': [
      {},
      async (world) => {
        await world.kubeconfig({
          exec: {...EXEC, env: [{value: 'SECRET-never-shown'}]},
          cluster: {'proxy-url': 'socks5h://user:SECRET-of-proxy@proxy.example', 'certificate-authority': '/ca.crt'},
        })
        return doctor(world, ['--offline'])
      },
    ],
    'entry-beside-a-token': [
      {},
      async (world) => {
        await world.kubeconfig({user: {token: 'SECRET-stale'}})
        return doctor(world)
      },
    ],
    'context-without-its-user': [
      {},
      async (world) => {
        await world.kubeconfig({contexts: {ctx: 'nobody'}, cluster: {extensions: CLUSTER_INFO}})
        return doctor(world, ['--context', 'ctx'])
      },
    ],
    'context-of-another-program': [
      {},
      async (world) => {
        await world.kubeconfig({contexts: {ctx: 'other'}, users: {other: {token: 'SECRET-of-other'}}})
        return doctor(world, ['--context', 'ctx'])
      },
    ],
    'plugins-denied-by-kuberc': [
      {},
      async (world) => {
        await world.home.write(
          '.kube/kuberc',
          'apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\ncredentialPluginPolicy: DenyAll\n',
        )
        return doctor(world, ['--offline'])
      },
    ],
    'plugins-denied-in-the-second-document-of-a-kuberc': [
      {},
      async (world) => {
        await world.home.write(
          '.kube/kuberc',
          '---\napiVersion: kubectl.config.k8s.io/v9\nkind: Preference\n---\napiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\ncredentialPluginPolicy: DenyAll\n---\napiVersion: kubectl.config.k8s.io/v1alpha1\nkind: Preference\n',
        )
        return doctor(world, ['--offline'])
      },
    ],
    'api-server-behind-a-proxy-that-refuses': [
      {},
      async (world) => {
        const proxy = await startProxyServer({auth: {username: 'user', password: 'SECRET-of-proxy'}})
        try {
          await world.kubeconfig({cluster: {'proxy-url': proxy.origin}})
          return await doctor(world)
        } finally {
          await proxy.close()
        }
      },
    ],
    'both-tools-in-path': [{}, async (world) => doctor(world, [], {PATH: await goToolFirst(world)})],
    'go-tool-that-lacks-a-flag': [
      {},
      async (world) => {
        const args = [...EXEC.args, '--expected-identity', ALICE.userId]
        await world.kubeconfig({exec: {...EXEC, args}})
        return doctor(world, [], {PATH: await goToolFirst(world)})
      },
    ],
    'other-version-that-lacks-a-flag': [
      {},
      async (world) => {
        await world.kubeconfig({exec: {...EXEC, args: [...EXEC.args, '--expected-identity', ALICE.userId]}})
        const PATH = await goToolFirst(world, ['Version:     0.0.1', 'Runtime:     Node.js'])
        return doctor(world, ['--offline'], {PATH})
      },
    ],
    'go-tool-that-does-otherwise': [
      {},
      async (world) => {
        const roles = ['--role-arn', ROLE, '--role-arn', ROLE]
        const exec = {...EXEC, args: ['credential-plugin', 'get-token', ...roles], provideClusterInfo: true}
        await world.kubeconfig({exec, cluster: {extensions: CLUSTER_INFO}})
        return doctor(world, ['--offline'], {PATH: await goToolFirst(world)})
      },
    ],
    'no-mapping': [{api: {mappings: {}}}, (world) => doctor(world)],
    'no-ram-permission': [
      {mayAsk: false},
      async (world) => {
        await world.home.write('.kube/config', {apiVersion: 'v1', kind: 'Config'})
        return runCli(['doctor', '-c', CLUSTER_ID], {home: world.home.dir, env: world.env})
      },
    ],
    'private-address-only': [
      {},
      async (world) => {
        await world.kubeconfig({server: 'https://[fd00::1]:6443'})
        return doctor(world)
      },
    ],
    'another-ca': [
      {},
      async (world) => {
        await world.kubeconfig({caPem: (await createClusterCa(new Date())).certPem})
        return doctor(world)
      },
    ],
    'another-tls-server-name': [
      {},
      async (world) => {
        await world.kubeconfig({cluster: {'tls-server-name': 'wrong.example.com'}})
        return doctor(world)
      },
    ],
    'api-server-by-another-name': [
      {},
      async (world) => {
        const {port} = new URL(world.api.url)
        const names = {'api.internal:6443': {host: '127.0.0.1', port: Number(port)}}
        const proxy = await startProxyServer({names})
        try {
          await world.kubeconfig({server: 'https://api.internal:6443', cluster: {'proxy-url': proxy.origin}})
          return await doctor(world)
        } finally {
          await proxy.close()
        }
      },
    ],
    'certificate-that-has-expired': [{api: {hasExpired: true}}, (world) => doctor(world)],
    'verification-that-the-kubeconfig-switches-off': [
      {},
      async (world) => {
        const {certPem} = await createClusterCa(new Date())
        await world.kubeconfig({caPem: certPem, cluster: {'insecure-skip-tls-verify': true}})
        const result = await doctor(world)
        expect(world.api.requests, 'what is sent').to.deep.equal([])
        return result
      },
    ],
    'kubeconfig-that-kubectl-cannot-read': [
      {},
      async (world) => {
        await world.home.write('.kube/config', 'users:\n- name: [\n')
        return doctor(world, ['--offline'])
      },
    ],
    'kubeconfig-that-is-a-pipe': [
      {},
      async (world) => {
        await makePipe(world, '.kube/config')
        return doctor(world)
      },
    ],
    'ca-that-is-a-pipe': [
      {},
      async (world) => {
        await makePipe(world, '.kube/ca.crt')
        const cluster = {'certificate-authority-data': '', 'certificate-authority': 'ca.crt'}
        await world.kubeconfig({cluster})
        return doctor(world)
      },
    ],
    'kuberc-that-is-a-pipe': [
      {},
      async (world) => {
        await makePipe(world, '.kube/kuberc')
        return doctor(world, ['--offline'])
      },
    ],
    'unknown-context': [
      {},
      (world) => runCli(['doctor', '--context', 'staging'], {home: world.home.dir, env: world.env}),
    ],
    'custom-ca-missing': [{sts: {tls: {names: []}}}, (world) => doctor(world, ['--timeout', '3s'])],
    'token-for-another-case': [
      {},
      (world) =>
        inspect(world, ['--from-exec', '-c', CLUSTER_ID]).then(async () =>
          inspect(world, ['-c', CLUSTER_ID.toUpperCase(), await token(world)]),
        ),
    ],
    'token-of-version-1': [
      {},
      async (world) =>
        inspect(world, [
          '-c',
          CLUSTER_ID,
          await token(world, ['--token-version', 'v1', '--sts-endpoint', 'sts.cn-beijing.aliyuncs.com']),
        ]),
    ],
    'token-by-another-secret': [
      {},
      async (world) => {
        const made = await token(world)
        await world.profile({...AK, access_key_secret: 'SECRET-wrong'})
        return inspect(world, ['-c', CLUSTER_ID, made])
      },
    ],
    'token-that-was-cut-off': [
      {},
      async (world) => inspect(world, ['-c', CLUSTER_ID, (await token(world)).slice(0, 401)]),
    ],
    'token-of-a-role-online': [
      {},
      async (world) => inspect(world, ['-c', CLUSTER_ID, '--from-exec', '--online', '--role-arn', ROLE]),
    ],
    'token-refused-by-sts': [
      {sts: {identities: []}},
      (world) => inspect(world, ['-c', CLUSTER_ID, '--from-exec', '--online']),
    ],
  }
  const token = async (world: World, args: readonly string[] = []): Promise<string> => {
    const all = ['credential-plugin', 'get-token', '-c', CLUSTER_ID, '--token-only', ...args]
    return (await runCli(all, {home: world.home.dir, env: world.env})).stdout.trim()
  }

  for (const [name, [given, run]] of Object.entries(broken))
    it(`says what is wrong and what to do: ${name.replaceAll('-', ' ')}`, () =>
      withWorld(given, async (world) => {
        const result = await run(world)
        golden(name, world, result)
        expect(result.exitCode, 'something is wrong').to.be.oneOf(name === 'token-of-a-role-online' ? [0] : [4, 10, 11])
      }))

  it('asks nobody to close a directory that others share, where the cache is below it', () =>
    withWorld({}, async (world) => {
      const shared = join(world.home.dir, 'shared')
      await mkdir(shared)
      await chmod(shared, 0o1777)
      const args = ['--credential-cache-dir', shared]
      expect((await doctor(world, args)).stdout).not.to.contain('shared has mode')
      const own = `ack-ram-tool-${process.geteuid?.()}`
      await mkdir(join(shared, own), {mode: 0o700})
      const {stdout} = await doctor(world, args)
      expect(stdout).to.contain(`shared/${own} has mode 0700`).and.not.to.contain('shared has mode')
    }))

  it('says how to close a file in words that a shell takes, wherever the file is', () =>
    withWorld({}, async (world) => {
      const {dir} = world.home
      const paths = ['my dir/kc', "it's/kc", 'plain/kc'].map((path) => join(dir, path))
      for (const path of paths) {
        await mkdir(dirname(path))
        await writeFile(path, '', {mode: 0o644})
      }
      const run = (): Promise<CliResult> => doctor(world, ['--offline'], {KUBECONFIG: paths.join(':')})
      const steps = [...(await run()).stdout.matchAll(/Next: (chmod .*)/g)].map(([, step = '']) => step)
      expect(steps).to.have.length(3).and.include('chmod 0600 ~/plain/kc')
      for (const step of steps) execFileSync('sh', ['-c', step], {env: {...process.env, HOME: dir}})
      expect((await run()).stdout).not.to.contain('chmod')
    }))

  it('logs in with a client certificate where the exec entry asks for one', () =>
    withWorld({}, async (world) => {
      const args = EXEC.args.map((word) => (word === 'get-token' ? 'get-credential' : word))
      await world.kubeconfig({exec: {...EXEC, args}})
      const {stdout, exitCode} = await doctor(world)
      expect(exitCode, stdout).to.equal(0)
      expect(stdout).to.match(/ok {7}the API server takes our credential, and knows us as 2/)
      expect(world.api.requests.map(({by}) => by)).to.deep.equal(['certificate'])
    }))

  it('names the contexts that there are for one that is not there, and says what to do where there is none', () =>
    withWorld({}, async (world) => {
      expect((await doctor(world, ['--context', 'nosuch'])).stdout).to.contain(
        'no kubeconfig has the context "nosuch" (from --context) (InvalidOption)\n           Next: use one of: production\n',
      )
      const empty = await world.home.write('empty', {apiVersion: 'v1', kind: 'Config'})
      expect((await doctor(world, [], {KUBECONFIG: empty})).stdout)
        .to.contain('there is no context "production" (from --context), nor any other, in the kubeconfigs')
        .and.to.contain('Next: add a cluster: ack-ram-tool update-kubeconfig --cluster-id <id>')
    }))

  it('tries the current context of a cluster that has several, else one that this program logs in to', () =>
    withWorld({}, async (world) => {
      const byId = (): Promise<CliResult> =>
        runCli(['doctor', '-c', CLUSTER_ID], {home: world.home.dir, env: world.env})
      const contexts = {ctx: 'other', same: `${ALICE.userId}-${CLUSTER_ID}`}
      const users = {other: {token: 'SECRET-of-other'}}
      const given = {contexts, users, cluster: {extensions: CLUSTER_INFO}}
      await world.kubeconfig(given)
      expect((await byId()).stdout).to.contain(', by context "production"')
      await world.kubeconfig({...given, current: 'ctx'})
      expect((await byId()).stdout)
        .to.contain(', by context "ctx"')
        .and.not.contain('takes our credential')
      await world.kubeconfig({...given, current: 'gone'})
      expect((await byId()).stdout)
        .to.contain(', by context "same"')
        .and.contain('takes our credential')
    }))

  it('tells an API server that fails from one that refuses', () =>
    withWorld({}, async (world) => {
      world.api.failNext(1, 'reset')
      expect((await doctor(world)).stdout).to.match(
        /problem {2}our credential could not be tried: SelfSubjectReview at 127\S+ cannot be reached: connection reset/,
      )
      world.api.failNext(1, {status: 503, code: 'ServiceUnavailable'})
      expect((await doctor(world)).stdout).to.contain('problem  the API server answers HTTP 503\n')
      world.api.failNext(1, {status: 403, code: 'Forbidden'})
      expect((await doctor(world)).stdout).to.contain('ok       the API server takes our credential (HTTP 403)\n')
    }))

  it('sends no token where a variable switches the verification of certificates off', () =>
    withWorld({}, async (world) => {
      const {stdout, exitCode} = await doctor(world, [], {NODE_TLS_REJECT_UNAUTHORIZED: '0'})
      expect(exitCode, stdout).to.equal(11)
      expect(stdout).to.match(
        /problem {2}our credential could not be tried: NODE_TLS_REJECT_UNAUTHORIZED switches .* off .*\n +Next: unset it/,
      )
      expect(world.api.requests).to.deep.equal([])
    }))

  it('prints the same as JSON, and sends nothing with --offline', () =>
    withWorld({}, async (world) => {
      const {stdout} = await doctor(world, ['--offline', '-o', 'json'])
      const {worst, groups} = JSON.parse(stdout) as {worst: string; groups: {name: string; findings: object[]}[]}
      expect(worst).to.equal('ok')
      expect(groups.map(({name}) => name)).to.deep.equal([
        'program',
        'credentials',
        'files',
        'network and clock',
        'kubectl',
        'cluster',
      ])
      expect(groups.every(({findings}) => findings.length > 0)).to.equal(true)
      expect([...world.sts.requests, ...world.cs.requests, ...world.api.requests]).to.deep.equal([])
    }))
})
