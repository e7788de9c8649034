import {readFileSync} from 'node:fs'
import {chmod, mkdir, mkdtemp, readFile, rm, symlink} from 'node:fs/promises'
import {devNull} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {expect} from 'chai'
import {parse} from 'yaml'

import {createClusterCa} from '../local-cloud/cluster-ca.ts'
import {ALICE, CLUSTER_ID, envOf} from '../support/cluster-world.ts'
import {makeHome, type TestHome} from '../support/home.ts'
import {BIN, cliEnvironment, runCli, STANDALONE, type CliResult} from '../support/run-cli.ts'
import {runApart} from '../support/run-apart.ts'

interface Exec {
  readonly command: string
  readonly apiVersion: string
  readonly installHint: string
  readonly args: readonly string[]
}

const USER = `ack-ram-tool-${CLUSTER_ID}`
/** A clone in a directory for temporary files is no place for kubectl to start a program from. */
const OWN = /^\/(tmp|var\/tmp|dev\/shm)\//.test(BIN) ? 'ack-ram-tool' : BIN
/** What Go's linker writes into the Go tool. */
const GO_TOOL = `\u007FELF\u0000${'\u0000'.repeat(9000)}path\tgithub.com/AliyunContainerService/ack-ram-tool/cmd\n`

const isRunning = (pid: string): boolean => {
  try {
    // One that has ended, but that nobody has asked about, does not count.
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}

describe('the command that kubectl will start', function () {
  let home: TestHome
  let bin: string
  let ca: string

  before(async function () {
    if (process.platform === 'win32') this.skip()
    ca = (await createClusterCa(new Date())).certPem
  })
  beforeEach(async () => {
    home = await makeHome()
    await home.write('ca.pem', ca)
    bin = join(home.dir, 'bin')
    await mkdir(bin)
    // The launcher needs it.
    await symlink(process.execPath, join(bin, 'node'))
  })
  afterEach(() => home.remove())

  const program = async (path: string, content: string, mode = 0o755): Promise<string> => {
    const whole = await home.write(path, content)
    await chmod(whole, mode)
    return whole
  }
  const OFFLINE = ['-c', CLUSTER_ID, '--server', 'https://10.0.0.1:6443', '--certificate-authority', '~/ca.pem']
  const run = (command: string, args: readonly string[] = [], env: Record<string, string> = {}): Promise<CliResult> =>
    runCli([command, ...OFFLINE, ...args], {
      home: home.dir,
      env: {...envOf(ALICE), ACK_RAM_TOOL_FOR_ANOTHER_MACHINE: '', PATH: bin, ...env},
    })
  /** What is told besides the name of the variables. */
  const told = ({stderr}: CliResult): string =>
    stderr
      .split('\n')
      .filter((line) => !line.includes('in its environment'))
      .join('\n')
  const update = async (
    args: readonly string[] = [],
    env: Record<string, string> = {},
  ): Promise<{exec: Exec; said: string}> => {
    const result = await run('update-kubeconfig', args, env)
    expect(result.exitCode, result.stderr).to.equal(0)
    const file = parse(await readFile(join(home.dir, '.kube/config'), 'utf8')) as {
      readonly users: readonly {readonly name: string; readonly user: {readonly exec: Exec}}[]
    }
    const exec = file.users.find(({name}) => name === USER)?.user.exec
    expect(exec, 'no user').not.to.equal(undefined)
    return {exec: exec as Exec, said: told(result)}
  }

  it('is its name where PATH leads to this very program, by a link or by a script that starts it', async function () {
    await symlink(BIN, join(bin, 'ack-ram-tool'))
    expect(await update()).to.deep.include({said: ''})
    expect((await update()).exec.command).to.equal('ack-ram-tool')
    if (STANDALONE) this.skip()
    for (const started of [BIN, `$basedir/${'../'.repeat(20)}${BIN.slice(1)}`]) {
      await program('shims/ack-ram-tool', `#!/bin/sh\nbasedir=$(dirname "$0")\nexec node "${started}" "$@"\n`)
      const {exec, said} = await update([], {PATH: `${join(home.dir, 'shims')}:${bin}`})
      expect({command: exec.command, said}, started).to.deep.equal({command: 'ack-ram-tool', said: ''})
    }
  })

  it('is its own path where PATH has no such name', async () => {
    const {exec, said} = await update()
    expect(exec.command).to.equal(OWN)
    expect(exec.installHint).to.contain(OWN)
    if (OWN === BIN) expect(said).to.equal('')
  })

  it('is the link that stays, where what is behind it moves with each version', async function () {
    if (OWN !== BIN) this.skip()
    // Directories for temporary files do not stay.
    const links = await mkdtemp(fileURLToPath(new URL('../../dist/links with a space-', import.meta.url)))
    await program('bin/ack-ram-tool', GO_TOOL)
    try {
      for (const name of ['kubectl-ack_ram_tool', 'ack-ram-tool']) {
        const link = join(links, name)
        await symlink(BIN, link)
        expect((await update([], {PATH: `${bin}:${links}`})).exec.command, name).to.equal(link)
        expect(told(await run('get-kubeconfig', [], {PATH: `${bin}:${links}`})), 'as it can be typed').to.contain(
          `pass --exec-command '${link}', or `,
        )
        await rm(link)
        // What an entry names stays.
        await rm(join(home.dir, '.kube/config'))
      }
    } finally {
      await rm(links, {recursive: true})
    }
    await symlink(BIN, join(bin, 'kubectl-ack_ram_tool'))
    expect((await update()).exec.command, 'a link that will not stay').to.equal(OWN)
  })

  it('is its own path where PATH leads elsewhere, and says where', async () => {
    const others: Record<string, () => Promise<string>> = {
      'in PATH is the Go tool (': () => program('bin/ack-ram-tool', GO_TOOL),
      'in PATH is version 9.9.9 of it (': () =>
        program('bin/ack-ram-tool', '#!/bin/sh\necho Version: 9.9.9\necho Runtime: Node\n'),
      'in PATH is another program (': () => program('bin/ack-ram-tool', '#!/bin/sh\necho hello\n'),
      'is not executable': () => program('bin/ack-ram-tool', '#!/bin/sh\n', 0o644),
      'which needs /gone/python, which is not there': () => program('bin/ack-ram-tool', '#!/gone/python\n'),
      'which needs ruby, which is not in PATH': () => program('bin/ack-ram-tool', '#!/usr/bin/env ruby\n'),
      'which is neither a program nor a script': () => program('bin/ack-ram-tool', 'echo hello\n'),
      'which starts /gone/run.cjs, which is gone': () =>
        program('bin/ack-ram-tool', '#!/bin/sh\nexec node "/gone/run.cjs" "$@"\n'),
    }
    for (const [why, make] of Object.entries(others)) {
      await make()
      const {exec, said} = await update()
      expect(exec.command, why).to.equal(OWN)
      if (why !== 'is not executable' || OWN !== BIN) expect(said).to.contain(`ack-ram-tool `).and.contain(why)
    }
  })

  it('is its own path where the first of PATH is in a relative directory', async () => {
    // From the directory of the tests, the launcher is there.
    const relative = `./${join('../..', 'bin')}`
    expect((await update([], {PATH: `${relative}:${bin}`})).exec.command).to.equal(OWN)
  })

  it('asks a program of its name for its version without credentials, and no other', async () => {
    await program('bin/ack-ram-tool', `#!/bin/sh\n/usr/bin/env > "${home.dir}/seen"\necho Version: 9.9.9\n`)
    await update()
    const seen = await readFile(join(home.dir, 'seen'), 'utf8')
    expect(seen).to.contain('PATH=').and.not.contain('SECRET')
    expect(seen).not.to.match(/ALIBABA|ACK_RAM/)
    const wrapper = await program('bin/wrapper', `#!/bin/sh\n/bin/touch "${home.dir}/ran"\n`)
    expect(await update(['--exec-command', wrapper])).to.deep.include({said: ''})
    expect(await readFile(join(home.dir, 'ran'), 'utf8').catch(() => 'not run')).to.equal('not run')
  })

  it('waits for no program that hangs, reads, prints without end or leaves something running', async () => {
    const pids = join(home.dir, 'pids')
    for (const [what, text] of [
      ['hangs', `/bin/sleep 600 & echo $! >> "${pids}"; wait`],
      ['reads', 'read word; echo "Version: 9.9.9"'],
      ['prints without end', `/bin/cat /dev/zero & echo $! >> "${pids}"; wait`],
    ] as const) {
      await program('bin/ack-ram-tool', `#!/bin/sh\n${text}\n`)
      await program('bin/kubectl', `#!/bin/sh\n${text}\n`)
      const started = Date.now()
      const {exec} = await update()
      expect(exec, what).to.deep.include({command: OWN, apiVersion: 'client.authentication.k8s.io/v1beta1'})
      if (what === 'hangs') expect(Date.now() - started, what).to.be.within(3000, 9000)
    }
    const left = (await readFile(pids, 'utf8')).trim().split('\n').filter(isRunning)
    expect(left, 'processes of a program that was stopped').to.deep.equal([])
    await program('bin/ack-ram-tool', '#!/bin/sh\n/bin/sleep 20 &\necho Version: 9.9.9; echo Runtime: x\n')
    await program('bin/kubectl', '#!/bin/sh\nexit 1\n')
    const started = Date.now()
    expect((await update()).exec.command).to.equal(OWN)
    expect(Date.now() - started, 'its child holds the pipe').to.be.below(9000)
  })

  it('shows of what a program says for its version no more than a version, and nothing that steers a terminal', async () => {
    await program('bin/ack-ram-tool', `#!/bin/sh\nprintf 'Version: 9\\033]0;x\\007%0900d\\nRuntime: x\\n' 1\n`)
    const {stderr} = await run('get-kubeconfig')
    expect(stderr).to.match(/in PATH is version 9 \]0;x 0{50,60} of it \(/)
  })

  it('is refused if it was chosen and is not there, unless it is for another machine', async () => {
    await program('bin/not-executable', '#!/bin/sh\n', 0o644)
    await symlink('/gone', join(bin, 'dangling'))
    await program('bin/text', 'hello\n')
    for (const [command, why] of [
      ['/gone/ack-ram-tool', 'it does not exist'],
      ['art', 'it is not in PATH'],
      [bin, 'it is a directory'],
      ['not-executable', 'it is in PATH as '],
      [join(bin, 'not-executable'), 'it is not executable'],
      [join(bin, 'dangling'), 'it is a link to a file that is gone'],
      [join(bin, 'text'), 'it is neither a program nor a script'],
    ] as const)
      for (const name of command === 'art' ? ['update-kubeconfig', 'get-kubeconfig'] : ['update-kubeconfig']) {
        const {exitCode, stderr, stdout} = await run(name, ['--exec-command', command])
        expect({exitCode, stdout}, command).to.deep.equal({exitCode: 2, stdout: ''})
        expect(stderr).to.contain(`kubectl cannot start --exec-command "${command}": ${why}`)
        expect(stderr).to.contain('(InvalidOption)').and.contain('--for-another-machine')
        const {stdout: allowed, exitCode: ok} = await run('get-kubeconfig', [
          '--exec-command',
          command,
          '--for-another-machine',
        ])
        expect({ok, has: allowed.includes(`command: ${command}\n`)}, command).to.deep.equal({ok: 0, has: true})
      }
    expect(await readFile(join(home.dir, '.kube/config'), 'utf8').catch(() => 'none')).to.equal('none')
  })

  it('may be a path of Windows where it is for another machine', async () => {
    const path = String.raw`C:\Tools\ack ram\ack-ram-tool.exe`
    const {stdout} = await run('get-kubeconfig', ['--exec-command', path, '--for-another-machine'])
    expect((parse(stdout) as {users: [{user: {exec: Exec}}]}).users[0].user.exec.command).to.equal(path)
    expect((await run('get-kubeconfig', ['--exec-command', path])).stderr).to.contain(
      'is no path of this machine (InvalidOption)',
    )
    for (const relative of ['./art', String.raw`.\art`, String.raw`C:art\x`]) {
      const {stderr} = await run('get-kubeconfig', ['--exec-command', relative, '--for-another-machine'])
      expect(stderr, relative).to.contain('--exec-command is a relative path (InvalidOption)')
    }
  })

  it('is no batch file of Windows that would run a part of an argument', async () => {
    const shim = String.raw`C:\npm\ack-ram-tool.cmd`
    const args = ['--exec-command', shim, '--for-another-machine']
    for (const command of ['get-kubeconfig', 'update-kubeconfig']) {
      const {stdout, stderr, exitCode} = await run(command, [...args, '--profile-name', 'R&D'])
      expect({stdout, exitCode}, command).to.deep.equal({stdout: '', exitCode: 2})
      expect(stderr).to.contain('by cmd.exe, which would misread the value of --profile-name').and.not.contain('R&D')
    }
    expect((await run('get-kubeconfig', [...args, '--profile-name', 'R & D'])).stdout).to.contain('R & D')
  })

  it('stays as it was set by hand, with a warning where it is not there', async () => {
    await update(['--exec-command', '/gone/one', '--for-another-machine'])
    const kept = await update()
    expect(kept.exec.command).to.equal('/gone/one')
    expect(kept.said).to.contain(`kubectl cannot start the command of user "${USER}" here: "/gone/one" does not exist`)
    // The entry is kept for another machine, it seems: so is the new command.
    const other = await update(['--exec-command', '/gone/two'])
    expect(other.exec.command).to.equal('/gone/two')
    expect(other.said).to.contain('"/gone/two" does not exist')
    const go = await program('go/ack', GO_TOOL)
    expect((await update(['--exec-command', go])).said).to.contain(`${go} is the Go tool`)
    expect((await run('update-kubeconfig', ['--exec-command', '/gone/two'])).exitCode).to.equal(2)
  })

  it('is not the path of a program that npx has put into its cache', async function () {
    if (STANDALONE) this.skip()
    const link = join(home.dir, '_npx/1/node_modules/.bin/ack-ram-tool')
    await mkdir(dirname(link), {recursive: true})
    await symlink(BIN, link)
    const env = cliEnvironment(home.dir, {...envOf(ALICE), ACK_RAM_TOOL_FOR_ANOTHER_MACHINE: '', PATH: dirname(link)})
    const args = ['update-kubeconfig', ...OFFLINE, '--dry-run']
    const {stdout, stderr, exitCode} = await runApart([process.execPath, link, ...args], env)
    expect(exitCode, stderr).to.equal(0)
    expect(stdout).to.contain('command: ack-ram-tool\n')
    expect(stderr).to.contain('ack-ram-tool is in PATH only for this run, and this one runs from a cache')
  })

  it('asks kubectl for its version without the kubeconfig of its user, which may be a pipe', async () => {
    await program(
      'bin/kubectl',
      `#!/bin/sh\necho "$KUBECONFIG" > "${home.dir}/given"\necho '{"clientVersion":{"gitVersion":"v1.32.0"}}'\n`,
    )
    expect((await update()).exec.apiVersion).to.match(/v1$/)
    expect(await readFile(join(home.dir, 'given'), 'utf8')).to.equal(`${devNull}\n`)
  })

  it('speaks the version that kubectl knows, or the one that is chosen', async () => {
    const kubectl = (version: string): string =>
      `#!/bin/sh\necho '{"clientVersion":{"gitVersion":"${version}"}}'\n/bin/touch "${home.dir}/asked"\n`
    for (const [text, expected] of [
      [undefined, 'v1beta1'],
      [kubectl('v1.21.14'), 'v1beta1'],
      [kubectl('v1.22.0-alpha.1'), 'v1'],
      [kubectl('v1.32.4-dispatcher'), 'v1'],
      ['#!/bin/sh\necho nothing\n', 'v1beta1'],
      ['#!/bin/sh\nexit 1\n', 'v1beta1'],
    ] as const) {
      if (text !== undefined) await program('bin/kubectl', text)
      const {exec} = await update()
      expect(exec.apiVersion, text).to.equal(`client.authentication.k8s.io/${expected}`)
      expect(exec.args.join(' '), text).to.contain(`--api-version ${expected} `)
    }
    await program('bin/kubectl', kubectl('v1.32.0').replace('asked', 'asked-again'))
    expect((await update(['--api-version', 'v1beta1'])).exec.apiVersion).to.match(/v1beta1$/)
    const byVariable = await update([], {ACK_RAM_TOOL_API_VERSION: 'v1beta1'})
    expect(byVariable.exec.apiVersion).to.match(/v1beta1$/)
    const seen = await readFile(join(home.dir, 'asked-again'), 'utf8').catch(() => 'not asked')
    expect(seen).to.equal('not asked')
    expect((await run('get-kubeconfig')).stdout, 'for any machine').to.contain(
      'apiVersion: client.authentication.k8s.io/v1beta1',
    )
  })

  it('of get-kubeconfig is always the name, with a warning where another program has it', async () => {
    const quiet = await run('get-kubeconfig')
    expect({said: told(quiet), has: quiet.stdout.includes('command: ack-ram-tool\n')}).to.deep.equal({
      said: '',
      has: true,
    })
    await program('bin/ack-ram-tool', GO_TOOL)
    const {stdout, stderr} = await run('get-kubeconfig')
    expect(stdout).to.contain('command: ack-ram-tool\n')
    expect(stderr).to.contain(
      'kubectl on this machine will not start this program: ack-ram-tool in PATH is the Go tool',
    )
    expect(told(await run('get-kubeconfig', ['--for-another-machine']))).to.equal('')
  })
})
