import {expect} from 'chai'

import {ALICE, envOf} from './cluster-world.ts'
import {CLI_CONFIG, makeHome, type TestHome} from './home.ts'
import {runCli, runCliProcess, STANDALONE, type CliResult, type CliWorld} from './run-cli.ts'

const GET_TOKEN = ['credential-plugin', 'get-token', '-c', 'c1']

describe('a program that has run before', () => {
  let home: TestHome

  before(async function () {
    if (STANDALONE) this.skip()
    home = await makeHome()
  })
  after(() => home?.remove())

  it('says what a new process says, whatever ran before', async () => {
    const runs: readonly (readonly [readonly string[], Record<string, string>])[] = [
      [['list-clusters', '--help'], {}],
      [['nonsense'], {}],
      [[...GET_TOKEN, '--nonsense'], {}],
      [GET_TOKEN, {}],
      [GET_TOKEN, {ACK_RAM_TOOL_ERROR_FORMAT: 'json'}],
      [[...GET_TOKEN, '--profile-name', 'missing'], {}],
      [[...GET_TOKEN, '--expiration', 'soon'], envOf(ALICE)],
      [[...GET_TOKEN, '--role-arn', 'acs:ram::1:role/r', '--sts-endpoint', 'http://127.0.0.1:1'], envOf(ALICE)],
      [['autocomplete', 'values', '--', 'get-kubeconfig', '--mode', ''], {}],
      [['help'], {COLUMNS: '60', OCLIF_COLUMNS: '60'}],
      [['--version'], {}],
    ]
    const said = new Map<object, Promise<CliResult>>()
    for (const run of [...runs, ...runs.toReversed()]) {
      const [args, env] = run
      const world: CliWorld = {home: home.dir, env}
      const ofProcess = said.get(run) ?? runCliProcess(args, world)
      said.set(run, ofProcess)
      expect(await runCli(args, world), args.join(' ')).to.deep.equal(await ofProcess)
    }
  }).timeout(60_000)

  it('does not know the secrets of another run, which would be masked in this one', async () => {
    const {ALIBABA_CLOUD_ACCESS_KEY_SECRET: secret = ''} = envOf(ALICE)
    // A log makes it known to what masks.
    expect((await runCli([...GET_TOKEN, '--verbose'], {home: home.dir, env: envOf(ALICE)})).exitCode).to.equal(0)
    await home.write(CLI_CONFIG, {current: secret, profiles: []})
    for (let run = 0; run < 3; run += 1)
      expect((await runCli(GET_TOKEN, {home: home.dir})).stderr).to.contain(`"${secret}"`)
  })

  it('keeps what is asked at the same time apart', async () => {
    const [one, other] = await Promise.all([
      runCli(['help'], {home: home.dir}),
      runCli([...GET_TOKEN, '--nonsense'], {home: home.dir}),
    ])
    expect([one.exitCode, one.stderr, other.exitCode, other.stdout]).to.deep.equal([0, '', 2, ''])
    expect(other.stderr).to.contain('--nonsense')
  })
})
