import {spawnSync} from 'node:child_process'
import {readdir} from 'node:fs/promises'
import {join} from 'node:path'

import {expect} from 'chai'

import {canFailCalls, failingCalls} from '../support/failing-calls.ts'
import {cliEnvironment, runCli, runCliProcess, SHELL_PROGRAM} from '../support/run-cli.ts'
import {runApart} from '../support/run-apart.ts'
import {GONE_ID, startRbacWorld, user, type RbacWorld} from '../support/rbac-world.ts'
import {CTRL_C, ENTER, hasTerminal, runInTerminal, type Step} from '../support/terminal.ts'

const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0

describe('rbac as the Go tool is called, with a person, and with kubectl', () => {
  let world: RbacWorld

  beforeEach(async () => {
    world = await startRbacWorld()
    world.c1.bindCluster('b', user(GONE_ID))
  })
  afterEach(() => world.close())

  it("takes the Go tool's command lines as they are written", async () => {
    const {home, env} = world
    const run = (line: string): ReturnType<typeof runCli> => runCli(line.split(' '), {home: home.dir, env})
    for (const line of [
      'rbac scan-user-permissions -c c1',
      'rbac scan-user-permissions -A -c c1',
      'rbac scan-user-permissions -c all',
      'rbac scan-user-permissions -A -c all',
      `rbac scan-user-permissions --cluster-id=c1 --user-id=${GONE_ID}`,
      'rbac -c c1 scan-user-permissions --all-users',
    ]) {
      const {exitCode, stdout, stderr} = await run(line)
      expect(exitCode, `${line}: ${stderr}`).to.equal(0)
      expect(stdout, line).to.match(/^(ClusterId: c1\n)?UID +UserType +UserName +Binding/)
    }
    const {exitCode, stderr} = await run(
      `rbac -y -c all cleanup-user-permissions -u ${GONE_ID} --backup-dir ${home.dir}`,
    )
    expect(exitCode, stderr).to.equal(0)
    expect(world.cleaned()).to.deep.equal([`c1/${GONE_ID}`])
  })

  it('makes a backup on a file system that synchronizes no files, and none on a disk that fails', async function () {
    if (!canFailCalls()) this.skip()
    const {home, env} = world
    const args = ['rbac', 'cleanup-user-permissions', '-c', 'c1', '-u', GONE_ID, '-y', '--backup-dir', home.dir]
    const on = (fsync: 'EIO' | 'EINVAL'): ReturnType<typeof runCli> =>
      runCliProcess(args, {home: home.dir, env: {...env, ...failingCalls({fsync})}})
    const broken = await on('EIO')
    expect(broken.exitCode, broken.stderr).to.equal(9)
    expect(broken.stderr, 'before anybody is asked').to.contain('EIO').and.not.contain('Planned calls')
    expect(world.cleaned()).to.deep.equal([])
    expect((await readdir(home.dir)).filter((name) => name.startsWith('rbac-backup-'))).to.deep.equal([])
    const {exitCode, stderr} = await on('EINVAL')
    expect(exitCode, stderr).to.equal(0)
    expect(world.cleaned()).to.deep.equal([`c1/${GONE_ID}`])
  })

  it('makes backups that kubectl apply takes', async function () {
    if (!hasKubectl) this.skip()
    const {home, env, c1} = world
    c1.bind('ns1', 'in-a-namespace', user(`${GONE_ID}-1`))
    const before = c1.bindings()
    const args = ['rbac', 'cleanup-user-permissions', '-c', 'c1', '-u', GONE_ID, '-y', '--backup-dir', home.dir]
    expect((await runCli(args, {home: home.dir, env})).exitCode).to.equal(0)
    expect(c1.bindings()).to.deep.equal([])
    const credential = await runCli(['credential-plugin', 'get-token', '-c', 'c1', '--token-only'], {
      home: home.dir,
      env,
    })
    const folder = (await readdir(home.dir)).find((name) => name.startsWith('rbac-backup-')) ?? ''
    const apply = [
      'kubectl',
      'apply',
      '--validate=false',
      '--server',
      c1.api.url,
      '--insecure-skip-tls-verify',
      '--token',
      credential.stdout.trim(),
      '-f',
      join(home.dir, folder, 'c1'),
    ] as const
    const {stdout, stderr, exitCode} = await runApart(apply, cliEnvironment(home.dir, {}))
    expect(exitCode, stderr).to.equal(0)
    expect(stdout).to.match(/clusterrolebinding\S* created[^]*rolebinding\S* created/)
    expect(c1.bindings()).to.deep.equal(before)
  })

  describe('on a terminal', () => {
    before(function () {
      if (!hasTerminal()) this.skip()
    })

    const cleanup = (steps: readonly Step[], ...args: readonly string[]): ReturnType<typeof runInTerminal> =>
      runInTerminal(
        `${SHELL_PROGRAM} rbac cleanup-user-permissions -c c1 -u ${GONE_ID} --backup-dir ${world.home.dir} ${args.join(' ')}`,
        cliEnvironment(world.home.dir, world.env),
        steps,
      )

    it('shows what goes, asks once, and takes no for an answer', async () => {
      for (const no of [ENTER, `n${ENTER}`, CTRL_C]) {
        const {screen, exitCode} = await cleanup([{shows: /Are you sure/, type: no}])
        expect(exitCode, screen).to.equal(130)
        expect(screen).to.match(
          /ClusterRoleBinding\/-\/b[^]*Planned calls:[^]*Are you sure you want to end the access of 2432/,
        )
      }
      expect(world.cleaned()).to.deep.equal([])
    })

    it('asks for --force separately', async () => {
      world.c1.access.activity.set(GONE_ID, {active: true})
      const yes = {shows: /Are you sure/, type: `y${ENTER}`}
      const refused = await cleanup([yes, {shows: /Also if the access is in use/, type: ENTER}], '--force')
      expect(refused.exitCode, refused.screen).to.equal(130)
      expect(world.cleaned()).to.deep.equal([])
      const {screen, exitCode} = await cleanup(
        [yes, {shows: /Also if the access is in use/, type: `y${ENTER}`}],
        '--force',
      )
      expect(exitCode, screen).to.equal(0)
      expect(world.cleaned()).to.deep.equal([`c1/${GONE_ID} forced`])
    })
  })
})
