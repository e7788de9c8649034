import {spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {watch} from 'node:fs'
import {
  chmod,
  chown,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import {hostname} from 'node:os'
import {join} from 'node:path'

import {expect} from 'chai'

import {isKubectlPresent, runKubectl} from '../local-cloud/kubectl.ts'
import {ALICE, CLUSTER_ID, profileOf, startClusterWorld, type ClusterWorld} from '../support/cluster-world.ts'
import {canFailCalls, failingCalls} from '../support/failing-calls.ts'
import {rowsOf} from '../support/full.ts'
import {CLI_CONFIG, makeHome, type TestHome} from '../support/home.ts'
import {KUBECONFIG_OF_OTHERS as OTHERS} from '../support/kubeconfig-corpus.ts'
import {isRoot, plainUser, programAs} from '../support/other-user.ts'
import {
  cliEnvironment,
  PROGRAM,
  runCli,
  runCliProcess,
  SHELL_PROGRAM,
  STANDALONE,
  type CliResult,
} from '../support/run-cli.ts'
import {runApart} from '../support/run-apart.ts'
import {expectMode} from '../support/expect-mode.ts'

/** Runs a command with mounts of its own. */
const WITH_MOUNTS = ['unshare', '--mount', '--map-root-user'] as const
const OK = {stderr: '', exitCode: 0} as const

describe('update-kubeconfig on unusual files and file systems', () => {
  let home: TestHome
  let world: ClusterWorld
  let config: string

  before(async () => {
    world = await startClusterWorld()
  })
  after(() => world.close())
  beforeEach(async function () {
    if (process.platform === 'win32') this.skip()
    home = await makeHome()
    config = await home.write('.kube/config', OTHERS)
    // Some of these tests run as another user.
    await chmod(await home.write(CLI_CONFIG, {current: 'alice', profiles: [profileOf('alice', ALICE)]}), 0o644)
  })
  afterEach(() => home.remove())

  const UPDATE = ['credential-plugin', 'update-kubeconfig']
  const one = (): readonly string[] => [...UPDATE, '-c', CLUSTER_ID, '--cs-endpoint', world.cs.endpoint]
  const undo = (): readonly string[] => [...UPDATE, '--undo']
  const separate = (): readonly string[] => [
    'get-kubeconfig',
    '-c',
    CLUSTER_ID,
    '--cs-endpoint',
    world.cs.endpoint,
    '--kubeconfig',
    config,
    '-y',
  ]
  const env = (more: Readonly<Record<string, string>> = {}): Record<string, string> => more
  const run = (args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<CliResult> =>
    runCli(args, {home: home.dir, env: env(more)})
  const runInProcess = (args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<CliResult> =>
    runCliProcess(args, {home: home.dir, env: env(more)})
  const ended = ({stderr, exitCode}: CliResult): object => ({stderr, exitCode})
  const text = (path = config): Promise<string> => readFile(path, 'utf8')
  /** What lies beside the file, but for what is kept of the program. */
  const beside = async (): Promise<string[]> =>
    (await readdir(join(home.dir, '.kube'))).filter((name) => name !== 'cache' && name !== 'config').toSorted()
  const kept = (): Promise<string[]> => readdir(join(home.dir, '.kube', '.ack-ram-tool'))
  const backup = async (): Promise<string> => join(home.dir, '.kube', '.ack-ram-tool', (await kept())[0] ?? '')
  const expectUpdated = async (): Promise<void> => {
    expect(await text())
      .to.contain('# my clusters')
      .and.contain(`name: "2001-${CLUSTER_ID}"`)
    expect(await beside()).to.deep.equal(['.ack-ram-tool'])
    expect(await kept()).to.have.length(1)
  }

  describe('what file systems refuse', () => {
    before(function () {
      if (!canFailCalls()) this.skip()
    })

    for (const code of rowsOf(['EBUSY', 'EPERM', 'EACCES', 'EXDEV', 'EROFS', 'EEXIST'] as const, 3)) {
      it(`a file that cannot be replaced (${code}), as a mount point, is overwritten, and so by --undo`, async () => {
        const target = join(home.dir, 'mounted')
        if (code === 'EXDEV') {
          await rename(config, target)
          await symlink(target, config)
        }
        const refused = {...failingCalls({rename: code}), FAIL_rename_to: code === 'EXDEV' ? '/mounted' : '/config'}
        const {ino} = await stat(config)
        expect(ended(await runInProcess(one(), refused))).to.deep.equal(OK)
        expect(await text())
          .to.contain('# my clusters')
          .and.contain(`name: "2001-${CLUSTER_ID}"`)
        const updated = await text()
        expect((await stat(config)).ino).to.equal(ino)
        for (const expected of code === 'EBUSY' ? [OTHERS, updated] : []) {
          expect(ended(await runInProcess(undo(), refused))).to.deep.equal(OK)
          expect(await text()).to.equal(expected)
        }
        expect((await stat(config)).ino).to.equal(ino)
      })
    }

    it('a file that get-kubeconfig cannot replace is overwritten, and its owner alone may use it then', async () => {
      await chmod(config, 0o666)
      const refused = {...failingCalls({rename: 'EBUSY'}), FAIL_rename_to: '/config'}
      const {ino} = await stat(config)
      expect(ended(await runInProcess(separate(), refused))).to.deep.equal(OK)
      expect(await text()).to.match(/^apiVersion: v1\n/)
      expect((await stat(config)).ino).to.equal(ino)
      await expectMode(config, 0o600)
    })

    it('a file is put back where another one of the update cannot be written after all', async () => {
      const KUBECONFIG = `${config}:${join(home.dir, 'other')}`
      const other = `contexts: [{name: "2001-${CLUSTER_ID}", context: {cluster: c, user: u}}]\n`
      await writeFile(join(home.dir, 'other'), other)
      await writeFile(config, OTHERS.replace('users:', `users:\n  - {name: "2001-${CLUSTER_ID}", user: {}}`))
      const before = await text()
      const refused = {...failingCalls({rename: 'EIO'}), FAIL_rename_to: '/other', KUBECONFIG}
      const {stderr, exitCode} = await runInProcess([...one(), '-y'], refused)
      expect(exitCode).to.equal(7)
      expect(stderr).to.contain(`cannot write ${join(home.dir, 'other')}: EIO (KubeconfigUnwritable)`)
      expect(await text()).to.equal(before)
      expect(await text(join(home.dir, 'other'))).to.equal(other)
      expect(await kept()).to.deep.equal([])
    })

    it('a file is overwritten after its backup, and made, also where nothing at all can be renamed', async () => {
      const refused = {...failingCalls({rename: 'ENOSYS'}), FAIL_rename_to: ''}
      expect(ended(await runInProcess(one(), refused))).to.deep.equal(OK)
      await expectUpdated()
      expect(ended(await runInProcess(undo(), refused))).to.deep.equal(OK)
      expect(await text()).to.equal(OTHERS)
      await rm(config)
      expect(ended(await runInProcess(one(), refused))).to.deep.equal(OK)
      expect(await text()).to.contain(`name: "2001-${CLUSTER_ID}"`)
      await expectMode(config, 0o600)
    })

    it('a mode that cannot be set, or a file that cannot be synchronized, is no failure', async () => {
      const refusals = [
        ['EPERM', 'EINVAL'],
        ['ENOSYS', 'ENOTSUP'],
        ['ENOTSUP', 'ENOSYS'],
        ['EROFS', 'EROFS'],
      ] as const
      for (const [chmod, fsync] of rowsOf(refusals, 4)) {
        await writeFile(config, OTHERS)
        expect(ended(await runInProcess(one(), failingCalls({chmod, fsync}))), chmod).to.deep.equal(OK)
        await expectUpdated()
      }
    })

    it('a hard link, which FAT has not, is no failure, and the lock keeps others out all the same', async () => {
      // What Node makes on Linux, on macOS and on Windows of the answer of a file system without hard links.
      for (const link of rowsOf(['EPERM', 'ENOTSUP', 'EISDIR'] as const, 3)) {
        await writeFile(config, OTHERS)
        expect(ended(await runInProcess(one(), failingCalls({link}))), link).to.deep.equal(OK)
        await expectUpdated()
      }
      await writeFile(`${config}.lock`, '')
      const {stderr} = await runInProcess(one(), failingCalls({link: 'EISDIR'}))
      expect(stderr).to.contain('config.lock exists: another program is changing the file')
    })

    it('a disk that fails is one, and leaves the file and nothing beside it', async () => {
      const {stdout, stderr, exitCode} = await runInProcess(one(), failingCalls({fsync: 'EIO'}))
      expect({stdout, exitCode}).to.deep.equal({stdout: '', exitCode: 7})
      expect(stderr).to.contain('EIO (KubeconfigUnwritable)')
      expect(await text()).to.equal(OTHERS)
      expect(await kept()).to.deep.equal([])
    })

    it('a rename that fails otherwise is one, too', async () => {
      const failing = {...failingCalls({rename: 'ENOSPC'}), FAIL_rename_to: '/config'}
      expect((await runInProcess(one(), failing)).stderr).to.contain('ENOSPC (KubeconfigUnwritable)')
      expect(await text()).to.equal(OTHERS)
      expect(await kept()).to.deep.equal([])
    })

    it('a lock whose mode keeps it from being opened is not made: none stays', async () => {
      expect(ended(await runInProcess(one(), failingCalls({open_without_mode: 'EACCES'})))).to.deep.equal(OK)
      await expectUpdated()
    })
  })

  describe('a mounted file', () => {
    before(function () {
      const [program, ...args] = WITH_MOUNTS
      if (process.platform !== 'linux' || spawnSync(program, [...args, 'true']).status !== 0) this.skip()
    })

    const runMounted = (mounts: string, more: Readonly<Record<string, string>>): Promise<CliResult> =>
      runApart(
        [...WITH_MOUNTS, '/bin/sh', '-c', `set -e; ${mounts}; ${SHELL_PROGRAM} ${one().join(' ')}`],
        cliEnvironment(home.dir, env({CONFIG: config, ...more})),
      )

    it('is updated', async () => {
      const outside = await home.write('outside', OTHERS)
      await writeFile(config, '')
      const result = await runMounted('mount --bind "$OUTSIDE" "$CONFIG"', {OUTSIDE: outside})
      expect(ended(result)).to.deep.equal(OK)
      expect(await text(outside))
        .to.contain('# my clusters')
        .and.contain(`name: "2001-${CLUSTER_ID}"`)
      expect(await beside()).to.deep.equal(['.ack-ram-tool'])
      expect(await text(await backup())).to.equal(OTHERS)
    })

    it('that is read-only is refused, with nothing made beside it', async () => {
      const mounts = 'mount --bind "$CONFIG" "$CONFIG"; mount -o remount,bind,ro "$CONFIG"'
      const {stderr, exitCode} = await runMounted(mounts, {})
      expect(exitCode).to.equal(7)
      expect(stderr).to.contain('EROFS (KubeconfigUnwritable)')
      expect(await beside()).to.deep.equal([])
    })

    it('stays as it was on a disk that is full', async () => {
      const disk = join(await home.write('disk/x', ''), '..')
      const large = `${OTHERS}${'#'.repeat(4090 - OTHERS.length)}\n`
      await writeFile(config, large)
      const mounts = [
        'mount -t tmpfs -o size=8k none "$DISK"',
        'cp "$CONFIG" "$DISK/config"',
        'mount --bind "$DISK/config" "$CONFIG"',
        'head -c 8192 /dev/zero >"$DISK/rest" 2>/dev/null || true',
        'trap \'cat "$CONFIG"\' EXIT',
      ]
      const {stdout, stderr, exitCode} = await runMounted(mounts.join('; '), {DISK: disk})
      expect(exitCode).to.equal(7)
      expect(stderr).to.contain('ENOSPC (KubeconfigUnwritable)')
      expect(stdout).to.equal(large)
    })
  })

  describe('what may not be written', () => {
    it('a file without write permission is refused, as by kubectl, and stays', async function () {
      const user = plainUser()
      if (!user) this.skip()
      const give = (path: string): Promise<void> => (isRoot ? chown(path, user.uid, user.uid) : Promise.resolve())
      for (const dir of [home.dir, join(home.dir, '.kube')]) await give(dir)
      for (const [mode, isWritten] of [
        [0o400, false],
        [0o444, false],
        [0o600, true],
      ] as const) {
        await rm(config)
        await writeFile(config, OTHERS)
        await give(config)
        await chmod(config, mode)
        const result = await runApart(programAs(user, one()), cliEnvironment(home.dir, env()))
        expect(result.exitCode, mode.toString(8)).to.equal(isWritten ? 0 : 7)
        await expectMode(config, mode)
        if (isWritten) continue
        expect(result.stderr).to.contain('EACCES (KubeconfigUnwritable)')
        expect(await text()).to.equal(OTHERS)
        expect(await beside()).to.deep.equal([])
        const again = await runApart(programAs(user, undo()), cliEnvironment(home.dir, env()))
        expect(again.stderr).to.contain('(NothingToUndo)')
      }
      await chmod(config, 0o400)
      const updated = await text()
      const {exitCode, stderr} = await runApart(programAs(user, undo()), cliEnvironment(home.dir, env()))
      expect({exitCode, text: await text()}).to.deep.equal({exitCode: 7, text: updated})
      expect(stderr).to.contain('EACCES (KubeconfigUnwritable)')
      if (!isKubectlPresent()) return
      const [program, ...args] = [...user.prefix, 'kubectl', 'config', 'set-context', 'x', '--cluster=y']
      expect((await runApart([program, ...args], cliEnvironment(home.dir, {}))).exitCode).to.equal(1)
    })

    it("another user's file that this one may write is overwritten, and stays that user's", async function () {
      const user = plainUser()
      if (!user || !isRoot) this.skip()
      for (const dir of [home.dir, join(home.dir, '.kube')]) await chown(dir, user.uid, user.uid)
      await chown(config, 1234, user.uid)
      await chmod(config, 0o660)
      const result = await runApart(programAs(user, one()), cliEnvironment(home.dir, env()))
      expect(result.exitCode).to.equal(0)
      expect(result.stderr).to.contain(`${config}: another user owns it, and so can decide what kubectl runs as you`)
      const {uid, mode} = await stat(config)
      expect([uid, mode & 0o777]).to.deep.equal([1234, 0o660])
      expect((await stat(await backup())).uid).to.equal(user.uid)
    })

    it("get-kubeconfig warns of another user's file, since it cannot make it its own", async function () {
      const user = plainUser()
      if (!user || !isRoot) this.skip()
      for (const dir of [home.dir, join(home.dir, '.kube')]) await chown(dir, user.uid, user.uid)
      await chown(config, 1234, user.uid)
      await chmod(config, 0o666)
      const result = await runApart(programAs(user, separate()), cliEnvironment(home.dir, env()))
      expect(result.exitCode, result.stderr).to.equal(0)
      expect(result.stderr).to.contain(`${config}: another user owns it, and so can decide what kubectl runs as you`)
    })

    it('a file that others can write is updated with a warning', async () => {
      await chmod(config, 0o666)
      const {stderr, exitCode} = await run(one())
      expect(exitCode).to.equal(0)
      expect(stderr).to.contain(`${config}: every user can write it`)
    })
  })

  describe('links', () => {
    it('to nothing yet get their target, by way of others, as with kubectl', async () => {
      const target = join(home.dir, 'dotfiles', 'kubeconfig')
      await mkdir(join(home.dir, 'dotfiles'))
      await mkdir(join(home.dir, 'elsewhere'))
      await symlink('../dotfiles', join(home.dir, 'elsewhere', 'linked'))
      await symlink('linked/../dotfiles/kubeconfig', join(home.dir, 'elsewhere', 'second'))
      await rm(config)
      await symlink('../elsewhere/second', config)
      expect(ended(await run(one()))).to.deep.equal(OK)
      expect(await readlink(config)).to.equal('../elsewhere/second')
      expect((await lstat(target)).isFile()).to.equal(true)
      await expectMode(target, 0o600)
      expect(await text()).to.contain(`name: "2001-${CLUSTER_ID}"`)
      expect(await beside()).to.deep.equal([])
      expect(ended(await run(undo()))).to.deep.equal(OK)
      expect(await readdir(join(home.dir, 'dotfiles'))).to.deep.equal(['.ack-ram-tool'])
      expect(await readlink(config), 'the link stays').to.equal('../elsewhere/second')
    })

    it('into a directory that is missing are an error', async () => {
      await rm(config)
      await symlink('/nowhere/at/all', config)
      const {stderr, exitCode} = await run(one())
      expect(exitCode).to.equal(7)
      expect(stderr).to.contain('it is a link to /nowhere/at/all').and.contain('(KubeconfigUnwritable)')
      expect(await beside()).to.deep.equal([])
    })
  })

  describe('pipes and devices', () => {
    it('end in an error in time, with nothing made beside them', async () => {
      const pipe = join(home.dir, '.kube', 'pipe')
      expect(spawnSync('mkfifo', [pipe]).status).to.equal(0)
      for (const path of [pipe, '/dev/zero', '/dev/null']) {
        for (const KUBECONFIG of [path, `${path}:${config}`, `${config}:${path}`]) {
          if (path === '/dev/null' && KUBECONFIG !== path) continue
          const {stdout, stderr, exitCode} = await run([...one(), '--timeout', '1s'], {KUBECONFIG})
          expect({stdout, exitCode}, KUBECONFIG).to.deep.equal({stdout: '', exitCode: 7})
          expect(stderr, KUBECONFIG).to.match(/\((KubeconfigUnreadable|KubeconfigUnwritable|KubeconfigInvalid)\)/)
        }
      }
      expect(await text()).to.equal(OTHERS)
      expect(await beside()).to.deep.equal(['pipe'])
    })

    it('are read where nothing is written', async () => {
      const args = [...one(), '--kubeconfig', '/dev/stdin'].join(' ')
      for (const flag of ['--dry-run', '--diff']) {
        const command = ['/bin/sh', '-c', `cat "$CONFIG" | ${SHELL_PROGRAM} ${args} ${flag}`] as const
        const {stdout, ...rest} = await runApart(command, cliEnvironment(home.dir, env({CONFIG: config})))
        expect(ended({stdout, ...rest})).to.deep.equal(OK)
        expect(stdout).to.contain('minikube').and.contain(`name: "2001-${CLUSTER_ID}"`)
      }
      const write = ['/bin/sh', '-c', `cat "$CONFIG" | ${SHELL_PROGRAM} ${args}`] as const
      const {stderr} = await runApart(write, cliEnvironment(home.dir, env({CONFIG: config})))
      expect(stderr).to.contain('it is not a regular file (KubeconfigUnwritable)')
    })
  })

  describe('the backup', () => {
    const planted = (): string => `${config}.${'0'.repeat(16)}.ack-ram-tool.bak`

    it('is no file that programs find in ~/.kube, and no kubeconfig by its name', async () => {
      await run(one())
      expect(await beside()).to.deep.equal(['.ack-ram-tool'])
      const dir = join(home.dir, '.kube', '.ack-ram-tool')
      await expectMode(dir, 0o700)
      const [name = '', ...others] = await kept()
      expect(others).to.deep.equal([])
      expect(name).to.match(/^[0-9a-f]{16}\.[0-9a-f]{16}\.bak$/)
      await expectMode(join(dir, name), 0o600)
      expect(await text(join(dir, name))).to.equal(OTHERS)
    })

    it('of an earlier version, beside the file, is found, and goes with the next update', async () => {
      await home.write(planted().slice(home.dir.length), 'users: [] # the earlier\n')
      expect(ended(await run([...undo(), '-y']))).to.deep.equal(OK)
      expect(await text()).to.equal('users: [] # the earlier\n')
      expect(await beside()).to.deep.equal(['.ack-ram-tool'])
      expect(ended(await run(undo()))).to.deep.equal(OK)
      expect(await text()).to.equal(OTHERS)
    })

    const expectRefused = async (why: string): Promise<void> => {
      for (const flag of ['-y', '--diff', '--dry-run']) {
        const {stdout, stderr, exitCode} = await run([...undo(), flag, '--timeout', '1s'])
        expect({stdout, exitCode}, flag).to.deep.equal({stdout: '', exitCode: 7})
        expect(stderr, flag).to.contain(why).and.contain('(KubeconfigUnreadable)')
      }
      expect(await text()).to.equal(OTHERS)
    }

    it('that others can write is refused', async () => {
      await writeFile(planted(), 'users: []\n')
      for (const mode of [0o666, 0o620, 0o602]) {
        await chmod(planted(), mode)
        await expectRefused('another user owns it, or can write it')
      }
    })

    it('that another user owns is refused', async function () {
      if (!isRoot) this.skip()
      await writeFile(planted(), 'users: []\n')
      await chown(planted(), 1234, 1234)
      await expectRefused('another user owns it')
    })

    it('that is a link, a pipe or a device is refused, in time', async () => {
      const real = await home.write('planted', 'users: []\n')
      await symlink(real, planted())
      await expectRefused('it is not a regular file')
      await rm(planted())
      expect(spawnSync('mkfifo', [planted()]).status).to.equal(0)
      await expectRefused('it is not a regular file')
    })

    it('that was planted does not keep the real one from being restored', async () => {
      await run(one())
      await writeFile(planted(), 'users: []\n')
      await chmod(planted(), 0o666)
      expect(ended(await run(undo()))).to.deep.equal(OK)
      expect(await text()).to.equal(OTHERS)
    })

    it('is not put into a directory of another user', async function () {
      if (!isRoot) this.skip()
      const dir = join(home.dir, '.kube', '.ack-ram-tool')
      await mkdir(dir)
      await chown(dir, 1234, 1234)
      expect(ended(await run(one()))).to.deep.equal(OK)
      expect(await readdir(dir)).to.deep.equal([])
      expect(await beside()).to.deep.equal(['.ack-ram-tool', '.ack-ram-tool-0'])
      expect(ended(await run(undo()))).to.deep.equal(OK)
      expect(await text()).to.equal(OTHERS)
    })
  })

  describe('--undo', () => {
    it('shows with --diff and --dry-run what it would do, and does nothing', async () => {
      await run(one())
      const updated = await text()
      const diff = await run([...undo(), '--diff'])
      expect(ended(diff)).to.deep.equal(OK)
      expect(diff.stdout).to.contain(`--- ${config}`).and.contain(`-  - name: "2001-${CLUSTER_ID}"`)
      expect(diff.stdout).not.to.contain('SECRET')
      expect(await run([...undo(), '--dry-run'])).to.deep.equal({...OK, stdout: OTHERS})
      await writeFile(config, `${updated}# mine\n`)
      const later = await run([...undo(), '--dry-run'])
      expect({stdout: later.stdout, exitCode: later.exitCode}).to.deep.equal({stdout: OTHERS, exitCode: 0})
      expect(later.stderr).to.contain('has changed since the last update')
      expect(await text()).to.equal(`${updated}# mine\n`)
      expect(await kept()).to.have.length(1)
    })

    it('refuses the flags that it would ignore', async () => {
      await run(one())
      const updated = await text()
      const flags = [
        ['--alias', 'x'],
        ['--user-alias', 'x'],
        ['--cluster-alias', 'x'],
        ['--all'],
        ['-c', 'c1'],
        ['--no-switch-context'],
        ['--mode', 'token'],
        ['--expiration', '1h'],
        ['--exec-command', 'x'],
        ['--private-address'],
        ['--provide-cluster-info'],
        ['--api-version', 'v1'],
        ['--role-arn', 'acs:ram::1:role/x'],
      ]
      for (const [flag = '', ...value] of flags) {
        const {stdout, stderr, exitCode} = await run([...undo(), flag, ...value])
        expect({stdout, exitCode}, flag).to.deep.equal({stdout: '', exitCode: 2})
        const named = flag === '-c' ? '--cluster-id' : flag
        expect(stderr, flag).to.contain(`--undo cannot be combined with ${named} (InvalidOption)`)
      }
      expect(await text()).to.equal(updated)
      const global = ['--timeout', '9s', '--log-level', 'info', '--profile-name', 'x', '--kubeconfig', config]
      expect((await run([...undo(), ...global], {ACK_RAM_TOOL_MODE: 'token'})).exitCode).to.equal(0)
      expect(await text()).to.equal(OTHERS)
    })
  })

  it('keeps the earlier version where an update with the same result fails', async function () {
    if (!canFailCalls()) this.skip()
    expect(ended(await run(one()))).to.deep.equal(OK)
    await writeFile(config, (await text()).replace('server: https://', 'server: https://was-'))
    const changed = await text()
    const failing = {...failingCalls({rename: 'EIO'}), FAIL_rename_to: '/config'}
    expect((await runInProcess([...one(), '-y'], failing)).stderr).to.contain(`cannot write ${config}: EIO`)
    expect(await text()).to.equal(changed)
    expect(await readFile(await backup(), 'utf8')).to.equal(OTHERS)
    expect((await run([...one(), '-y'])).exitCode).to.equal(0)
    expect(await kept()).to.have.length(1)
    expect(ended(await run(undo()))).to.deep.equal(OK)
    expect(await text()).to.equal(changed)
  })

  describe('root', () => {
    it('updates a file whose owner it cannot keep', async function () {
      if (!isRoot || !canFailCalls()) this.skip()
      await chown(config, 1234, 1235)
      const refused = failingCalls({chown: 'EPERM'})
      expect(ended(await runInProcess(one(), refused))).to.deep.equal(OK)
      await expectUpdated()
      expect((await stat(config)).uid).to.equal(1234)
      expect(ended(await runInProcess(undo(), refused))).to.deep.equal(OK)
      expect(await text()).to.equal(OTHERS)
    })

    it("makes nothing of its own in another user's directory", async function () {
      if (!isRoot) this.skip()
      await rm(join(home.dir, '.kube'), {recursive: true})
      await chown(home.dir, 1234, 1235)
      for (const args of [[...one(), '--no-cache'], [...one(), '--alias', 'second'], undo()]) {
        expect(ended(await run(args))).to.deep.equal(OK)
        const made = [
          '.kube',
          '.kube/config',
          '.kube/.ack-ram-tool',
          ...(await kept()).map((n) => `.kube/.ack-ram-tool/${n}`),
        ]
        for (const name of made) {
          const {uid, gid} = await stat(join(home.dir, name))
          expect([uid, gid], name).to.deep.equal([1234, 1235])
        }
      }
    })
  })

  describe('a process that is killed', () => {
    it('leaves no lock and no copy of the file, so that kubectl goes on', async function () {
      if (!canFailCalls()) this.skip()
      const paused = {...failingCalls({rename: 'pause'}), FAIL_rename_to: '/config'}
      const [program, ...args] = [...PROGRAM, ...one()]
      const child = spawn(program ?? '', args, {env: cliEnvironment(home.dir, env(paused)), stdio: 'ignore'})
      const ended = once(child, 'exit')
      await until(join(home.dir, '.kube'), async () => (await keptTemporaries()).length > 0)
      expect(await beside()).to.include('config.lock')
      child.kill('SIGKILL')
      await ended
      await until(join(home.dir, '.kube'), async () => (await beside()).join() === '.ack-ram-tool')
      await until(join(home.dir, '.kube', '.ack-ram-tool'), async () => (await keptTemporaries()).length === 0)
      expect(await text()).to.equal(OTHERS)
      if (!isKubectlPresent()) return
      const kubectl = ['config', 'set-context', 'x', '--cluster=y']
      expect((await runKubectl(kubectl, {kubeconfig: config, home: home.dir})).exitCode).to.equal(0)
    })

    it('leaves no lock and no copy of a new file either that is named by a relative path', async function () {
      if (!canFailCalls()) this.skip()
      const dir = await realpath(join(home.dir, '.kube'))
      const paused = {...failingCalls({rename: 'pause'}), FAIL_rename_to: 'new.yaml'}
      const [program, ...args] = [...PROGRAM, ...one(), '--kubeconfig', './new.yaml']
      const child = spawn(program ?? '', args, {cwd: dir, env: cliEnvironment(home.dir, env(paused)), stdio: 'ignore'})
      const ended = once(child, 'exit')
      await until(dir, async () => (await keptTemporaries()).length > 0)
      expect(await beside()).to.include('new.yaml.lock')
      child.kill('SIGKILL')
      await ended
      await until(dir, async () => !(await beside()).includes('new.yaml.lock'))
      await until(join(dir, '.ack-ram-tool'), async () => (await keptTemporaries()).length === 0)
    })

    const keptTemporaries = async (): Promise<string[]> =>
      (await kept().catch(() => [])).filter((name) => name.endsWith('.tmp'))

    it('leaves a lock that the next run removes, where nothing else could', async () => {
      const owner = {pid: 2 ** 22 + 1, host: hostname(), process: 1, startedAt: new Date()}
      await home.write('.kube/config.lock', owner)
      expect(ended(await run(one()))).to.deep.equal(OK)
      await expectUpdated()
    })
  })

  it('works without a directory to stand in, without stderr, and where stdin is closed', async function () {
    // Bun itself needs a working directory before it runs a program.
    if (STANDALONE) this.skip()
    const gone = await home.write('gone/x', '')
    const command = (args: readonly string[], rest = ''): string =>
      `cd "$GONE" && rm -r "$GONE" && ${SHELL_PROGRAM} ${args.join(' ')} ${rest}`
    const runShell = async (line: string): Promise<CliResult> => {
      await home.write('gone/x', '')
      return runApart(['/bin/sh', '-c', line], cliEnvironment(home.dir, env({GONE: join(gone, '..')})))
    }
    expect((await runShell(command(one()))).exitCode).to.equal(0)
    await expectUpdated()
    const get = ['get-kubeconfig', '-c', CLUSTER_ID, '--cs-endpoint', world.cs.endpoint]
    expect((await runShell(command(get))).stdout).to.contain('apiVersion: v1')
    const relative = await runShell(command([...one(), '--kubeconfig', 'relative']))
    expect(relative.exitCode).to.equal(7)
    expect(relative.stderr).to.contain('(KubeconfigUnwritable)')
    expect((await runShell(command(undo(), '<&-'))).exitCode).to.equal(0)
    expect(await text()).to.equal(OTHERS)
    if (process.platform !== 'linux') return
    for (const args of [one(), [...one(), '--log-level', 'debug', '--alias', 'x']])
      expect((await runShell(`${SHELL_PROGRAM} ${args.join(' ')} 2>/dev/full`)).exitCode).to.equal(0)
  })
})

/** Waits until something is so: whenever a directory changes, and now and then, it looks again. */
const until = async (dir: string, isSo: () => Promise<boolean>): Promise<void> => {
  const changes = watch(dir)
  try {
    while (!(await isSo())) await once(changes, 'change', {signal: AbortSignal.timeout(100)}).catch(() => {})
  } finally {
    changes.close()
  }
}
