import {spawnSync} from 'node:child_process'
import {readFile, stat, writeFile} from 'node:fs/promises'
import {delimiter, join} from 'node:path'

import {expect} from 'chai'
import {parse} from 'yaml'

import {createClusterState} from '../local-cloud/cluster-state.ts'
import type {LocalCluster} from '../local-cloud/container-service-call.ts'
import {ALICE, BOB, profileOf, ROLE, startClusterWorld, type ClusterWorld} from '../support/cluster-world.ts'
import {howMany} from '../support/full.ts'
import {CLI_CONFIG, makeHome, type TestHome} from '../support/home.ts'
import {cliEnvironment, runCli, SHELL_PROGRAM, type CliResult} from '../support/run-cli.ts'
import {CTRL_C, ENTER, hasTerminal, runInTerminal, type Step, type TerminalResult} from '../support/terminal.ts'

interface Kubeconfig {
  readonly 'current-context': string
  readonly clusters: readonly {readonly name: string}[]
  readonly contexts: readonly {readonly name: string}[]
  readonly users: readonly {readonly name: string; readonly user: {readonly exec: {readonly args: readonly string[]}}}[]
}

describe('update-kubeconfig --all', () => {
  let home: TestHome
  let world: ClusterWorld
  let config: string
  let base: LocalCluster
  /** What the Container Service has; tests change it. */
  const clusters: LocalCluster[] = []
  let mayList = true

  before(async () => {
    world = await startClusterWorld({
      clusters: (cluster) => {
        base = cluster
        return clusters
      },
      listAllowed: () => mayList,
    })
  })
  after(() => world.close())
  beforeEach(async () => {
    home = await makeHome()
    config = join(home.dir, '.kube', 'config')
    await home.write(CLI_CONFIG, {
      current: 'alice',
      profiles: [profileOf('alice', ALICE), profileOf('same', ALICE), profileOf('bob', BOB)],
    })
    mayList = true
    have(
      {id: 'c1', name: 'shop', regionId: 'cn-beijing', tags: [{key: 'team', value: 'a,b'}]},
      {id: 'c2', name: 'shop', regionId: 'eu-central-1'},
      {id: 'c3', name: 'test', regionId: 'eu-central-1', tags: [{key: 'team', value: 'c'}]},
    )
  })
  afterEach(() => home.remove())

  const have = (...present: readonly Partial<LocalCluster>[]): void => {
    const changes = createClusterState({enabled: false})
    clusters.splice(0, clusters.length, ...Array.from(present, (one) => ({...base, changes, ...one})))
  }
  const run = (args: readonly string[], env: Record<string, string> = {}): Promise<CliResult> =>
    runCli(['update-kubeconfig', '--cs-endpoint', world.cs.endpoint, ...args], {
      home: home.dir,
      env: {ALIBABA_CLOUD_STS_ENDPOINT: world.sts.endpoint, ...env},
    })
  const update = async (args: readonly string[] = [], env: Record<string, string> = {}): Promise<string> => {
    const {stdout, stderr, exitCode} = await run(['--all', ...args], env)
    expect({stderr, exitCode}).to.deep.equal({stderr: '', exitCode: 0})
    return stdout
  }
  const refused = async (args: readonly string[], exitCode = 2): Promise<string> => {
    const before = await readFile(config, 'utf8').catch(() => undefined)
    const result = await run(args)
    expect({stdout: result.stdout, exitCode: result.exitCode}, args.join(' ')).to.deep.equal({stdout: '', exitCode})
    expect(await readFile(config, 'utf8').catch(() => undefined), 'nothing is written').to.equal(before)
    return result.stderr
  }
  const read = async (): Promise<Kubeconfig> => parse(await readFile(config, 'utf8')) as Kubeconfig
  const contexts = async (): Promise<readonly string[]> => (await read()).contexts.map(({name}) => name)
  /** Undoes what the last update has done. */
  const undo = (): Promise<CliResult> => run(['--undo'])

  describe('names', () => {
    it('come from templates for context, cluster and user, braces doubled', async () => {
      await update(['--alias={profile}/{name}-{id}', '--cluster-alias={{{region}}}{id}', '--user-alias={uid}.{id}'])
      const {contexts, clusters, users} = await read()
      expect([contexts, clusters, users].map((entries) => entries[0]?.name)).to.deep.equal([
        'alice/shop-c1',
        '{cn-beijing}c1',
        '2001.c1',
      ])
      expect(contexts).to.have.length(3)
    })

    it('come from a template for a single cluster, too', async () => {
      const {stdout, exitCode} = await run(['-c', 'c3', '--alias', '{name}-{uid}'])
      expect({stdout, exitCode}).to.deep.equal({stdout: `Updated context "test-2001" in ${config}\n`, exitCode: 0})
    })

    it('that are the same for two clusters are refused with both ids and a template that helps', async () => {
      expect(await refused(['--all', '--alias', '{name}']))
        .to.contain('gives two clusters the name "shop": c1 (shop) and c2 (shop)')
        .and.contain("--alias '{name}-{region}'")
      have({id: 'c1', name: 'shop'}, {id: 'c2', name: 'shop'})
      expect(await refused(['--all', '--cluster-alias', '{name}'])).to.contain("--cluster-alias '{name}-{id}'")
      expect(await refused(['--all', '--user-alias', '{uid}'])).to.contain("--user-alias '{uid}-{id}'")
      expect(await update(['--user-alias', '{uid}', '--provide-cluster-info']), 'one user can serve all').to.contain(
        'Updated 2,',
      )
    })

    it('with an unknown placeholder, half a brace, nothing to be seen or without a placeholder are refused', async () => {
      for (const [template, complaint] of [
        ['{nmae}', 'unknown placeholder "{nmae}" in --alias (InvalidOption)\n  Next: did you mean name?'],
        ['{}', 'unknown placeholder "{}"'],
        ['{ name }', 'unknown placeholder "{ name }"'],
        ['{name', 'unbalanced { in --alias, at character 1'],
        ['a}-{name}', 'unbalanced } in --alias, at character 2'],
        ['{{{name}}', 'unbalanced } in --alias'],
        ['\u0001\u200B ', 'gives an empty name'],
        ['prod', "use a template, such as --alias '{name}' or --alias 'prod-{name}'"],
      ] as const)
        expect(await refused(['--all', '--alias', template]), template).to.contain(complaint)
      expect(await refused(['-c', 'c1', '--alias', '{nmae}'])).to.contain('unknown placeholder')
    })

    it('that a cluster makes unusable fail with it alone', async () => {
      // The last ones have half of a character, no character, and an end of a line.
      const names = ['', 'a\u001B[2J', '\uD83D', 'a\uFFFE', 'a\u2028b']
      have({id: 'c0', name: 'good'}, ...Array.from(names, (name, index) => ({id: `c${index + 1}`, name})))
      const {stdout, stderr, exitCode} = await run(['--all', '--alias', '{name}'])
      expect({stdout, exitCode}).to.deep.equal({
        stdout: `Updated 1, unchanged 0, failed 5 of 6\nWrote ${config}\n`,
        exitCode: 2,
      })
      expect(stderr).to.contain('gives an empty name').and.not.contain('anchor')
      for (const id of ['c2', 'c3', 'c4', 'c5']) expect(stderr).to.contain(`{name} of cluster ${id} has control char`)
      expect(await contexts()).to.deep.equal(['good'])
    })

    it('say of a profile that cannot be a part of one that the profile has to be renamed, not the cluster', async () => {
      await home.write(CLI_CONFIG, {current: 'a\nb', profiles: [profileOf('a\nb', ALICE)]})
      const {stderr} = await run(['-c', 'c1', '--alias', '{profile}-x'])
      expect(stderr).to.contain('{profile} has control characters').and.contain('rename the profile')
      expect(stderr).not.to.contain('cluster c1')
    })

    it('need a profile for {profile}', async () => {
      const {accessKeyId, accessKeySecret} = ALICE
      const env = {ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId, ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKeySecret}
      const {stderr, exitCode} = await run(['--all', '--alias', '{profile}-{id}'], env)
      expect(exitCode).to.equal(2)
      expect(stderr).to.contain('needs a profile').and.not.contain('SECRET')
    })
  })

  describe('if the services do not answer as they should', () => {
    it('writes nothing where one region, or the second page of the list, is refused', async () => {
      have(...Array.from({length: 60}, (_, at) => ({id: `c${at}`})))
      const forbidden = {status: 403, code: 'StatusForbidden'}
      const regions = '--region-id=cn-hangzhou,eu-central-1'
      for (const [fault, attempts, args, exitCode, says] of [
        [
          forbidden,
          1,
          [regions],
          4,
          /^Error: cannot list the clusters of (cn-hangzhou|eu-central-1): [^\n]*\n {2}Next: grant [^\n]* cs:DescribeClustersV1 on clusters, or leave \1 out of --region-id\n$/,
        ],
        [
          forbidden,
          1,
          [],
          4,
          /^Error: DescribeClustersV1 [^\n]*StatusForbidden[^\n]*\n {2}Next: grant [^\n]* cs:DescribeClustersV1 on clusters\n$/,
        ],
        [{status: 500, code: 'Broken'}, 3, [], 6, /Broken/],
        ['garbage', 1, [], 6, /DescribeClustersV1/],
        [{answer: {}}, 1, [], 6, /invalid response to DescribeClustersV1/],
      ] as const) {
        // The first page, or the first region, comes.
        world.cs.failNext(1, {delayMs: 0}, 'DescribeClustersV1')
        world.cs.failNext(attempts, fault, 'DescribeClustersV1')
        const said = await refused(['--all', ...args], exitCode)
        expect(said).to.match(says)
      }
    })

    it('fetches many clusters of which some are throttled, and a slow one fails alone', async () => {
      const count = howMany(200, 200, 80)
      have(...Array.from({length: count}, (_, at) => ({id: `c${at}`})))
      world.cs.failNext(1, {delayMs: 60_000}, 'DescribeClusterUserKubeconfig c0')
      // A tenth of the clusters, each once. By order of requests one could be throttled at each of its attempts.
      for (let at = 5; at < count; at += 10)
        world.cs.failNext(1, {status: 429, code: 'Throttling.User'}, `DescribeClusterUserKubeconfig c${at}`)
      const earlier = world.cs.requests.length
      const {stdout, stderr, exitCode} = await run(['--all', '--alias', '{id}', '--timeout', '4s'])
      expect({stdout, exitCode}, stderr).to.deep.equal({
        stdout: `Updated ${count - 1}, unchanged 0, failed 1 of ${count}\nWrote ${config}\n`,
        exitCode: 5,
      })
      expect(stderr).to.match(/\(DeadlineExceeded\): c0 \(production\)\n/)
      const asked = world.cs.requests.slice(earlier).filter(({clusterId}) => clusterId === 'c5')
      expect(asked, 'of a throttled one').to.have.length(2)
    })
  })

  describe('chooses clusters', () => {
    const chosen = async (...args: readonly string[]): Promise<readonly string[]> => {
      const {stdout, exitCode} = await run(['--all', '--alias', '{id}', '--output', 'json', '--diff', ...args])
      expect(exitCode, args.join(' ')).to.equal(0)
      return (JSON.parse(stdout) as {clusters: readonly {clusterId: string}[]}).clusters.map((one) => one.clusterId)
    }

    it('by name, state, region, id and tag: one of each key, all of the keys', async () => {
      for (const [filters, expected] of [
        [['name=sh*'], ['c1', 'c2']],
        [['name=sh'], []],
        [['name=s?o[p]'], []],
        [['name=shop', 'region=eu-*'], ['c2']],
        [
          ['id=c1', 'id=c3'],
          ['c1', 'c3'],
        ],
        [['tag:team=a,b'], ['c1']],
        [['tag:team'], ['c1', 'c3']],
        [['tag:toString'], []],
        [['tag:team=*', 'state=running', 'name=t*', 'name=x'], ['c3']],
        [[String.raw`name=\*`], []],
      ] as const)
        expect(await chosen(...filters.flatMap((filter) => ['--filter', filter])), filters.join()).to.deep.equal(
          expected,
        )
    })

    it('by several regions, repeated or with commas, each asked for by itself', async () => {
      const earlier = world.cs.requests.length
      expect(await chosen('--region-id', 'cn-beijing', '--region-id', 'ap-x,cn-beijing')).to.deep.equal(['c1'])
      const listed = world.cs.requests.slice(earlier).filter(({action}) => action === 'DescribeClustersV1')
      expect(listed.map(({query}) => query['region_id'])).to.have.members(['cn-beijing', 'ap-x'])
      expect(await chosen('--region-id=eu-central-1,cn-beijing')).to.have.members(['c1', 'c2', 'c3'])
      await update(['--region-id', 'eu-central-1', '--region-id', 'cn-beijing'])
      const regions = (await read()).users.map(({user}) => user.exec.args[user.exec.args.indexOf('--region-id') + 1])
      expect(regions, 'each entry names its own').to.have.members(['cn-beijing', 'eu-central-1', 'eu-central-1'])
    })

    it('not by what is no filter, and not without --all', async () => {
      expect(await refused(['--all', '--filter', 'nmae=x'])).to.contain('did you mean name?')
      for (const filter of ['name', 'name=', 'tag:', '=x', 'x'])
        expect(await refused(['--all', '--filter', filter]), filter).to.contain('for --filter (InvalidOption)')
      expect(await refused(['-c', 'c1', '--filter', 'name=x'])).to.contain('--filter needs --all')
      expect(await refused(['-c', 'c1', '--region-id', 'a', '--region-id', 'b'])).to.contain('several regions')
      expect(await refused(['-c', 'c1', '--prune'])).to.contain('--prune needs --all')
    })

    it('and says where there is none, beside --diff and --dry-run on stderr', async () => {
      const message = 'No clusters found by these filters\n'
      const none = ['--all', '--filter', 'name=zzz*']
      expect(await run(none)).to.include({stdout: message, stderr: '', exitCode: 0})
      for (const preview of ['--diff', '--dry-run'])
        expect(await run([...none, preview]), preview).to.include({stdout: '', stderr: message, exitCode: 0})
    })

    it('skips those that failed or are being deleted, and says so', async () => {
      have({id: 'c1', state: 'deleting'}, {id: 'c2', state: 'failed'}, {id: 'c3', state: 'a-new-state', name: ''})
      expect(await update()).to.equal(
        `Updated 1, unchanged 0, skipped 2, failed 0 of 3\n` +
          `Skipped, since it is being deleted: c1 (production)\nSkipped, since its creation failed: c2 (production)\n` +
          `Wrote ${config}\n`,
      )
    })
  })

  it('checks what kubectl starts once for all of them', async () => {
    const GONE = '/nowhere/ack-ram-tool'
    const here = {ACK_RAM_TOOL_FOR_ANOTHER_MACHINE: ''}
    const refusal = await run(['--all', '--exec-command', GONE], here)
    expect(refusal).to.deep.include({stdout: '', exitCode: 2})
    expect(refusal.stderr.split('kubectl cannot start')).to.have.length(2)
    await update(['--exec-command', GONE])
    const {stderr, exitCode} = await run(['--all'], here)
    expect(exitCode).to.equal(0)
    expect(stderr).to.match(/kubectl cannot start the command of user "[^"]+" and 2 more here: /)
    expect(stderr.split('kubectl cannot start')).to.have.length(2)
  })

  describe('tells what became of each', () => {
    it('cluster: updated, unchanged or failed, by reason, and a command line that retries the rest', async () => {
      await update(['--alias', '{id}'])
      have(
        {id: 'c1'},
        {id: 'c2', server: 'https://192.0.2.1:6443'},
        {id: 'c4', allowedArns: []},
        {id: 'c5', allowedArns: [], name: 'five'},
      )
      const {stdout, stderr, exitCode} = await run(['--all', '--alias', '{id}', '--assume-yes'])
      expect({stdout, exitCode}).to.deep.equal({
        stdout: `Updated 1, unchanged 1, failed 2 of 4\nWrote ${config}\n`,
        exitCode: 4,
      })
      expect(stderr).to.contain('(ServiceRefused): c4 (production), c5 (five)')
      have({id: 'c1'}, {id: 'c4'}, {id: 'c5'})
      const [, command = ''] = /\n {4}ack-ram-tool update-kubeconfig (.*)\n/.exec(stderr) ?? []
      expect(command).to.contain("'--alias={id}'").and.contain('--assume-yes')
      const words = command.split(' ').map((word) => word.replaceAll("'", ''))
      expect((await run(words)).stdout).to.equal(`Updated 2, unchanged 0, failed 0 of 2\nWrote ${config}\n`)
      expect(await contexts()).to.have.members(['c1', 'c2', 'c3', 'c4', 'c5'])
    })

    it('failure with its code once, in text', async () => {
      have({id: 'c1'}, {id: 'c4', allowedArns: []}, {id: 'c5'})
      const alone = await run(['--all', '--alias', '{id}', '--filter', 'id=c4'])
      expect(alone.stderr.match(/\(ServiceRefused\)/g)).to.have.length(1)
      world.cs.failNext(2, {status: 400, code: 'Odd'}, 'DescribeClusterUserKubeconfig')
      const {stderr, exitCode} = await run(['--all', '--alias', '{id}', '--filter=id=c4', '--filter=id=c5'])
      expect(exitCode).to.equal(4)
      expect(stderr).to.match(
        /^Error: Could not get 2 of 2 clusters:\n {2}[^\n]* Odd[^\n]*\(ServiceRefused\): c4 \(production\), c5/,
      )
      expect(stderr.match(/\(ServiceRefused\)/g)).to.have.length(1)
    })

    it('command line without the external ID, by way of a variable with which it works', async () => {
      have({id: 'c1', allowedArns: []})
      const role = ['--role-arn', ROLE, '--role-external-id', 'SECRET']
      const {stderr, stdout} = await run(['--all', '--alias', '{id}', '--output', 'json', ...role])
      expect(stderr + stdout).not.to.contain('SECRET')
      expect(stderr).to.contain(
        'set ACK_RAM_TOOL_ROLE_EXTERNAL_ID, whose value is not shown here, then retry what failed:',
      )
      const {retry} = JSON.parse(stdout) as {retry: string}
      expect(stderr).to.contain(`\n    ${retry}\n`)
      if (process.platform === 'win32') return
      have({id: 'c1'})
      const pasted = (env: Record<string, string>): CliResult => {
        const line = retry.replace('ack-ram-tool', 'printf "%s\\n"')
        const {
          stdout: words,
          stderr: said,
          status,
        } = spawnSync('sh', ['-c', line], {env: {...process.env, ...env}, encoding: 'utf8'})
        return {stdout: words, stderr: said, exitCode: status}
      }
      expect(pasted({ACK_RAM_TOOL_ROLE_EXTERNAL_ID: ''})).to.deep.include({stdout: ''})
      const words = pasted({ACK_RAM_TOOL_ROLE_EXTERNAL_ID: "a 'b"}).stdout.trimEnd().split('\n')
      expect(words).to.include("--role-external-id=a 'b")
      expect((await run(words.slice(1))).exitCode).to.equal(0)
      expect(await contexts()).to.deep.equal(['c1'])
      const diff = await run([
        '--all',
        '--alias',
        '{id}',
        '--user-alias',
        'x-{id}',
        '--diff',
        ...words.slice(-1),
        '--role-arn',
        ROLE,
      ])
      expect(diff.stdout).to.contain('--role-external-id').and.not.contain("a 'b")
    })

    it('as one JSON document', async () => {
      have({id: 'c1', name: 'a\u202Eb'}, {id: 'c2', allowedArns: []}, {id: 'c3', state: 'deleting'})
      const {stdout, stderr, exitCode} = await run(['--all', '--alias', '{id}', '--output', 'json'])
      expect(exitCode).to.equal(4)
      expect(stderr).to.contain('Could not get 1 of 3 clusters')
      expect(stdout).not.to.contain('\u202E')
      const {clusters, files, retry, ...rest} = JSON.parse(stdout) as Record<string, readonly Record<string, unknown>[]>
      expect(rest).to.deep.equal({
        written: true,
        summary: {total: 3, updated: 1, unchanged: 0, skipped: 1, failed: 1, removed: 0},
        removed: [],
        lostContext: null,
      })
      const regionId = base.regionId
      const none = {context: null, code: null, reason: null}
      expect(clusters?.[0]).to.deep.equal({
        ...none,
        clusterId: 'c1',
        name: 'a\u202Eb',
        regionId,
        result: 'updated',
        context: 'c1',
        command: 'ack-ram-tool',
      })
      const failed = {clusterId: 'c2', result: 'failed', code: 'ServiceRefused', context: null, command: null}
      expect(clusters?.[1]).to.deep.include(failed)
      expect(clusters?.[2]).to.deep.include({result: 'skipped', reason: 'it is being deleted', code: null})
      expect(files?.[0]?.['path']).to.equal(config)
      expect((await stat(String(files?.[0]?.['backup']))).isFile()).to.equal(true)
      expect(retry).to.contain('--filter id=c2').and.contain('--output=json')
      const again = JSON.parse((await run(['-c', 'c1', '--alias', 'c1', '--output', 'json'])).stdout) as object
      expect(again).to.deep.include({files: [], retry: null, written: true})
      const preview = await run(['--undo', '--diff', '--output', 'json'])
      expect(preview.stdout).to.contain('"diff": "').and.contain('"written": false')
      const restored = JSON.parse((await run(['--undo', '--output', 'json'])).stdout) as object
      expect(restored).to.deep.equal({written: true, files: [{path: config, removed: true}]})
    })

    it('difference of an entry that it would replace, field by field and without a secret', async () => {
      await update(['--alias', 'to-{id}', '--role-arn', 'acs:ram::1:role/admin', '--role-external-id', 'SECRET'])
      const said = await refused(['--all', '--alias', 'to-{id}'], 7)
      expect(said)
        .to.contain(
          `context "to-c1" in ${config} uses role acs:ram::1:role/admin and external ID ***; replace by no role and no external ID (`,
        )
        .and.not.contain('SECRET')
      await run(['-c', 'c1', '--alias', 'mine'])
      const {stderr} = await run(['-c', 'c1', '--alias', 'mine', '--profile-name', 'same', '--diff'])
      expect(stderr).to.contain(
        `context "mine" (user "2001-c1" in ${config}) uses profile alice; replace by profile same`,
      )
    })
  })

  describe('at a terminal', () => {
    before(function () {
      if (!hasTerminal()) this.skip()
    })
    const inTerminal = (
      args: string,
      env: Record<string, string>,
      steps: readonly Step[] = [],
      columns = 80,
    ): Promise<TerminalResult> =>
      runInTerminal(
        `stty columns ${columns}; ${env['TERM'] ? `TERM=${env['TERM']} ` : ''}${SHELL_PROGRAM} update-kubeconfig --cs-endpoint ${world.cs.endpoint} --all ${args}`,
        cliEnvironment(home.dir, {ALIBABA_CLOUD_STS_ENDPOINT: world.sts.endpoint, ...env}),
        steps,
      )

    it('shows how far it is on one line, but not in CI, on a dumb terminal or beside a log', async () => {
      have({id: 'c1'}, {id: 'c2', allowedArns: []}, {id: 'c3'})
      const {screen} = await inTerminal('', {})
      expect(screen).to.match(/^\rClusters: 1 of 3(, 1 failed)?\rClusters: 2 of 3, 1 failed\rUpdated 2, /)
      const others = [inTerminal('', {CI: 'true'}), inTerminal('', {TERM: 'dumb'}), inTerminal('--log-level warn', {})]
      for (const other of await Promise.all(others)) expect(other.screen).not.to.contain('Clusters:')
    })

    it('shortens that line in a narrow window, where what wraps could not be cleared', async () => {
      have(...Array.from({length: 12}, (_, at) => ({id: `c${at}`, allowedArns: []})))
      const wide = await inTerminal('', {}, [], 40)
      expect(wide.screen).to.contain('\rClusters: 11 of 12, 11 failed\r')
      const {screen} = await inTerminal('', {}, [], 20)
      expect(screen).to.contain('\r11 of 12, 11 failed\r').and.not.contain('Clusters:')
      expect((await inTerminal('', {}, [], 19)).screen).to.contain('\r11 of 12\r')
    })

    it('ends that line with Ctrl-C, writes nothing, and says so', async () => {
      have({id: 'c1'}, {id: 'c2'}, {id: 'c3'})
      world.cs.failNext(2, {delayMs: 60_000}, 'DescribeClusterUserKubeconfig')
      const {screen, exitCode} = await inTerminal('', {}, [{shows: /Clusters: 1 of 3/, type: CTRL_C}])
      expect(exitCode).to.equal(130)
      expect(screen.replace('^C', '')).to.match(/^\rClusters: 1 of 3\rstopped: nothing was written\r\n$/)
      expect(await readFile(config, 'utf8').catch(() => undefined)).to.equal(undefined)
    })

    it('hears Ctrl-C also while STS is asked whom the entries are for', async function () {
      this.timeout(30_000)
      const {sts, close} = await startClusterWorld()
      // It is asked again and again.
      sts.failNext(Infinity, {status: 429, code: 'Throttling'})
      const env = {ALIBABA_CLOUD_STS_ENDPOINT: sts.endpoint}
      const asked = {shows: /GetCallerIdentity at .* attempt 1/, type: CTRL_C}
      expect((await inTerminal('--pin-identity -m token -v --timeout 2m', env, [asked])).exitCode).to.equal(130)
      await close()
      expect(await readFile(config, 'utf8').catch(() => undefined)).to.equal(undefined)
    })

    it('asks before it prunes, and a no changes nothing', async () => {
      await update()
      const text = await readFile(config, 'utf8')
      have({id: 'c1', name: 'shop'})
      const asks = /Remove these entries, whose clusters are gone\?.*"2001-c2".*"2001-c3"/s
      expect((await inTerminal('--prune', {}, [{shows: asks, type: `n${ENTER}`}])).exitCode).to.equal(7)
      expect(await readFile(config, 'utf8')).to.equal(text)
      const {screen, exitCode} = await inTerminal('--prune', {}, [{shows: asks, type: `y${ENTER}`}])
      expect(exitCode, screen).to.equal(0)
      expect(screen).to.contain('-  name: c2')
      expect(await contexts()).to.deep.equal(['2001-c1'])
    })
  })

  describe('with --prune', () => {
    const prune = (...args: readonly string[]): Promise<CliResult> => run(['--all', '--prune', '--assume-yes', ...args])

    it('removes the entries of a cluster that is gone, and nothing else; --undo brings them back', async () => {
      await home.write('.kube/config', `# mine\nusers:\n- name: other # stays\n  user: {token: SECRET}\n`)
      await update()
      const before = await readFile(config, 'utf8')
      have(...clusters.filter(({id}) => id !== 'c2'))
      const {stdout, stderr, exitCode} = await prune()
      expect({stdout, exitCode}).to.deep.equal({
        stdout: `Updated 0, unchanged 2, failed 0 of 2\nRemoved from ${config}: context "2001-c2"\nWrote ${config}\n`,
        exitCode: 0,
      })
      expect(stderr, 'the diff').to.contain('-  name: c2').and.not.contain('SECRET').and.not.contain('-  name: c3')
      const {contexts, clusters: entries, users} = await read()
      expect(contexts.map(({name}) => name)).to.deep.equal(['2001-c1', '2001-c3'])
      expect(entries.map(({name}) => name)).to.deep.equal(['c1', 'c3'])
      expect(users.map(({name}) => name)).to.deep.equal(['other', '2001-c1', '2001-c3'])
      expect(await readFile(config, 'utf8')).to.contain('- name: other # stays')
      expect((await prune()).stdout, 'and nothing the second time').to.equal('Updated 0, unchanged 2, failed 0 of 2\n')
      await undo()
      expect(await readFile(config, 'utf8')).to.equal(before)
    })

    it('asks before, and shows with --diff what it would do', async () => {
      await update()
      have(...clusters.filter(({id}) => id !== 'c2'))
      expect(await refused(['--all', '--prune'], 7))
        .to.contain('refusing to remove the entries of clusters that are gone: "2001-c2"')
        .and.contain('--assume-yes')
      const {stdout, exitCode} = await run(['--all', '--prune', '--diff'])
      expect(exitCode).to.equal(0)
      expect(stdout).to.contain('-  name: c2')
      expect(await contexts()).to.have.length(3)
    })

    it('leaves no current context where that one is gone, also in the next run', async () => {
      await update()
      have({id: 'c2'}, {id: 'c3'})
      const {stdout} = await prune()
      expect(stdout).to.contain('There is no current context any more: "2001-c1" is removed')
      expect((await read())['current-context']).to.equal('')
      await update()
      expect((await read())['current-context'], 'nobody works in another cluster unawares').to.equal('')
    })

    it('lets the current context of no other file take the place of one that is gone', async () => {
      await update(['--alias', '{id}'])
      const other = await home.write(
        '.kube/other',
        'current-context: production\ncontexts: [{name: c2, context: {}}]\n',
      )
      const env = {KUBECONFIG: [config, other].join(delimiter)}
      const pruned = async (): Promise<string> =>
        (await run(['--all', '--alias={id}', '--prune', '--assume-yes'], env)).stdout
      have({id: 'c3'})
      expect(await pruned()).to.contain('There is no current context any more: "c1" is removed')
      expect(await read())
        .to.deep.include({'current-context': 'c1'})
        .and.to.have.nested.property('contexts.length', 1)
      expect(await readFile(other, 'utf8')).to.contain('current-context: production')
    })

    it('leaves the current context where another one of the same name is meant', async () => {
      await update(['--alias', '{id}'])
      const first = await home.write('.kube/first', 'current-context: c1\ncontexts: [{name: c1, context: {}}]\n')
      have({id: 'c2'}, {id: 'c3'})
      const env = {KUBECONFIG: [first, config].join(delimiter)}
      const {stdout} = await run(['--all', '--alias={id}', '--prune', '--assume-yes'], env)
      expect(stdout).to.contain('context "c1"').and.not.contain('no current context')
      expect(await readFile(first, 'utf8')).to.contain('current-context: c1')
    })

    it('keeps the shared user of clusters that are still there, and removes it with the last one', async () => {
      await update(['--provide-cluster-info'])
      have({id: 'c3'})
      await prune('--provide-cluster-info')
      expect((await read()).users.map(({name}) => name)).to.deep.equal(['2001'])
      expect((await read()).clusters.map(({name}) => name)).to.deep.equal(['c3'])
      have()
      expect((await prune()).stdout).to.contain('context "2001-c3"')
      expect((await read()).users).to.deep.equal([])
    })

    it('keeps what belongs to another profile, role, identity, endpoint or program, or is written by hand', async () => {
      await update()
      const text = await readFile(config, 'utf8')
      for (const [what, changed] of [
        ['profile', text.replaceAll('alice', 'bob')],
        [
          'role',
          text.replaceAll(/^( +)- --profile-name$/gm, '$1- --role-arn\n$1- acs:ram::1:role/x\n$1- --profile-name'),
        ],
        ['identity in the name', text.replaceAll('2001-', '2002-')],
        [
          'pinned identity',
          text.replaceAll(/^( +)- --profile-name$/gm, '$1- --expected-identity\n$1- "2002"\n$1- --profile-name'),
        ],
        ['endpoint', text.replaceAll(world.cs.endpoint, 'https://cs.example.com')],
        ['program', text.replaceAll('credential-plugin', 'other')],
        ['command', text.replaceAll('command: ack-ram-tool', 'command: /opt/as-bob')],
        [
          'environment',
          text.replaceAll(/^( +)(?=installHint:)/gm, '$1env: [{name: ALIBABA_CLOUD_ROLE_ARN, value: x}]\n$1'),
        ],
      ] as const) {
        expect(changed, what).not.to.equal(text)
        await writeFile(config, changed)
        have()
        const {stdout, stderr, exitCode} = await prune()
        expect({stdout, stderr, exitCode}, what).to.deep.equal({
          stdout: 'No clusters found for this identity\n',
          stderr: '',
          exitCode: 0,
        })
        expect(await readFile(config, 'utf8'), what).to.equal(changed)
      }
    })

    it('keeps what it did not look at: other regions, and everything beside a filter', async () => {
      await update(['--region-id', 'cn-beijing'])
      await update(['--region-id', 'eu-central-1', '--alias', '{name}-{id}'])
      await update(['--filter', 'id=c3', '--alias', 'no-region-{id}', '--user-alias', 'x-{id}'])
      have()
      expect((await prune('--filter', 'name=shop')).stderr).to.contain('nothing is pruned: with --filter')
      expect(await contexts()).to.have.length(4)
      expect((await prune('--region-id', 'eu-central-1', '--region-id', 'ap-x')).stdout).to.contain(
        'context "shop-c2", context "test-c3"',
      )
      expect(await contexts()).to.have.members(['2001-c1', 'no-region-c3'])
      await prune()
      expect((await read()).contexts).to.deep.equal([])
    })

    it('says so where the list is not complete, as every command does that lists clusters', async () => {
      have({id: 'c1', name: 'shop'}, {id: 'c2', hidden: 'counted'})
      const warning = 'warn: the list of clusters is not complete: the Container Service counts 2 clusters and lists 1'
      const {stderr, exitCode} = await run(['--all'])
      expect(exitCode, stderr).to.equal(0)
      expect(stderr).to.contain(warning)
      const regions = ['--region-id', 'cn-beijing', '--region-id', 'cn-hangzhou']
      expect((await run(['--all', ...regions])).stderr).to.match(/region cn-\w+: the list of clusters is not complete/)
      for (const args of [['list-clusters'], ['get-kubeconfig', '-c', 'shop']]) {
        const result = await runCli(args, {home: home.dir, env: {CS_ENDPOINT: world.cs.endpoint}})
        expect(result.stderr, args.join(' ')).to.contain(warning)
      }
    })

    it('removes nothing if the list is refused or incomplete, nor a cluster that is only hidden', async () => {
      await update()
      const text = await readFile(config, 'utf8')
      mayList = false
      expect((await prune()).exitCode).to.equal(4)
      mayList = true
      for (const [hidden, more, complaint] of [
        ['counted', {}, 'nothing is pruned: the list of clusters is not complete'],
        [
          'without a trace',
          {},
          'the entries of cluster c2 are kept, though it is not listed: the Container Service still',
        ],
        ['without a trace', {allowedArns: []}, 'cluster c2 are kept, though it is not listed: DescribeClusterUserKube'],
      ] as const) {
        have({id: 'c1', name: 'shop'}, {id: 'c2', hidden, ...more}, {id: 'c3', name: 'test'})
        const {stdout, stderr, exitCode} = await prune()
        expect({stdout, exitCode}, complaint).to.deep.equal({
          stdout: 'Updated 0, unchanged 2, failed 0 of 2\n',
          exitCode: 0,
        })
        expect(stderr).to.contain(complaint)
      }
      expect(await readFile(config, 'utf8')).to.equal(text)
    })
  })
})
