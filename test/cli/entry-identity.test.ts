import {join} from 'node:path'

import {expect} from 'chai'
import {parse} from 'yaml'

import {
  ALICE,
  BOB,
  CLUSTER_ID,
  envOf,
  profileOf,
  ROLE,
  startClusterWorld,
  type ClusterWorld,
} from '../support/cluster-world.ts'
import {authenticate} from '../local-cloud/authenticator.ts'
import {startMetadataServer} from '../local-cloud/metadata-server.ts'
import {CLI_CONFIG, makeHome, type TestHome} from '../support/home.ts'
import {runCli, type CliResult} from '../support/run-cli.ts'

type Env = Record<string, string>

/** An entry names the person that it was written for, whatever named that person: kubectl's environment is another one. */
describe('an exec entry', () => {
  let home: TestHome
  let world: ClusterWorld

  before(async () => {
    world = await startClusterWorld()
  })
  after(() => world.close())
  beforeEach(async () => {
    home = await makeHome()
    await home.write(CLI_CONFIG, {current: 'bob', profiles: [profileOf('alice', ALICE), profileOf('bob', BOB)]})
  })
  afterEach(() => home.remove())

  const run = (args: readonly string[], env: Env): Promise<CliResult> => runCli(args, {home: home.dir, env})
  /** What get-kubeconfig wrote, and said. */
  const written = async (
    args: readonly string[],
    env: Env,
  ): Promise<{readonly uid: string; readonly args: readonly string[]; readonly told: string}> => {
    const given = ['get-kubeconfig', '-c', CLUSTER_ID, '-m', 'token', '--cs-endpoint', world.cs.endpoint, ...args]
    const {stdout, stderr, exitCode} = await run(given, {ACK_RAM_TOOL_STS_ENDPOINT: world.sts.endpoint, ...env})
    expect(exitCode, stderr).to.equal(0)
    const {users} = parse(stdout) as {users: {name: string; user: {exec: {args: readonly string[]}}}[]}
    const [user] = users
    return {uid: user?.name ?? '', args: user?.user.exec.args ?? [], told: stderr}
  }
  const under = (args: readonly string[], env: Env = {}): Promise<CliResult> =>
    run(args, {
      KUBERNETES_EXEC_INFO: '{"apiVersion":"client.authentication.k8s.io/v1beta1","spec":{"interactive":false}}',
      ...env,
    })
  const personBehind = async (args: readonly string[], env: Env = {}): Promise<string> => {
    const {stdout, stderr, exitCode} = await under(args, env)
    expect({stderr, exitCode}).to.deep.equal({stderr: '', exitCode: 0})
    const {status} = JSON.parse(stdout) as {status: {token: string}}
    return (await authenticate(status.token, {clusterId: CLUSTER_ID, sts: world.sts})).arn
  }

  const aliceIn = async (file: string): Promise<string> => home.write(file, {profiles: [profileOf('only', ALICE)]})
  const NAMED_BY: readonly (readonly [what: string, env: () => Promise<Env>])[] = [
    ['ACK_RAM_TOOL_PROFILE_NAME', async () => ({ACK_RAM_TOOL_PROFILE_NAME: 'alice'})],
    ['ALIBABA_CLOUD_PROFILE', async () => ({ALIBABA_CLOUD_PROFILE: 'alice'})],
    ['ALICLOUD_PROFILE', async () => ({ALICLOUD_PROFILE: 'alice'})],
    ['ACK_RAM_TOOL_PROFILE_FILE', async () => ({ACK_RAM_TOOL_PROFILE_FILE: await aliceIn('a.json')})],
    ['ALIBABA_CLOUD_CONFIG_FILE', async () => ({ALIBABA_CLOUD_CONFIG_FILE: await aliceIn('a.json')})],
    [
      'ALIBABA_CLOUD_CREDENTIALS_FILE',
      async () => ({
        ALIBABA_CLOUD_CREDENTIALS_FILE: await home.write(
          'a.ini',
          `[x]\ntype = access_key\naccess_key_id = ${ALICE.accessKeyId}\naccess_key_secret = ${ALICE.accessKeySecret}\n`,
        ),
      }),
    ],
  ]
  for (const [what, env] of NAMED_BY) {
    it(`stays the person that ${what} chose`, async () => {
      const entry = await written([], await env())
      expect({uid: entry.uid, told: entry.told}).to.deep.equal({uid: '2001', told: ''})
      expect(await personBehind(entry.args)).to.equal(ALICE.arn)
      expect(await personBehind(entry.args, envOf(BOB)), 'with an AccessKey beside it').to.equal(ALICE.arn)
      expect(await personBehind(entry.args, {ALIBABA_CLOUD_PROFILE: 'bob'})).to.equal(ALICE.arn)
    })
  }

  describe('under a defaults file', () => {
    const setDefaults = (text: string): Promise<string> => home.write('.config/ack-ram-tool/config.yaml', text)

    it('names the person that the file chose, and stays that person when the file changes', async () => {
      await setDefaults('profile-name: alice\n')
      const entry = await written([], {})
      expect(entry.args.join(' ')).to.contain(`--profile-file ${join(home.dir, CLI_CONFIG)} --profile-name alice`)
      await setDefaults('profile-name: bob\nignore-aliyun-cli-credentials: true\ncredential-type: imds\n')
      expect(await personBehind(entry.args)).to.equal(ALICE.arn)
      await setDefaults(`role-arn: ${ROLE}\n`)
      expect(await personBehind(entry.args), 'with a role on top').to.equal(ALICE.arn)
      const named = ['-c', CLUSTER_ID, '--profile-file', join(home.dir, CLI_CONFIG), '--profile-name', 'alice']
      const shown = await run(['credential-plugin', 'inspect-token', '--from-exec', ...named], {})
      expect(shown.stdout, 'as inspect-token shows it').to.contain(ALICE.accessKeyId).and.not.to.contain('STS.')
    })

    it('names the role that the file chose, with its session', async () => {
      await setDefaults(`profile-name: alice\nrole-arn: ${ROLE}\nrole-session-name: laptop\n`)
      const entry = await written([], {})
      const session = 'acs:ram::1:assumed-role/admin/laptop'
      expect(await personBehind(entry.args)).to.equal(session)
      await setDefaults('role-session-name: other\nrole-external-id: other\nrole-arn: acs:ram::1:role/other\n')
      expect(await personBehind(entry.args, {ACK_RAM_TOOL_NO_CACHE: 'true'})).to.equal(session)
    })

    it('that a person wrote without naming anybody is for whom the file names', async () => {
      await setDefaults('profile-name: alice\n')
      const args = ['credential-plugin', 'get-token', '-c', CLUSTER_ID]
      expect(await personBehind(args)).to.equal(ALICE.arn)
      expect(await personBehind(args, {ACK_RAM_TOOL_PROFILE_NAME: 'bob'})).to.equal(BOB.arn)
    })
  })

  describe('for a server that is given', () => {
    const OTHER: readonly Env[] = [
      'ACK_RAM_TOOL_PROFILE_NAME',
      'ACK_RAM_TOOL_PROFIL_ENAME',
      'ALIBABA_CLOUD_PROFILE',
      'ALIBABACLOUD_PROFILE',
      'ALICLOUD_PROFILE',
    ].map((name) => ({[name]: 'bob'}))
    const here = {ACK_RAM_TOOL_FOR_ANOTHER_MACHINE: 'false'}
    const given = (): readonly string[] => {
      const ca = Buffer.from(world.api.caPem).toString('base64')
      return ['--server', 'https://10.0.0.1:6443', '--certificate-authority', ca]
    }
    const offline = (args: readonly string[], env: Env = {}): ReturnType<typeof written> =>
      written([...given(), ...args], {...here, ...env})
    const people = (): object => ({current: 'alice', profiles: [profileOf('alice', ALICE), profileOf('bob', BOB)]})

    it('names the profile of a file that is given, as the other way does, and stays that person', async () => {
      const file = await home.write('people.json', people())
      const named = ['--profile-file', file]
      const online = await written(named, {})
      const entry = await offline(named)
      const deciding = (args: readonly string[]): string => args.join(' ').replace(/^.*(?=--profile-file)/, '')
      expect(deciding(entry.args))
        .to.contain('--profile-name alice')
        .and.contain(deciding(online.args).split(' --sts')[0])
      for (const env of [...OTHER, {ACK_RAM_TOOL_ROLE_ARN: ROLE}])
        expect(await personBehind(entry.args, env), JSON.stringify(env)).to.equal(ALICE.arn)
      expect(await personBehind((await offline(named, {ALIBABA_CLOUD_PROFILE: 'bob'})).args)).to.equal(BOB.arn)
      expect((await offline([], {ACK_RAM_TOOL_PROFILE_FILE: file})).args.join(' ')).to.contain('--profile-name alice')
    })

    it('leaves the profile to a file that is elsewhere, and not to a variable of kubectl', async () => {
      const file = join(home.dir, 'later.json')
      const entry = await offline(['--profile-file', file])
      expect(entry.args.join(' ')).to.contain(`--profile-file ${file}`).and.not.contain('--profile-name')
      await home.write('later.json', people())
      const foreign = await offline(['--profile-file', file, '--for-another-machine'])
      expect(foreign.args).to.deep.equal(entry.args)
      for (const env of [...OTHER, {ACK_RAM_TOOL_ROLE_ARN: ROLE}]) {
        expect(await personBehind(entry.args, env), JSON.stringify(env)).to.equal(ALICE.arn)
        const shown = await run(
          ['credential-plugin', 'inspect-token', '--from-exec', '-c', CLUSTER_ID, '--profile-file', file],
          {...env, ACK_RAM_TOOL_STS_ENDPOINT: world.sts.endpoint},
        )
        if (!('ACK_RAM_TOOL_ROLE_ARN' in env))
          expect(shown.stdout, 'as inspect-token shows it').to.contain(ALICE.accessKeyId)
      }
      const typed = ['credential-plugin', 'get-token', '-c', CLUSTER_ID, '--profile-file', file, '--token-only']
      const {stdout} = await run(typed, {ALIBABA_CLOUD_PROFILE: 'bob'})
      const {arn} = await authenticate(stdout.trim(), {clusterId: CLUSTER_ID, sts: world.sts})
      expect(arn, 'of a person who types it').to.equal(BOB.arn)
    })

    it('is not written for a file that is here and has no such profile', async () => {
      const file = await home.write('people.json', people())
      const args = ['get-kubeconfig', '-c', CLUSTER_ID, ...given(), '--profile-file', file, '--profile-name', 'carol']
      const {stdout, stderr} = await run(args, here)
      expect(stdout).to.equal('')
      expect(stderr).to.contain('(ProfileNotFound)')
    })
  })

  it('has no role on top that the environment of kubectl names', async () => {
    const entry = await written(['--profile-name', 'alice'], {})
    for (const variable of ['ACK_RAM_TOOL_ROLE_ARN', 'ALIBABA_CLOUD_ROLE_ARN'])
      expect(await personBehind(entry.args, {[variable]: ROLE}), variable).to.equal(ALICE.arn)
    const byHand = entry.args.filter((word) => word !== '--ignore-env-credentials')
    expect(await personBehind(byHand, {ACK_RAM_TOOL_ROLE_ARN: ROLE}), 'as a person may want it').to.contain('/admin/')
    const ignoring = {ACK_RAM_TOOL_ROLE_ARN: ROLE, ACK_RAM_TOOL_IGNORE_ENV_CREDENTIALS: 'true'}
    expect(await personBehind(byHand, ignoring), 'among variables').to.contain('/admin/')
  })

  describe('whose role is in it', () => {
    const OF_SESSION: Env = {
      ACK_RAM_TOOL_ROLE_SESSION_NAME: 'somebody',
      ALIBABA_CLOUD_ROLE_SESSION_NAME: 'somebody',
      ACK_RAM_TOOL_ROLE_POLICY: '{"Version":"1","Statement":[]}',
      ACK_RAM_TOOL_ROLE_DURATION: '2h',
      ACK_RAM_TOOL_ROLE_EXTERNAL_ID: 'other',
      ACK_RAM_TOOL_ROLE_ARN: 'acs:ram::1:role/other',
    }
    const lastCall = (): object | undefined => world.sts.requests.findLast(({action}) => action === 'AssumeRole')
    const uncached = {ACK_RAM_TOOL_NO_CACHE: 'true'}

    it('opens the session that it was written with, whatever kubectl’s environment says of sessions', async () => {
      const entry = await written(['--profile-name', 'alice', '--role-arn', ROLE], {})
      expect(await personBehind(entry.args, uncached)).to.equal('acs:ram::1:assumed-role/admin/ack-ram-tool')
      const asWritten = lastCall()
      for (const [name, value] of Object.entries(OF_SESSION)) {
        const person = await personBehind(entry.args, {...uncached, [name]: value})
        expect(person, name).to.equal('acs:ram::1:assumed-role/admin/ack-ram-tool')
        expect(lastCall(), name).to.deep.equal(asWritten)
      }
      const words = entry.args
        .slice(2)
        .join(' ')
        .replace(/--api-version \S+ /, '')
        .split(' ')
      const shown = await run(['credential-plugin', 'inspect-token', '--from-exec', ...words], {
        ...uncached,
        ...OF_SESSION,
      })
      expect(shown.exitCode, shown.stderr).to.equal(0)
      expect(lastCall(), 'as inspect-token shows it').to.deep.equal(asWritten)
    })

    it('opens the session that was chosen for it', async () => {
      const chosen = ['--role-session-name', 'laptop', '--role-duration', '30m']
      const entry = await written(['--profile-name', 'alice', '--role-arn', ROLE, ...chosen], {})
      const session = 'acs:ram::1:assumed-role/admin/laptop'
      expect(await personBehind(entry.args, {...uncached, ...OF_SESSION})).to.equal(session)
    })

    it('leaves the session to the environment where a person, or the Go tool, left it the credentials', async () => {
      const args = ['credential-plugin', 'get-token', '-c', CLUSTER_ID, '--sts-endpoint', world.sts.endpoint]
      const env = {...uncached, ALIBABA_CLOUD_ROLE_SESSION_NAME: 'laptop'}
      const session = 'acs:ram::1:assumed-role/admin/laptop'
      for (const words of [
        ['--role-arn', ROLE],
        ['--profile-name', 'alice', '--role-arn', ROLE],
        ['--profile-name', 'alice', '--role-arn', ROLE, '--ignore-env-credentials'],
        ['--profile-name', 'alice', '--role-arn', ROLE, '--credential-type', 'auto'],
      ])
        expect(
          await personBehind([...args, ...words], {...env, ALIBABA_CLOUD_PROFILE: 'bob'}),
          words.join(' '),
        ).to.equal(session)
      const file = ['--profile-file', join(home.dir, CLI_CONFIG), '--profile-name', 'alice']
      expect(await personBehind([...args, ...file], {...env, ACK_RAM_TOOL_ROLE_ARN: ROLE})).to.equal(session)
    })

    it('leaves it to the environment of every command that a person types', async () => {
      const args = ['--profile-file', join(home.dir, CLI_CONFIG), '--profile-name', 'alice', '--role-arn', ROLE]
      const env = {...uncached, ACK_RAM_TOOL_ROLE_SESSION_NAME: 'laptop', ACK_RAM_TOOL_STS_ENDPOINT: world.sts.endpoint}
      const {stdout} = await run(['auth', 'whoami', ...args], env)
      expect(stdout).to.contain('acs:ram::1:assumed-role/admin/laptop')
      expect((await written(args, env)).args.join(' ')).to.contain('--role-session-name laptop')
    })
  })

  it('takes the attached role of the instance, whatever role kubectl’s environment names', async () => {
    const node = 'acs:ram::1:assumed-role/node/i-1'
    const metadata = await startMetadataServer({role: {name: 'node', credentials: world.sts.issue(node)}})
    try {
      const env = {ALIBABA_CLOUD_IMDS_ENDPOINT: metadata.endpoint, ACK_RAM_TOOL_NO_CACHE: 'true'}
      await home.write(CLI_CONFIG, {current: 'node', profiles: [{name: 'node', mode: 'EcsRamRole'}]})
      for (const args of [
        ['--profile-name', 'node'],
        ['--credential-type', 'imds'],
      ]) {
        const entry = await written(args, {...env, ALIBABA_CLOUD_ECS_METADATA: 'node'})
        expect(entry.told, args.join(' ')).to.contain('IMDS_ENDPOINT').and.not.contain('ECS_METADATA')
        for (const name of ['node', 'other'])
          expect(await personBehind(entry.args, {...env, ALIBABA_CLOUD_ECS_METADATA: name}), name).to.equal(node)
      }
    } finally {
      await metadata.close()
    }
  })

  it('stays the person that was current when it was written', async () => {
    const entry = await written([], {})
    await home.write(CLI_CONFIG, {current: 'alice', profiles: [profileOf('alice', ALICE), profileOf('bob', BOB)]})
    expect(entry.uid).to.equal('2002')
    expect(await personBehind(entry.args)).to.equal(BOB.arn)
  })

  it('is for the profile that --profile-name names, whatever AccessKey the environment has', async () => {
    const entry = await written(['--profile-name', 'alice'], envOf(BOB))
    expect({uid: entry.uid, told: entry.told}).to.deep.equal({uid: '2001', told: ''})
    expect(await personBehind(entry.args, envOf(BOB))).to.equal(ALICE.arn)
  })

  it('leaves a command line that a person wrote to the environment, as the Go tool does', async () => {
    const args = ['credential-plugin', 'get-token', '-c', CLUSTER_ID, '--profile-name', 'alice']
    const {stdout, stderr} = await run(args, envOf(BOB))
    const {status} = JSON.parse(stdout) as {status: {token: string}}
    expect((await authenticate(status.token, {clusterId: CLUSTER_ID, sts: world.sts})).arn).to.equal(BOB.arn)
    expect(stderr).to.contain('ignoring --profile-name')
    expect((await under(args, envOf(BOB))).stderr, 'under kubectl').to.equal('')
  })

  it('names its files by their whole paths, also where ~ or a variable named them', async () => {
    await home.write('creds/a.json', {profiles: [profileOf('only', ALICE)]})
    const whole = `--profile-file ${join(home.dir, 'creds/a.json')} --profile-name only`
    expect((await written(['--profile-file=~/creds/a.json'], {})).args.join(' ')).to.contain(whole)
    expect((await written([], {ACK_RAM_TOOL_PROFILE_FILE: '~/creds/a.json'})).args.join(' ')).to.contain(whole)
  })

  it('has the role of the environment and its session, and is that role with or without the variable', async () => {
    const role = {ALIBABA_CLOUD_ROLE_ARN: ROLE, ALIBABA_CLOUD_ROLE_SESSION_NAME: 'laptop'}
    const entry = await written([], {...envOf(ALICE), ...role})
    expect(entry.args.join(' ')).to.contain(`--role-arn ${ROLE}`).and.contain('--role-session-name laptop')
    const session = 'acs:ram::1:assumed-role/admin/laptop'
    expect(await personBehind(entry.args, envOf(ALICE))).to.equal(session)
    expect(await personBehind(entry.args, {...envOf(ALICE), ...role})).to.equal(session)
  })

  it('has the options that variables gave', async () => {
    const entry = await written([], {
      ACK_RAM_TOOL_ROLE_ARN: ROLE,
      ACK_RAM_TOOL_ROLE_SESSION_NAME: 'me',
      ACK_RAM_TOOL_ROLE_DURATION: '30m',
      ACK_RAM_TOOL_REGION_ID: 'cn-beijing',
    })
    for (const part of [
      `--role-arn ${ROLE}`,
      '--role-session-name me',
      '--role-duration 30m',
      '--region-id cn-beijing',
    ])
      expect(entry.args.join(' ')).to.contain(part)
    expect(entry.args.join(' ')).to.contain(`--sts-endpoint ${world.sts.endpoint}`)
  })

  it('may have a session name without a role, of which only a person is warned who types it', async () => {
    const line = ['-c', CLUSTER_ID, '--role-session-name', 'laptop']
    const getToken = ['credential-plugin', 'get-token', ...line]
    expect(await personBehind(getToken, envOf(ALICE))).to.equal(ALICE.arn)
    const told = async (args: readonly string[], env: Env): Promise<string> => {
      const {stderr, exitCode} = await run(args, {...env, ACK_RAM_TOOL_STS_ENDPOINT: world.sts.endpoint})
      expect(exitCode, stderr).to.equal(0)
      return stderr
    }
    const warning = 'ignoring --role-session-name: no role is assumed'
    const whoami = ['auth', 'whoami', '--role-session-name', 'laptop']
    for (const args of [getToken, whoami, [...whoami, '--profile-name', 'alice']])
      expect(await told(args, args.includes('alice') ? {} : envOf(ALICE)), args.join(' ')).to.contain(warning)
    for (const env of [{ALIBABA_CLOUD_ROLE_ARN: ROLE}, {ACK_RAM_TOOL_ROLE_ARN: ROLE}])
      expect(await told(whoami, {...envOf(ALICE), ...env}), JSON.stringify(env)).to.equal('')
    expect(await told(['auth', 'whoami'], {ACK_RAM_TOOL_ROLE_SESSION_NAME: 'laptop'}), 'of a variable').to.equal('')
  })

  it('has nothing of a role that nobody named', async () => {
    const entry = await written([], {ACK_RAM_TOOL_ROLE_EXTERNAL_ID: 'x', ACK_RAM_TOOL_ROLE_DURATION: '30m'})
    expect(entry.args.join(' ')).not.to.contain('--role')
  })

  it('tells in one line what it cannot say, by the names of the variables alone', async () => {
    const {told} = await written([], envOf(ALICE))
    expect(told.split('\n')).to.have.length(2)
    expect(told)
      .to.contain('kubectl will need ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET in its environment')
      .and.not.contain(ALICE.accessKeyId)
      .and.not.contain(ALICE.accessKeySecret)
    expect((await written([], {})).told).to.equal('')
  })
})
