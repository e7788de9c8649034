import {spawn} from 'node:child_process'

import {expect} from 'chai'

import {addPolicy, addRole} from '../local-cloud/ram-state.ts'
import {CLUSTER_ID} from '../support/cluster-world.ts'
import {CLI_CONFIG} from '../support/home.ts'
import {cliEnvironment, PROGRAM, SHELL_PROGRAM} from '../support/run-cli.ts'
import {runApart} from '../support/run-apart.ts'
import type {CliResult} from '../support/run-process.ts'
import {AUDIENCE, policyOf, PROVIDER_ARN, startRrsaWorld, statementFor, type RrsaWorld} from '../support/rrsa-world.ts'
import {CTRL_C, ENTER, hasTerminal, runInTerminal} from '../support/terminal.ts'

describe('rrsa with a person or a signal', () => {
  let world: RrsaWorld

  beforeEach(async () => {
    world = await startRrsaWorld()
  })
  afterEach(() => world.close())

  /** Runs it until stderr shows something, then sends a signal. */
  const signalled = (
    args: readonly string[],
    shows: RegExp,
    signal: NodeJS.Signals,
  ): Promise<{readonly stderr: string; readonly exitCode: number | null}> =>
    new Promise((resolve, reject) => {
      const [program, ...before] = PROGRAM
      const child = spawn(program, [...before, ...args], {
        env: cliEnvironment(world.home.dir, world.env),
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      let stderr = ''
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        const isNew = !shows.test(stderr)
        stderr += text
        if (isNew && shows.test(stderr)) child.kill(signal)
      })
      child.once('error', reject)
      child.once('close', (exitCode) => resolve({stderr, exitCode}))
    })

  it('stops waiting on Ctrl-C, and says that the task goes on', async function () {
    if (process.platform === 'win32') this.skip()
    world.cluster.rrsa.enabled = false
    world.service.nextTask = ['running']
    const args = ['rrsa', 'enable', '--cluster-id', CLUSTER_ID, '--assume-yes']
    const {stderr, exitCode} = await signalled(args, /task T-1: running/, 'SIGINT')
    expect(exitCode, stderr).to.equal(130)
    expect(stderr).to.match(/Stopped waiting: task T-1 goes on in the cloud; see `.*--task-id T-1`/)
  })

  it('stops waiting on Ctrl-C at once, also while the service does not answer', async function () {
    if (process.platform === 'win32') this.skip()
    world.cluster.rrsa.enabled = false
    world.cs.failNext(Infinity, 'hang', 'DescribeTaskInfo')
    const args = ['rrsa', 'enable', '--cluster-id', CLUSTER_ID, '--assume-yes', '--timeout', '1h']
    const {stderr, exitCode} = await signalled(args, /task T-1 is going on/, 'SIGINT')
    expect(exitCode, stderr).to.equal(130)
    expect(stderr).to.contain('Stopped waiting: task T-1 goes on in the cloud')
  })

  it('says on Ctrl-C in the middle of a plan what is done and what is not', async function () {
    if (process.platform === 'win32') this.skip()
    addPolicy(world.ramState, 'Custom', 'mine')
    world.ram.failNext(Infinity, 'hang', 'AttachPolicyToRole')
    const account = ['--namespace', 'ns1', '--service-account', 'sa1', '--timeout', '1h']
    const role = ['--role-name', 'r1', '--create-role-if-not-exist', '--attach-custom-policy', 'mine']
    const args = ['rrsa', 'associate-role', '--cluster-id', CLUSTER_ID, ...role, ...account, '--assume-yes']
    const {stderr, exitCode} = await signalled(args, /done: Create RAM role r1/, 'SIGINT')
    expect(exitCode, stderr).to.equal(130)
    expect(stderr)
      .to.contain('Attach custom policy mine to RAM role r1: interrupted')
      .and.contain('done: Create RAM role r1')
  })

  it('ends the demo on SIGTERM at once, also while the service does not answer', async function () {
    if (process.platform === 'win32') this.skip()
    world.cs.failNext(Infinity, 'hang', 'DescribeClustersForRegion')
    const args = ['rrsa', 'demo', '--region', 'cn-hangzhou', '--timeout', '1h']
    const {stderr, exitCode} = await signalled(args, /\[begin\] list ACK clusters/, 'SIGTERM')
    expect(exitCode, stderr).to.equal(0)
  })

  it('ends the demo on SIGTERM at once, also while there are no credentials yet', async function () {
    if (process.platform === 'win32') this.skip()
    world.sts.failNext(Infinity, 'hang')
    const pair = {access_key_id: 'LTAI-alice', access_key_secret: 'SECRET-of-alice'}
    const role = {mode: 'RamRoleArn', ram_role_arn: 'acs:ram::1:role/r', ram_session_name: 's1'}
    await world.home.write(CLI_CONFIG, {current: 'p', profiles: [{name: 'p', ...role, ...pair}]})
    const args = ['rrsa', 'demo', '--region', 'cn-hangzhou', '--timeout', '1h', '--ignore-env-credentials']
    const {stderr, exitCode} = await signalled(args, /using role/, 'SIGTERM')
    expect(exitCode, stderr).to.equal(0)
  })

  it('ends the demo on SIGTERM, without an error', async function () {
    if (process.platform === 'win32') this.skip()
    const args = ['rrsa', 'demo', '--region', 'cn-hangzhou']
    const {stderr, exitCode} = await signalled(args, /will try again after 30 seconds/, 'SIGTERM')
    expect(exitCode, stderr).to.equal(0)
  })

  describe('assumes a role with a token from stdin', () => {
    const command = `${SHELL_PROGRAM} rrsa assume-role --role-arn acs:ram::1:role/r1 --oidc-provider-arn ${PROVIDER_ARN} --oidc-token-file - -o json`
    const inShell = (line: string, env: Record<string, string> = {}): Promise<CliResult> =>
      runApart(['bash', '-c', line], cliEnvironment(world.home.dir, {...world.env, ...env}))

    before(function () {
      if (process.platform === 'win32') this.skip()
    })

    it('which a pipe gives it', async () => {
      const [sub, now] = ['system:serviceaccount:ns1:sa1', Math.floor(Date.now() / 1000)]
      addRole(world.ramState, 'r1', policyOf(statementFor(world.issuer.issuer, sub)))
      const {issuer} = world.issuer
      const token = world.issuer.sign({iss: issuer, aud: [AUDIENCE], sub, iat: now, exp: now + 600})
      const {stdout, stderr, exitCode} = await inShell(`echo "$TOKEN" | ${command}`, {TOKEN: token})
      expect(exitCode, stderr).to.equal(0)
      expect(JSON.parse(stdout)).to.include.keys('AccessKeyId')
    })

    it('which must be one by its length', async () => {
      for (const [line, length] of [
        [`${command} < /dev/null`, 0],
        [`printf '%030000d' 0 | ${command}`, 30_000],
      ] as const) {
        const {stderr, exitCode} = await inShell(line)
        expect(exitCode, stderr).to.equal(2)
        expect(stderr).to.contain(`the OIDC token in stdin has ${length} bytes`)
      }
    })

    it('and says why that cannot be read', async () => {
      const {stderr, exitCode} = await inShell(`${command} 0> '${world.home.dir}/written'`)
      expect(exitCode, stderr).to.equal(2)
      expect(stderr).to.contain('cannot read standard input: EBADF')
    })

    it('but waits for nobody at a terminal', async function () {
      if (!hasTerminal()) this.skip()
      const {screen, exitCode} = await runInTerminal(command, cliEnvironment(world.home.dir, world.env), [])
      expect(exitCode, screen).to.equal(2)
      expect(screen).to.match(/the OIDC token in stdin has 0 bytes[^]*Next: pipe a token to the command/)
    })
  })

  describe('on a terminal', () => {
    before(function () {
      if (!hasTerminal()) this.skip()
    })

    const associate = (answer: string): ReturnType<typeof runInTerminal> =>
      runInTerminal(
        `${SHELL_PROGRAM} rrsa associate-role --cluster-id ${CLUSTER_ID} --role-name r1 --namespace ns1 --service-account sa1`,
        cliEnvironment(world.home.dir, world.env),
        [{shows: /Are you sure/, type: answer}],
      )

    it('asks once, behind the diff and the calls, and takes no for an answer', async () => {
      addRole(world.ramState, 'r1', policyOf())
      for (const no of [ENTER, `n${ENTER}`, CTRL_C]) {
        const {screen, exitCode} = await associate(no)
        expect(exitCode, screen).to.equal(130)
        expect(screen).to.match(/\+ +"oidc:sub"[^]*ram:UpdateRole[^]*Are you sure you want to associate RAM role r1/)
      }
      expect(world.writes()).to.deep.equal([])
      const {screen, exitCode} = await associate(`y${ENTER}`)
      expect(exitCode, screen).to.equal(0)
      expect(world.writes()).to.deep.equal(['UpdateRole'])
    })

    it('does not print a secret on a terminal unasked', async () => {
      const file = await world.home.write('token', 'SECRET-token')
      const {screen, exitCode} = await runInTerminal(
        `${SHELL_PROGRAM} rrsa assume-role --role-arn acs:ram::1:role/r1 --oidc-provider-arn acs:ram::1:oidc-provider/p --oidc-token-file ${file}`,
        cliEnvironment(world.home.dir, world.env),
        [],
      )
      expect(exitCode).to.equal(2)
      expect(screen).to.contain('refusing to print a secret on a terminal')
      expect(world.sts.requests).to.deep.equal([])
    })
  })
})
