import {readFile} from 'node:fs/promises'
import {join} from 'node:path'

import {expect} from 'chai'

import {decodeTokenV2} from '../local-cloud/signing.ts'
import {ALICE, BOB, CLUSTER_ID, envOf, startClusterWorld, type ClusterWorld} from '../support/cluster-world.ts'
import {makeHome, type TestHome} from '../support/home.ts'
import {cliEnvironment, runCli, SHELL_PROGRAM, type CliResult} from '../support/run-cli.ts'
import {
  CTRL_C,
  CTRL_D,
  DOWN,
  ENTER,
  hasTerminal,
  runInTerminal,
  type Step,
  type TerminalResult,
} from '../support/terminal.ts'

const idOf = (number: number): string => `c${number.toString(16).padStart(32, '0')}`
const [TWIN, OTHER_TWIN, CHINESE, STEERING, LAST, LONG] = [1, 2, 3, 4, 40, 41].map(idOf)

describe('the cluster of a command', () => {
  let home: TestHome
  let world: ClusterWorld
  let out: string

  before(async () => {
    world = await startClusterWorld({
      listAllowed: (arn) => arn === ALICE.arn,
      clusters: (cluster) => [
        cluster,
        {...cluster, id: idOf(1), name: 'twin', regionId: 'eu-central-1'},
        {...cluster, id: idOf(2), name: 'twin', regionId: 'cn-beijing', state: 'deleting'},
        {...cluster, id: idOf(3), name: '集群'},
        {...cluster, id: idOf(4), name: 'st\u001B[2Jeer\u202E', state: 'failed'},
        {...cluster, id: idOf(5), name: 'a-swarm', clusterType: 'aliyun'},
        // A name that has the form of an ID is never taken for one.
        {...cluster, id: idOf(6), name: idOf(7)},
        ...Array.from({length: 34}, (_, index) => ({...cluster, id: idOf(7 + index), name: `team-${index}`})),
        {...cluster, id: idOf(41), name: `long-${'集x'.repeat(100)}-tail`},
      ],
    })
  })
  after(() => world?.close())
  beforeEach(async () => {
    home = await makeHome()
    out = join(home.dir, 'stdout')
  })
  afterEach(() => home?.remove())

  const listings = (): number => world.cs.requests.filter(({action}) => action === 'DescribeClustersV1').length
  const env = (identity = ALICE): Record<string, string> => ({...envOf(identity), CS_ENDPOINT: world.cs.endpoint})
  /** The ID that an entry is for. */
  const idIn = (kubeconfig: string): string | undefined => /- --cluster-id\s+- (\S+)/.exec(kubeconfig)?.[1]

  describe('that a person picks', () => {
    before(function () {
      if (!hasTerminal()) this.skip()
    })

    const pick = (
      args: string,
      steps: readonly Step[],
      given = env(),
      {rows, columns} = {rows: 24, columns: 80},
    ): Promise<TerminalResult> =>
      runInTerminal(
        `stty rows ${rows} cols ${columns}; ${SHELL_PROGRAM} ${args} >"${out}"`,
        cliEnvironment(home.dir, given),
        steps,
      )
    const picked = async (): Promise<string | undefined> => idIn(await readFile(out, 'utf8'))

    it('is found by typing parts of its row, however long the list is', async () => {
      const {screen, exitCode} = await pick('update-kubeconfig --dry-run', [
        {shows: /Which cluster\?.*production.*cn-hangzhou.*running.*c0123.*select/s, type: 'TEAM 33'},
        {shows: /filter: TEAM 33\s+❯ team-33 .*select/s, type: ENTER},
      ])
      expect(exitCode, screen).to.equal(0)
      expect(await picked()).to.equal(LAST)
      expect(screen, 'no cluster without an API server').not.to.contain('a-swarm')
    })

    it('is asked for without a list and without credentials where the server is given', async () => {
      const ca = await home.write('ca.pem', world.api.caPem)
      const before = listings()
      const args = `get-kubeconfig --server https://10.0.0.1 --certificate-authority "${ca}"`
      const {screen, exitCode} = await pick(args, [{shows: /Cluster id:/, type: LAST + ENTER}], {})
      expect({exitCode, picked: await picked(), listings: listings()}, screen).to.deep.equal({
        exitCode: 0,
        picked: LAST,
        listings: before,
      })
    })

    it('is what was typed, also where Enter comes with it at once', async () => {
      const {screen, exitCode} = await pick('get-kubeconfig', [
        {shows: /Which cluster\?.*production.*select/s, type: `team-33${ENTER}`},
      ])
      expect(exitCode, screen).to.equal(0)
      expect(await picked()).to.equal(LAST)
    })

    it('is found by what was typed before and after an arrow together, and Backspace takes one letter from it', async () => {
      const {screen, exitCode} = await pick('get-kubeconfig', [
        {shows: /Which cluster\?.*production.*select/s, type: 'team-'},
        {shows: /filter: team-\s+❯ team-0 .*select/s, type: DOWN},
        {shows: /❯ team-1 .*select/s, type: '32'},
        {shows: /filter: team-32\s+❯ team-32 .*select/s, type: `${DOWN}\u007F`},
        {shows: /filter: team-3\s+❯ team-3 .*team-32 .*select/s, type: `${DOWN}3`},
        {shows: /filter: team-33\s+❯ team-33 .*select/s, type: ENTER},
      ])
      expect(exitCode, screen).to.equal(0)
      expect(await picked()).to.equal(LAST)
    })

    it('is one that is not well only with its state beside it, and no name steers the terminal', async () => {
      const {screen, exitCode} = await pick('get-kubeconfig', [
        {shows: /Which cluster\?.*select/s, type: 'twin'},
        {
          shows: /filter: twin\s+❯ twin +cn-beijing +deleting .*twin +eu-central-1 +running.*select/s,
          type: DOWN + ENTER,
        },
      ])
      expect(exitCode, screen).to.equal(0)
      expect(await picked()).to.equal(TWIN)
      const steering = await pick('get-kubeconfig', [
        {shows: /Which cluster\?.*select/s, type: 'eer'},
        {shows: /filter: eer\s+❯ st \[2Jeer +cn-hangzhou +failed.*select/s, type: ENTER},
      ])
      expect(await picked(), steering.screen).to.equal(STEERING)
      expect(steering.screen).not.to.contain('\u202E')
    })

    it('is shown even where it is the only one, and none is an error that says so', async () => {
      const {screen, exitCode} = await pick('get-kubeconfig --region-id eu-central-1', [
        {shows: /Which cluster\?.*twin.*select/s, type: ENTER},
      ])
      expect(exitCode, screen).to.equal(0)
      expect(await picked()).to.equal(TWIN)
      const none = await pick('get-kubeconfig --region-id us-east-1', [])
      expect(none.exitCode).to.equal(2)
      expect(none.screen).to.contain('you can see no cluster in region us-east-1 (ClusterNotFound)')
    })

    it('may be typed where the identity may not list the clusters', async () => {
      const {screen, exitCode} = await pick(
        'get-kubeconfig',
        [{shows: /cannot list the clusters: .*Cluster id:/s, type: `${CLUSTER_ID}${ENTER}`}],
        env(BOB),
      )
      expect(exitCode, screen).to.equal(0)
      expect(await picked()).to.equal(CLUSTER_ID)
    })

    it('is in a row of its own, however long a name is, and is found by what is cut from it', async () => {
      const {screen, exitCode} = await pick('get-kubeconfig', [
        {shows: /Which cluster\?.* production {2,12}cn-hangzhou.*select/s, type: '集x-TAIL'},
        {shows: /❯ long-集[集x]{5,20}… {2,3}cn-hangzhou {2,}running {2,}c0.*select/s, type: ENTER},
      ])
      expect(exitCode, screen).to.equal(0)
      expect(await picked()).to.equal(LONG)
    })

    it('is on the screen with the question and the keys, however low and narrow the terminal is', async () => {
      for (const [rows, columns] of [
        [10, 80],
        [12, 30],
        [6, 40],
      ] as const) {
        const {screen, exitCode} = await pick(
          `get-kubeconfig`,
          [{shows: /Which cluster\?.*select/s, type: ENTER}],
          env(),
          {
            rows,
            columns,
          },
        )
        expect(exitCode, screen).to.equal(0)
        const [shown = ''] = /\? Which cluster\?[^?]*❯[^?]*?select/.exec(screen) ?? []
        const lines = shown.split('\n').map((line) => line.trimEnd())
        expect(lines.length, shown).to.be.within(4, rows)
        expect(Math.max(...lines.map((line) => line.length)), shown).to.be.at.most(columns)
      }
      const {screen} = await pick('get-kubeconfig', [{shows: /Which.*select/s, type: `${CLUSTER_ID}${ENTER}`}], env(), {
        rows: 12,
        columns: 30,
      })
      expect(await picked(), screen).to.equal(CLUSTER_ID)
      expect(screen.replaceAll(/\s+/g, ''), 'what is cut stands below').to.match(
        new RegExp(`❯productioncn-h[a-z]*…cn-hangzhou,running,${CLUSTER_ID}`),
      )
    })

    it('is none after Ctrl-C and Ctrl-D, which leave quietly with 130', async () => {
      for (const key of [CTRL_C, CTRL_D]) {
        const {screen, exitCode} = await pick('update-kubeconfig', [{shows: /Which cluster\?.*select/s, type: key}])
        expect(exitCode).to.equal(130)
        expect(screen).not.to.match(/error|at .*:\d+:\d+/i)
        expect(await readFile(out, 'utf8')).to.equal('')
      }
    })

    it('is not asked for, and nothing is listed, with --assume-yes or under kubectl', async () => {
      const before = listings()
      const execInfo = {
        kind: 'ExecCredential',
        apiVersion: 'client.authentication.k8s.io/v1',
        spec: {interactive: true},
      }
      for (const [args, given] of [
        ['update-kubeconfig -y', {}],
        ['get-kubeconfig', {KUBERNETES_EXEC_INFO: JSON.stringify(execInfo)}],
      ] as const) {
        const {screen, exitCode} = await pick(args, [], {...env(), ...given})
        expect(exitCode).to.equal(2)
        expect(screen).to.contain('(ClusterIdMissing)').and.contain('list-clusters').and.contain('--cluster-id')
      }
      expect(listings()).to.equal(before)
    })
  })

  describe('that is named', () => {
    const run = (args: readonly string[], given: Record<string, string> = env()): Promise<CliResult> =>
      runCli(args, {home: home.dir, env: given})
    const refusal = async (...args: string[]): Promise<string> => {
      const {stdout, stderr, exitCode} = await run(args)
      expect({stdout, exitCode}, stderr).to.deep.equal({stdout: '', exitCode: 2})
      return stderr
    }

    it('is written by its ID, and one line on stderr says which that is', async () => {
      for (const [args, given, id] of [
        [['update-kubeconfig', '--dry-run', '-c', 'production'], {}, CLUSTER_ID],
        [['get-kubeconfig', '--cluster-id=集群'], {}, CHINESE],
        [['get-kubeconfig'], {ACK_RAM_TOOL_CLUSTER_ID: 'production'}, CLUSTER_ID],
        [['get-kubeconfig', '-c', 'twin', '--region-id', 'cn-beijing'], {}, OTHER_TWIN],
      ] as const) {
        const {stdout, stderr, exitCode} = await run(args, {...env(), ...given})
        expect(exitCode, stderr).to.equal(0)
        expect(idIn(stdout)).to.equal(id)
        expect(stderr.split('\n').filter((line) => line.includes(`using cluster ${id} (`))).to.have.length(1)
      }
    })

    it('costs no listing where it is named by its ID', async () => {
      const before = listings()
      const {stdout, stderr} = await run(['get-kubeconfig', '-c', CLUSTER_ID], env(BOB))
      expect(idIn(stdout)).to.equal(CLUSTER_ID)
      expect(stderr).not.to.contain('using cluster')
      expect((await run(['get-kubeconfig', '-c', idOf(7)])).stdout).to.contain(idOf(7))
      expect(listings()).to.equal(before)
    })

    it('is none of two with the same name: the error lists both', async () => {
      const stderr = await refusal('update-kubeconfig', '-c', 'twin')
      expect(stderr)
        .to.contain('(ClusterAmbiguous)')
        .and.contain(`${TWIN} (eu-central-1)`)
        .and.contain(`${OTHER_TWIN} (cn-beijing, deleting)`)
        .and.contain('--region-id')
    })

    it('is none that nobody has: the error says what was probably meant', async () => {
      expect(await refusal('update-kubeconfig', '-c', 'prodution')).to.match(
        /^Error: no cluster has the name or ID "prodution" \(ClusterNotFound\)\n {2}Next: did you mean production\?/,
      )
      expect(await refusal('get-kubeconfig', '-c', 'production', '--region-id', 'us-east-1')).to.contain(
        'no cluster of region us-east-1 has the name or ID "production"',
      )
      const {stderr, exitCode} = await run(['update-kubeconfig', '-c', CLUSTER_ID.slice(0, 20)])
      expect(exitCode, 'what may be an ID is left to the server').to.equal(4)
      expect(stderr).to.contain('ErrorClusterNotFound')
    })

    it('may be one of several, where several may be given', async () => {
      const associate = ['rrsa', 'associate-role', '-n', 'default', '-s', 'sa', '-r', 'role', '-c', 'production']
      expect(await refusal(...associate, '-c', 'nobodys')).to.contain('the name or ID "nobodys" (ClusterNotFound)')
      expect(await refusal('rbac', 'scan-user-permissions', '-c', `${CLUSTER_ID},twin`)).to.contain('ClusterAmbiguous')
      const before = listings()
      await refusal('rbac', 'scan-user-permissions', '-c', 'all', '-c', CLUSTER_ID)
      expect(listings(), 'the word all is no name').to.equal(before)
    })

    it('has to be named by its ID where the identity may not list the clusters', async () => {
      const {stderr, exitCode} = await run(['get-kubeconfig', '-c', 'production'], env(BOB))
      expect(exitCode).to.equal(4)
      expect(stderr)
        .to.contain('cannot look up "production" in the list of clusters: ')
        .and.contain('pass the ID of the cluster')
        .and.contain('cs:DescribeClustersV1')
    })

    it('is not looked up by what kubectl waits for: the ID is taken as it stands, without a call', async () => {
      const before = world.cs.requests.length
      const {stdout, stderr} = await run(['credential-plugin', 'get-token', '--token-only', '-c', 'production'])
      expect(stderr).to.equal('')
      expect(decodeTokenV2(stdout.trim()).query).to.deep.equal({ACKClusterId: 'production'})
      expect(world.cs.requests).to.have.length(before)
      expect((await run(['credential-plugin', 'get-credential', '-c', 'production'])).exitCode).to.equal(4)
      expect(world.cs.requests.map(({action}) => action).slice(before)).to.deep.equal(['DescribeClusterUserKubeconfig'])
    })
  })
})
