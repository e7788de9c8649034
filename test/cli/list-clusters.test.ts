import {expect} from 'chai'
import {parse} from 'yaml'

import {ALICE, BOB, envOf, startClusterWorld, type ClusterWorld} from '../support/cluster-world.ts'
import {makeHome, type TestHome} from '../support/home.ts'
import {runCli, type CliResult} from '../support/run-cli.ts'

const MANY = 120

describe('list-clusters', () => {
  let home: TestHome
  let world: ClusterWorld

  before(async () => {
    world = await startClusterWorld({
      clusters: (cluster) =>
        Array.from({length: MANY}, (_, index) => ({
          ...cluster,
          id: `c${index}`,
          name: index === 1 ? '生产\u001B[31m集群\u009B2J\u202E' : `name-${index}`,
          regionId: index % 2 === 0 ? 'cn-beijing' : 'eu-central-1',
          server: index === 2 ? '' : `https://10.0.0.${index}:6443`,
        })),
      listAllowed: (arn) => arn === ALICE.arn,
    })
    home = await makeHome()
  })
  after(async () => {
    await world.close()
    await home.remove()
  })

  const run = (args: readonly string[] = [], identity = ALICE): Promise<CliResult> =>
    runCli(['list-clusters', '--cs-endpoint', world.cs.endpoint, ...args], {home: home.dir, env: envOf(identity)})

  it('shows all of them, of all pages, in a table', async () => {
    const {stdout, stderr, exitCode} = await run()
    expect({stderr, exitCode}).to.deep.equal({stderr: '', exitCode: 0})
    const lines = stdout.trimEnd().split('\n')
    expect(lines).to.have.length(MANY + 1)
    expect(lines[0]).to.match(/^ID +NAME +REGION +STATE +API SERVER$/)
    expect(lines[1]).to.match(/^c0 +name-0 +cn-beijing +running +https:\/\/10\.0\.0\.0:6443$/)
    expect(lines[2], 'nothing steers the terminal').to.contain('生产 [31m集群')
    expect(lines[3], 'the private address where there is no other').to.contain('https://localhost:')
    // The columns stand below each other although Chinese characters are twice as wide.
    expect(lines[2]?.indexOf('eu-central-1')).to.equal((lines[4]?.indexOf('eu-central-1') ?? 0) - 4)
  })

  it('refuses a session that says that it has expired, and assumes no role with it', async () => {
    const session = {access_key_id: 'STS.x', access_key_secret: 'SECRET-x', sts_token: 'SECRET-t', sts_expiration: 1}
    const file = await home.write('expired.json', {
      current: 'role',
      profiles: [
        {name: 'session', mode: 'StsToken', ...session},
        {
          name: 'role',
          mode: 'ChainableRamRoleArn',
          source_profile: 'session',
          ram_role_arn: 'acs:ram::1:role/r',
          ram_session_name: 's1',
        },
      ],
    })
    const before = world.cs.requests.length + world.sts.requests.length
    const chosen = ['--profile-file', file, '--ignore-env-credentials', '--sts-endpoint', world.sts.endpoint]
    for (const args of [
      ['--profile-name', 'session'],
      ['--profile-name', 'role'],
      ['--profile-name', 'session', '--role-arn', 'acs:ram::1:role/r'],
    ]) {
      const {stdout, stderr, exitCode} = await run([...chosen, ...args])
      expect({stdout, exitCode}, stderr).to.deep.equal({stdout: '', exitCode: 4})
      expect(stderr).to.contain('expired at 1970-01-01').and.not.to.contain('SECRET')
    }
    expect(world.cs.requests.length + world.sts.requests.length).to.equal(before)
  })

  it('prints JSON and YAML of the same', async () => {
    const {stdout} = await run(['--output', 'json'])
    const clusters = JSON.parse(stdout) as readonly object[]
    expect(clusters).to.have.length(MANY)
    expect(clusters[3]).to.deep.equal({
      id: 'c3',
      name: 'name-3',
      region: 'eu-central-1',
      state: 'running',
      apiServer: 'https://10.0.0.3:6443',
      privateApiServer: world.cluster.privateServer,
    })
    const inYaml = parse((await run(['-o', 'yaml'])).stdout) as readonly object[]
    expect(inYaml.toSpliced(1, 1)).to.deep.equal(clusters.toSpliced(1, 1))
    expect(clusters[1], 'JSON escapes, and loses nothing').to.deep.include({name: '生产\u001B[31m集群\u009B2J\u202E'})
  })

  it('lets no name steer the terminal in JSON and YAML either', async () => {
    for (const format of ['json', 'yaml']) {
      const {stdout} = await run(['--output', format])
      expect(stdout)
        .to.contain('生产')
        .and.not.match(/(?!\n)[\p{Cc}\p{Cf}]/u)
    }
  })

  it('shows those of one region', async () => {
    const clusters = JSON.parse((await run(['-o', 'json', '--region-id', 'cn-beijing'])).stdout) as {region: string}[]
    expect(clusters).to.have.length(MANY / 2)
    expect(new Set(clusters.map(({region}) => region))).to.deep.equal(new Set(['cn-beijing']))
  })

  it('says which RAM permission is missing', async () => {
    const {stdout, stderr, exitCode} = await run([], BOB)
    expect({stdout, exitCode}).to.deep.equal({stdout: '', exitCode: 4})
    expect(stderr).to.contain('grant the caller the RAM permission cs:DescribeClustersV1 on clusters')
  })
})
