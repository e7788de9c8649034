import {existsSync} from 'node:fs'
import {readFile} from 'node:fs/promises'
import {join} from 'node:path'

import {expect} from 'chai'

import {decodeTokenV2} from '../local-cloud/signing.ts'
import {startLocalSts} from '../local-cloud/sts.ts'
import {ALICE, CLUSTER_ID, envOf, startClusterWorld, type ClusterWorld} from '../support/cluster-world.ts'
import {CLI_CONFIG, makeHome, type TestHome} from '../support/home.ts'
import {cliEnvironment, SHELL_PROGRAM} from '../support/run-cli.ts'
import {FIRST, PAIR as PAIR_OF_USER, USER} from '../support/sts-world.ts'
import {CTRL_C, DOWN, ENTER, hasTerminal, runInTerminal, type Step, type TerminalResult} from '../support/terminal.ts'

const profile = (name: string): object => ({
  name,
  mode: 'AK',
  access_key_id: `LTAI-${name}`,
  access_key_secret: `SECRET-of-${name}`,
})
const PAIR = {ACCESS_KEY_ID: 'LTAI-env', ACCESS_KEY_SECRET: 'SECRET-of-env'}

describe('questions to a person', () => {
  let home: TestHome
  let out: string

  before(function () {
    // Only Linux has the program that makes a terminal for the test.
    if (hasTerminal()) return
    if (process.platform === 'linux')
      expect(process.env['CI'], 'CI needs the program `script` of util-linux').to.equal(undefined)
    this.skip()
  })
  beforeEach(async () => {
    home = await makeHome()
    out = join(home.dir, 'stdout')
  })
  afterEach(() => home?.remove())

  const run = (args: string, env: Record<string, string>, steps: readonly Step[]): Promise<TerminalResult> =>
    runInTerminal(
      `${SHELL_PROGRAM} credential-plugin get-token --token-only ${args} >"${out}"`,
      cliEnvironment(home.dir, env),
      steps,
    )
  const token = async (): Promise<ReturnType<typeof decodeTokenV2>> =>
    decodeTokenV2((await readFile(out, 'utf8')).trim())

  it('asks for the cluster id, and does not take nothing for an answer', async () => {
    const {screen, exitCode} = await run('', PAIR, [
      {shows: /Cluster id:/, type: ENTER},
      {shows: /enter a value/, type: ` c-typed${ENTER}`},
    ])
    expect(exitCode, screen).to.equal(0)
    expect((await token()).query).to.deep.equal({ACKClusterId: 'c-typed'})
    expect(screen).not.to.contain('SECRET')
  })

  it('asks which of several profiles is meant', async () => {
    await home.write(CLI_CONFIG, {profiles: [profile('first'), profile('second')]})
    const {screen, exitCode} = await run('-c c1', {}, [{shows: /Which profile of .*second/s, type: DOWN + ENTER}])
    expect(exitCode, screen).to.equal(0)
    expect((await token()).headers['Authorization']).to.contain('Credential=LTAI-second,')
  })

  it('shows names that would steer the terminal without what steers it, and takes them as they are', async () => {
    const evil = 'second\u001B]0;owned\u0007\u202E'
    await home.write(CLI_CONFIG, {profiles: [profile('first'), {...profile('second'), name: evil}]})
    const {screen, exitCode} = await run('-c c1', {}, [{shows: /Which profile of .*second/s, type: DOWN + ENTER}])
    expect(exitCode, screen).to.equal(0)
    expect(screen).to.contain('second ]0;owned ').and.not.contain('\u202E')
    expect((await token()).headers['Authorization']).to.contain('Credential=LTAI-second,')
  })

  it('asks under kubectl when exec info says that stdin is free', async () => {
    const info = {kind: 'ExecCredential', apiVersion: 'client.authentication.k8s.io/v1', spec: {interactive: true}}
    const {exitCode} = await run('', {...PAIR, KUBERNETES_EXEC_INFO: JSON.stringify(info)}, [
      {shows: /Cluster id:/, type: `c1${ENTER}`},
    ])
    expect(exitCode).to.equal(0)
  })

  it('does not ask under kubectl when it does not', async () => {
    const info = {kind: 'ExecCredential', apiVersion: 'client.authentication.k8s.io/v1', spec: {interactive: false}}
    const {screen, exitCode} = await run('', {...PAIR, KUBERNETES_EXEC_INFO: JSON.stringify(info)}, [])
    expect(exitCode).to.equal(2)
    expect(screen).to.contain('(ClusterIdMissing)').and.contain('--cluster-id')
  })

  it('does not ask with --assume-yes, nor with its variable', async () => {
    await home.write(CLI_CONFIG, {profiles: [profile('first'), profile('second')]})
    expect((await run('-y', {}, [])).screen).to.contain('(ClusterIdMissing)')
    const {screen, exitCode} = await run('-c c1', {ACK_RAM_TOOL_ASSUME_YES: 'true'}, [])
    expect(exitCode).to.equal(2)
    expect(screen).to.contain('(ProfileAmbiguous)').and.contain('--profile-name').and.contain('first, second')
  })

  it('tells of broken credentials before it asks anything', async () => {
    await home.write(CLI_CONFIG, '{')
    const {screen, exitCode} = await run('', {}, [])
    expect(exitCode).to.equal(3)
    expect(screen).to.contain('(CredentialFileInvalid)').and.not.contain('Cluster id:')
  })

  it('lets a program wait for a person longer than any limit, says so, and then has all of the time limit left', async function () {
    this.timeout(20_000)
    const sts = await startLocalSts({identities: [USER], roles: [{arn: FIRST}]})
    try {
      const printed = JSON.stringify({mode: 'AK', ...PAIR_OF_USER})
      const go = join(home.dir, 'go')
      await home.write(
        'login.cjs',
        `setInterval(() => require('fs').existsSync(${JSON.stringify(go)}) && process.exit(console.log(${JSON.stringify(printed)})), 20)`,
      )
      await home.write(CLI_CONFIG, {
        profiles: [
          {name: 'p\u001B[2J', mode: 'External', process_command: `'${process.execPath}' '${home.dir}/login.cjs'`},
        ],
      })
      const whenTyped = `{ read typed </dev/tty; touch '${go}'; } &`
      const getToken = `${SHELL_PROGRAM} credential-plugin get-token --token-only -c c1 --sts-endpoint ${sts.endpoint}`
      const {screen, exitCode} = await runInTerminal(
        `${whenTyped} ${getToken} --timeout 1s --log-level error --role-arn ${FIRST} </dev/null >"${out}"`,
        cliEnvironment(home.dir, {}),
        [{shows: /Waiting for "node".*There is no time limit; Ctrl-C cancels/s, type: ENTER}],
      )
      expect(exitCode, screen).to.equal(0)
      expect((await token()).headers['Authorization']).to.contain('Credential=STS.')
      expect(screen).not.to.contain('SECRET')
    } finally {
      await sts.close()
    }
  })

  it('lets a program ask a person itself, at the terminal', async () => {
    const printed = JSON.stringify({mode: 'AK', ...PAIR_OF_USER})
    const script = await home.write('asks.sh', `printf 'Code? ' >/dev/tty; read code </dev/tty; echo '${printed}'`)
    await home.write(CLI_CONFIG, {profiles: [{name: 'p', mode: 'External', process_command: `sh '${script}'`}]})
    const {screen, exitCode} = await runInTerminal(
      `${SHELL_PROGRAM} credential-plugin get-token --token-only -c c1 </dev/null >"${out}"`,
      cliEnvironment(home.dir, {}),
      [{shows: /Code\?/, type: ENTER}],
    )
    expect(exitCode, screen).to.equal(0)
    expect((await token()).headers['Authorization']).to.contain(PAIR_OF_USER.access_key_id)
  })

  it('leaves quietly with 130 on Ctrl-C', async () => {
    const {screen, exitCode} = await run('', PAIR, [{shows: /Cluster id:/, type: CTRL_C}])
    expect(exitCode).to.equal(130)
    expect(screen).not.to.match(/error/i)
    expect(await readFile(out, 'utf8')).to.equal('')
  })

  describe('of update-kubeconfig', () => {
    let world: ClusterWorld
    before(async () => {
      world = await startClusterWorld()
    })
    after(() => world?.close())

    const MINE = `users:\n- name: "2001-${CLUSTER_ID}"\n  user: {token: SECRET-of-mine}\n`
    const update = (args: string, steps: readonly Step[]): Promise<TerminalResult> =>
      runInTerminal(
        `${SHELL_PROGRAM} update-kubeconfig --cs-endpoint ${world.cs.endpoint} ${args} >"${out}"`,
        cliEnvironment(home.dir, envOf(ALICE)),
        steps,
      )
    const kubeconfig = (): Promise<string> => readFile(join(home.dir, '.kube/config'), 'utf8')

    it('asks before it replaces what points elsewhere, and takes yes', async () => {
      await home.write('.kube/config', MINE)
      const {screen, exitCode} = await update(`-c ${CLUSTER_ID}`, [
        {shows: /Replace these existing entries\?.*uses other credentials/s, type: `y${ENTER}`},
      ])
      expect(exitCode, screen).to.equal(0)
      expect(await kubeconfig())
        .to.contain('ack-ram-tool')
        .and.not.contain('SECRET')
      expect(screen).not.to.contain('SECRET-')
    })

    it('takes Enter alone for no, and leaves the file as it is', async () => {
      await home.write('.kube/config', MINE)
      const {screen, exitCode} = await update(`-c ${CLUSTER_ID}`, [
        {shows: /Replace these existing entries/, type: ENTER},
      ])
      expect(exitCode).to.equal(7)
      expect(screen).to.contain('(KubeconfigConflict)')
      expect(await kubeconfig()).to.equal(MINE)
    })

    it('asks for the cluster, but not with --all or --undo', async () => {
      const asked = await update('', [{shows: /Which cluster\?.*production.*select/s, type: ENTER}])
      expect(asked.exitCode, asked.screen).to.equal(0)
      for (const args of ['--all', '--undo']) {
        const {screen, exitCode} = await update(args, [])
        expect(exitCode, screen).to.equal(0)
        expect(screen).not.to.contain('?')
      }
    })

    it('asks before it undoes over a later change', async () => {
      await update(`-c ${CLUSTER_ID}`, [])
      await home.write('.kube/config', MINE)
      const {exitCode} = await update('--undo', [{shows: /has changed since the last update/, type: `y${ENTER}`}])
      expect(exitCode).to.equal(0)
      expect(existsSync(join(home.dir, '.kube/config'))).to.equal(false)
    })
  })
})
