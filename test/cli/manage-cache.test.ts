import {chmod, mkdir, readdir, realpath, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {expect} from 'chai'

import {ALICE, CLUSTER_ID, envOf, ROLE, startClusterWorld, type ClusterWorld} from '../support/cluster-world.ts'
import {CLI_CONFIG, makeHome, type TestHome} from '../support/home.ts'
import {runCli, type CliResult} from '../support/run-cli.ts'

interface Content {
  readonly directory: string
  readonly items: readonly {id: string; kind: string; identity: Record<string, string>; isExpired: boolean}[]
  readonly unreadable: number
}

const NONCE = '0a'.repeat(16)

describe('the cache', () => {
  let home: TestHome
  /** Its real path: a system's directory of temporary files may be a link. */
  let top: string
  let world: ClusterWorld

  beforeEach(async () => {
    home = await makeHome()
    top = await realpath(home.dir)
    world = await startClusterWorld()
    const session = (name: string): readonly string[] => ['--role-arn', ROLE, '--role-session-name', name]
    for (const args of [
      ['credential-plugin', 'get-credential', '-c', CLUSTER_ID],
      ['credential-plugin', 'get-token', '-c', CLUSTER_ID, ...session('one')],
      ['credential-plugin', 'get-token', '-c', CLUSTER_ID, ...session('two')],
    ])
      expect((await run(args)).exitCode).to.equal(0)
  })
  afterEach(async () => {
    await world.close()
    await home.remove()
  })

  const run = (args: readonly string[], env: Record<string, string> = {}): Promise<CliResult> =>
    runCli(args, {
      home: home.dir,
      env: {...env, ...envOf(ALICE), CS_ENDPOINT: world.cs.endpoint, ACK_RAM_TOOL_STS_ENDPOINT: world.sts.endpoint},
    })
  const list = async (): Promise<Content> => {
    const {stdout, stderr, exitCode} = await run(['credential-plugin', 'cache', 'list', '-o', 'json'])
    expect({stderr, exitCode}).to.deep.equal({stderr: '', exitCode: 0})
    expect(stdout).not.to.match(/SECRET|PRIVATE KEY|CERTIFICATE/)
    return JSON.parse(stdout) as Content
  }
  const clear = async (...args: string[]): Promise<string> => {
    const {stdout, stderr, exitCode} = await run(['credential-plugin', 'cache', 'clear', ...args])
    expect({stderr, exitCode}).to.deep.equal({stderr: '', exitCode: 0})
    return stdout
  }
  const directory = (): string => join(top, '.kube/cache/ack-ram-tool/credential-plugin')

  it('lists what is in it, for whom and until when, and no secret', async () => {
    const {items, unreadable, directory: shown} = await list()
    expect({shown, unreadable}).to.deep.equal({shown: directory(), unreadable: 0})
    expect(items.map(({kind}) => kind).toSorted()).to.deep.equal(['certificate', 'credentials', 'credentials'])
    expect(items.find(({kind}) => kind === 'certificate')?.identity['clusterId']).to.equal(CLUSTER_ID)
    const {stdout} = await run(['credential-plugin', 'cache', 'list'])
    const lines = stdout.trimEnd().split('\n')
    expect(lines[0]).to.match(/^ID +KIND +VALID UNTIL +CLUSTER +IDENTITY$/)
    expect(lines).to.have.length(4)
    expect(stdout)
      .to.contain(ROLE)
      .and.to.contain(ALICE.accessKeyId)
      .and.not.to.match(/SECRET/)
  })

  it('is cleared of one cluster, and the next call gets a new certificate', async () => {
    expect(await clear('-c', CLUSTER_ID)).to.equal(`Removed 1 entry from ${directory()}\n`)
    expect((await list()).items.map(({kind}) => kind)).to.deep.equal(['credentials', 'credentials'])
    expect(world.issued()).to.have.length(1)
    await run(['credential-plugin', 'get-credential', '-c', CLUSTER_ID])
    expect(world.issued()).to.have.length(2)
  })

  it('is cleared of one entry by its ID, and of one identity by its name', async () => {
    const [first] = (await list()).items
    expect(await clear('--identity', first?.id ?? '')).to.contain('Removed 1 entry')
    expect((await list()).items).to.have.length(2)
    expect(await clear('--identity', ALICE.accessKeyId)).to.contain('Removed 2 entries')
    const unknown = await run(['credential-plugin', 'cache', 'clear', '--identity', 'nobody'])
    expect({stdout: unknown.stdout, exitCode: unknown.exitCode}).to.deep.equal({stdout: '', exitCode: 2})
  })

  it('is cleared of a profile with a source profile by the name of either', async () => {
    const pair = {access_key_id: ALICE.accessKeyId, access_key_secret: ALICE.accessKeySecret}
    await home.write(CLI_CONFIG, {
      profiles: [
        {name: 'base', mode: 'AK', ...pair},
        {name: 'admin', mode: 'RamRoleArn', ...pair, ram_role_arn: ROLE, ram_session_name: 'of-admin'},
        {
          name: 'chain',
          mode: 'ChainableRamRoleArn',
          source_profile: 'base',
          ram_role_arn: ROLE,
          ram_session_name: 'two',
        },
        {name: 'a, b', mode: 'RamRoleArn', ...pair, ram_role_arn: ROLE, ram_session_name: 'comma'},
      ],
    })
    const ownOf = async (profile: string): Promise<CliResult> =>
      runCli(['credential-plugin', 'get-token', '-c', CLUSTER_ID, '--profile-name', profile], {
        home: home.dir,
        env: {ACK_RAM_TOOL_STS_ENDPOINT: world.sts.endpoint},
      })
    for (const [profile, names] of [
      ['chain', ['chain', 'base']],
      ['a, b', ['a, b']],
    ] as const) {
      for (const name of names) {
        expect((await ownOf(profile)).exitCode).to.equal(0)
        const item = (await list()).items.find(({identity}) => identity['profile']?.includes(profile))
        expect(item?.identity['profile']).to.equal(names.join(', '))
        expect(await clear('--identity', name)).to.contain('Removed 1 entry')
      }
    }
    expect((await ownOf('a, b')).exitCode).to.equal(0)
    const partOfName = await run(['credential-plugin', 'cache', 'clear', '--identity', 'b'])
    expect(partOfName.exitCode, 'a part of a name is no name').to.equal(2)
    const before = await list()
    const key = await run(['logout', '--profile-name', ALICE.accessKeyId])
    expect(key.stderr, 'an AccessKey ID is no profile').to.contain('(from --profile-name)')
    expect(await list(), 'of nobody named so').to.deep.equal(before)
    expect(await clear('--profile-name', 'a, b')).to.contain('Removed 1 entry')
    expect((await list()).items, 'of others').to.have.length(before.items.length - 1)
  })

  it('stays as it is where an option is given that cannot say what to remove', async () => {
    const before = await list()
    for (const [flag, value] of [
      ['--region-id', 'cn-beijing'],
      ['--profile-file', 'a.json'],
      ['--credential-type', 'imds'],
      ['--ignore-env-credentials', 'true'],
      ['--sts-endpoint', 'sts.aliyuncs.com'],
    ] as const)
      for (const words of [['logout'], ['credential-plugin', 'cache', 'clear']]) {
        const {stdout, stderr, exitCode} = await run([...words, `${flag}=${value}`])
        expect({stdout, exitCode}, flag).to.deep.equal({stdout: '', exitCode: 2})
        expect(stderr).to.contain(`${flag} cannot say what to remove from the cache (InvalidUsage)`)
        expect((await run([...words, '--help-all'])).stdout).not.to.contain(flag)
      }
    expect(await list()).to.deep.equal(before)
    expect(await clear('-c', CLUSTER_ID, '--region-id=', '--vpc-endpoint=false'), 'given as none').to.contain(
      'Removed 1 entry',
    )
  })

  it('shows no external ID, which people share as they share a secret', async () => {
    const args = ['--role-arn', ROLE, '--role-session-name', 'three', '--role-external-id', 'not-to-be-shown']
    expect((await run(['credential-plugin', 'get-token', '-c', CLUSTER_ID, ...args])).exitCode).to.equal(0)
    for (const format of ['json', 'yaml']) {
      const {stdout} = await run(['credential-plugin', 'cache', 'list', '-o', format])
      expect(stdout).to.contain('three').and.not.contain('not-to-be-shown')
    }
    expect((await list()).items.map(({identity}) => identity['ExternalId'])).to.contain('***')
  })

  it('is cleared as a whole by either name, whatever a variable says of clusters; other files stay', async () => {
    await writeFile(join(directory(), 'of-somebody-else.json'), '{}')
    await writeFile(join(directory(), `${'a'.repeat(64)}.json`), 'damaged', {mode: 0o600})
    const lock = join(directory(), 'rrsa-role-killed.lock')
    await mkdir(lock)
    await writeFile(join(lock, NONCE), JSON.stringify({pid: 1, host: 'elsewhere', startedAt: '2026-01-02T03:04:05Z'}), {
      mode: 0o600,
    })
    await mkdir(join(directory(), `${'b'.repeat(64)}.lock`))
    for (const name of [`${NONCE}.tmp`, `clock.json.${NONCE}.tmp`, `${'b'.repeat(64)}.clusters.json.${NONCE}.tmp`])
      await writeFile(join(directory(), name), 'half made', {mode: 0o600})
    await mkdir(join(directory(), `${'c'.repeat(64)}.json`))
    expect((await list()).unreadable).to.equal(2)
    const {stdout} = await runCli(['logout'], {home: home.dir, env: {ACK_RAM_TOOL_CLUSTER_ID: 'another'}})
    expect(stdout).to.equal(`Removed 5 entries from ${directory()}\n`)
    expect(await readdir(directory())).to.deep.equal(['of-somebody-else.json'])
    expect((await run(['credential-plugin', 'cache', 'list'])).stdout).to.equal(`Nothing is cached in ${directory()}\n`)
    expect(await clear(), 'again').to.contain('Removed 0 entries')
  })

  for (const mode of [0o777, 0o1777])
    it(`is found where it is kept when others can enter its directory, of mode ${mode.toString(8)}`, async function () {
      if (process.platform === 'win32') this.skip()
      const shared = join(top, 'shared')
      await mkdir(shared)
      await chmod(shared, mode)
      const own = join(shared, `ack-ram-tool-${process.geteuid?.()}`)
      const byOption = ['--credential-cache-dir', shared]
      const byVariable = {ACK_RAM_TOOL_CREDENTIAL_CACHE_DIR: shared}
      const nothing = await run(['credential-plugin', 'cache', 'list', ...byOption])
      expect(nothing.stdout).to.equal(`Nothing is cached in ${own}\n`)
      const fill = ['credential-plugin', 'get-credential', '-c', CLUSTER_ID]
      for (const args of [['logout'], ['credential-plugin', 'cache', 'clear']]) {
        await run([...fill, ...byOption])
        expect(await readdir(own)).to.have.length(1)
        const {stdout} = await run(['credential-plugin', 'cache', 'list', '-o', 'json'], byVariable)
        const {directory: shown, items} = JSON.parse(stdout) as Content
        expect({shown, kinds: items.map(({kind}) => kind)}).to.deep.equal({shown: own, kinds: ['certificate']})
        expect((await run([...args, ...byOption])).stdout).to.equal(`Removed 1 entry from ${own}\n`)
        await run(fill, byVariable)
        expect((await run(args, byVariable)).stdout).to.equal(`Removed 1 entry from ${own}\n`)
        expect(await readdir(own)).to.deep.equal([])
      }
      expect(await readdir(directory()), 'those of the usual directory').to.have.length(3)
    })

  it('says what is wrong with its directory', async () => {
    const path = await home.write('a-file', '')
    for (const command of ['list', 'clear']) {
      const args = ['credential-plugin', 'cache', command, '--credential-cache-dir', path]
      const {stdout, stderr, exitCode} = await run(args)
      expect({stdout, exitCode}).to.deep.equal({stdout: '', exitCode: 1})
      expect(stderr).to.contain(`cannot read or change the cache in ${path}: it is not a directory (CacheUnusable)`)
    }
  })
})
