import {readFileSync} from 'node:fs'
import {readdir} from 'node:fs/promises'
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
import {CLI_CONFIG, makeHome, type TestHome} from '../support/home.ts'
import {runCli, type CliResult} from '../support/run-cli.ts'

type Env = Record<string, string>

interface CacheFile {
  readonly kind: string
  readonly until: string
}

describe('a pinned identity', () => {
  let home: TestHome
  let world: ClusterWorld

  beforeEach(async () => {
    world = await startClusterWorld()
    home = await makeHome()
  })
  afterEach(async () => {
    await world.close()
    await home.remove()
  })

  const run = (args: readonly string[], env: Env): Promise<CliResult> =>
    runCli(args, {home: home.dir, env: {...env, ACK_RAM_TOOL_STS_ENDPOINT: world.sts.endpoint}})
  const pinned = async (args: readonly string[], env: Env): Promise<readonly string[]> => {
    const given = ['get-kubeconfig', '-c', CLUSTER_ID, '--cs-endpoint', world.cs.endpoint, '--pin-identity', ...args]
    const {stdout, stderr, exitCode} = await run(given, env)
    expect(exitCode, stderr).to.equal(0)
    const {users} = parse(stdout) as {users: {user: {exec: {args: readonly string[]}}}[]}
    return users[0]?.user.exec.args ?? []
  }
  const asked = (): number => world.sts.requests.filter(({action}) => action === 'GetCallerIdentity').length

  for (const mode of ['token', 'certificate']) {
    it(`lets its own ${mode} through, and nobody else's`, async () => {
      const args = await pinned(['-m', mode], envOf(ALICE))
      expect(args.slice(-2)).to.deep.equal(['--expected-identity', '2001'])
      expect((await run(args, envOf(ALICE))).exitCode).to.equal(0)
      for (let time = 0; time < 2; time += 1) {
        const {stdout, stderr, exitCode} = await run(args, envOf(BOB))
        expect({stdout, exitCode}).to.deep.equal({stdout: '', exitCode: 4})
        expect(stderr)
          .to.contain('2002')
          .and.contain('only 2001 is expected here (from --expected-identity)')
          .and.contain('or run update-kubeconfig again for this one')
          .and.contain('(IdentityMismatch)')
          .and.not.contain(BOB.accessKeySecret)
      }
      expect((await run(args, envOf(ALICE))).exitCode).to.equal(0)
    })
  }

  it('is learned from the Container Service for certificates: STS need not be reachable', async () => {
    await world.sts.close()
    const args = await pinned([], envOf(ALICE))
    expect((await run(args, envOf(ALICE))).exitCode).to.equal(0)
    expect((await run(args, envOf(BOB))).stderr).to.contain('(IdentityMismatch)')
  })

  it('asks STS once for an AccessKey, which keeps its owner', async () => {
    const args = await pinned(['-m', 'token'], envOf(ALICE))
    for (let time = 0; time < 3; time += 1) expect((await run(args, envOf(ALICE))).exitCode).to.equal(0)
    expect(asked()).to.equal(1)
    for (let time = 0; time < 2; time += 1) expect((await run(args, envOf(BOB))).exitCode).to.equal(4)
    expect(asked()).to.equal(2)
  })

  it('leaves nothing in the cache that outlasts a session', async () => {
    const args = await pinned(['-m', 'token', '--role-arn', ROLE], envOf(ALICE))
    expect((await run(args, envOf(ALICE))).exitCode).to.equal(0)
    const dir = join(home.dir, '.kube', 'cache', 'ack-ram-tool', 'credential-plugin')
    const entries = (await readdir(dir)).map((name) => JSON.parse(readFileSync(join(dir, name), 'utf8')) as CacheFile)
    const ends = entries.filter(({kind}) => kind === 'caller').map(({until}) => Date.parse(until) - Date.now())
    expect(ends).to.have.length(1)
    expect(ends[0]).to.be.greaterThan(0).and.at.most(3_600_000)
  })

  it('is that of the role that is assumed, in every session', async () => {
    const args = await pinned(['-m', 'token', '--role-arn', ROLE], envOf(ALICE))
    expect((await run(args, envOf(ALICE))).exitCode).to.equal(0)
    expect((await run(args, envOf(BOB))).exitCode, 'the same role, assumed by somebody else').to.equal(0)
    const withoutRole = args.filter((_, index) => args[index] !== '--role-arn' && args[index - 1] !== '--role-arn')
    expect((await run(withoutRole, envOf(ALICE))).stderr).to.contain('(IdentityMismatch)')
    expect(
      (await run(await pinned(['-m', 'token'], envOf(ALICE)), {...envOf(ALICE), ACK_RAM_TOOL_ROLE_ARN: ROLE})).stderr,
    )
      .to.contain('assumed-role/admin')
      .and.contain('(IdentityMismatch)')
  })

  it('refuses when STS cannot say who it is', async () => {
    const args = await pinned(['-m', 'token'], envOf(ALICE))
    world.sts.failNext(9, {status: 403, code: 'InvalidAccessKeyId.Inactive'})
    const {stdout, exitCode} = await run(args, envOf(BOB))
    expect({stdout, exitCode}).to.deep.equal({stdout: '', exitCode: 4})
  })

  it('is corrected where it stands: in a variable or a defaults file no new entry helps', async () => {
    const args = ['credential-plugin', 'get-token', '-c', CLUSTER_ID]
    const variable = 'ACK_RAM_TOOL_EXPECTED_IDENTITY'
    const file = await home.write('.config/ack-ram-tool/config.yaml', 'expected-identity: "2001"\n')
    for (const command of [args, ['get-kubeconfig', '-c', CLUSTER_ID, '--cs-endpoint', world.cs.endpoint]])
      for (const [env, from] of [
        [{}, `expected-identity in ${file}:1`],
        [{[variable]: '2003'}, variable],
      ] as const) {
        const {stdout, stderr, exitCode} = await run(command, {...envOf(BOB), ...env})
        expect({stdout, exitCode}).to.deep.equal({stdout: '', exitCode: 4})
        expect(stderr)
          .to.contain(`is expected here (from ${from}) (IdentityMismatch)`)
          .and.contain(`or correct or remove ${from}\n`)
          .and.not.contain('update-kubeconfig')
      }
  })

  it('can be given by hand, also to what writes an entry', async () => {
    await home.write(CLI_CONFIG, {current: 'bob', profiles: [profileOf('bob', BOB)]})
    const write = ['get-kubeconfig', '-c', CLUSTER_ID, '--cs-endpoint', world.cs.endpoint, '--expected-identity']
    expect((await run([...write, '2001'], {})).stderr).to.contain('(IdentityMismatch)')
    expect((await run([...write, '2002'], {})).stdout).to.contain('--expected-identity')
    const {stderr, exitCode} = await run([...write, 'acs:ram::1:user/bob'], {})
    expect({exitCode, says: stderr.includes('--expected-identity is not the ID of an identity')}).to.deep.equal({
      exitCode: 2,
      says: true,
    })
  })
})
