import {chmod, mkdir, readdir, readFile, realpath, rm, stat, symlink, writeFile} from 'node:fs/promises'
import {delimiter, join} from 'node:path'

import {expect} from 'chai'
import {parse} from 'yaml'

import {isKubectlPresent, runKubectl} from '../local-cloud/kubectl.ts'
import {
  ALICE,
  BOB,
  CLUSTER_ID,
  envOf,
  profileOf,
  startClusterWorld,
  type ClusterWorld,
} from '../support/cluster-world.ts'
import {howMany} from '../support/full.ts'
import {CLI_CONFIG, makeHome, type TestHome} from '../support/home.ts'
import {BIN, runCli, runCliProcess, type CliResult} from '../support/run-cli.ts'
import {expectMode} from '../support/expect-mode.ts'

const USER = `2001-${CLUSTER_ID}`
const OTHERS = `# my clusters
apiVersion: v1
kind: Config
clusters:
  - name: minikube   # at home
    cluster: {server: "https://127.0.0.1:1"}
users:
  - name: minikube
    user:
      token: SECRET-of-minikube
contexts: null
current-context: ''
`

interface Kubeconfig {
  readonly 'current-context': string
  readonly clusters: readonly {readonly name: string; readonly cluster: object}[]
  readonly contexts: readonly {readonly name: string; readonly context: object}[]
  readonly users: readonly {readonly name: string; readonly user: {readonly exec: {readonly args: readonly string[]}}}[]
}

describe('update-kubeconfig', () => {
  let home: TestHome
  let world: ClusterWorld
  let config: string

  beforeEach(async () => {
    home = await makeHome()
    config = join(home.dir, '.kube', 'config')
    await home.write(CLI_CONFIG, {current: 'alice', profiles: [profileOf('alice', ALICE), profileOf('bob', BOB)]})
  })
  afterEach(async () => {
    await world.close()
    await home.remove()
  })

  const run = (args: readonly string[], env: Record<string, string> = {}, program = runCli): Promise<CliResult> =>
    program(['credential-plugin', 'update-kubeconfig', ...args], {
      home: home.dir,
      env,
    })
  const endpoint = (): readonly string[] => ['--cs-endpoint', world.cs.endpoint]
  const update = async (
    args: readonly string[] = [],
    env: Record<string, string> = {},
    program = runCli,
  ): Promise<string> => {
    const {stdout, stderr, exitCode} = await run(['-c', CLUSTER_ID, ...endpoint(), ...args], env, program)
    expect({stderr, exitCode}).to.deep.equal({stderr: '', exitCode: 0})
    return stdout
  }
  const read = async (path = config): Promise<Kubeconfig> => parse(await readFile(path, 'utf8')) as Kubeconfig
  /** What is in ~/.kube, but for what is kept of the program itself. */
  const kubeDir = async (): Promise<string[]> =>
    (await readdir(join(home.dir, '.kube'))).filter((name) => name !== 'cache')
  const namesOf = (entries: readonly {readonly name: string}[]): readonly string[] => entries.map(({name}) => name)

  describe('for one cluster', () => {
    beforeEach(async () => {
      world = await startClusterWorld()
    })

    it('makes the file for its user alone when there is none, and names what it did', async () => {
      expect(await update()).to.equal(`Updated context "${USER}" in ${config}\n`)
      const {clusters, contexts, users, ...rest} = await read()
      expect(rest).to.deep.equal({apiVersion: 'v1', kind: 'Config', 'current-context': USER})
      expect(contexts).to.deep.equal([{name: USER, context: {cluster: CLUSTER_ID, user: USER}}])
      expect(namesOf(clusters)).to.deep.equal([CLUSTER_ID])
      expect(users[0]?.name).to.equal(USER)
      expect(users[0]?.user.exec.args.slice(0, 4)).to.deep.equal([
        'credential-plugin',
        'get-credential',
        '--cluster-id',
        CLUSTER_ID,
      ])
      await expectMode(config, 0o600)
    })

    it('leaves everything else as it is, line by line', async () => {
      await home.write('.kube/config', OTHERS)
      await update()
      const lines = (await readFile(config, 'utf8')).split('\n')
      const kept = OTHERS.split('\n').filter((line) => !/^(contexts|current-context)/.test(line))
      const remaining = [...kept]
      for (const line of lines) if (line === remaining[0]) remaining.shift()
      expect(remaining, 'every line, in its order').to.deep.equal([])
      const {clusters, contexts, users, 'current-context': current} = await read()
      expect([namesOf(clusters), namesOf(contexts), namesOf(users), current]).to.deep.equal([
        ['minikube', CLUSTER_ID],
        [USER],
        ['minikube', USER],
        USER,
      ])
    })

    it('changes nothing the second time', async () => {
      await home.write('.kube/config', OTHERS)
      await update()
      const before = await stat(config)
      expect(await update()).to.equal(`Already up to date: context "${USER}"\n`)
      expect((await stat(config)).mtimeMs).to.equal(before.mtimeMs)
    })

    it('takes other names, and leaves the current context on request', async () => {
      await home.write('.kube/config', OTHERS)
      await update(['--alias', 'prod', '--user-alias', '0123', '--cluster-alias', 'yes', '--no-switch-context'])
      const {contexts, 'current-context': current} = await read()
      expect(contexts).to.deep.equal([{name: 'prod', context: {cluster: 'yes', user: '0123'}}])
      expect(current).to.equal('')
    })

    it('writes the file that has the entry, or the one that is named', async () => {
      const [first, second] = [join(home.dir, 'first'), join(home.dir, 'second')]
      const list = {KUBECONFIG: ['', first, second, first].join(delimiter)}
      await writeFile(first, 'users: []\n')
      await writeFile(second, OTHERS)
      await update(['--kubeconfig', '~/third', '--alias', 'mine'], list)
      expect(namesOf((await read(join(home.dir, 'third'))).contexts)).to.deep.equal(['mine'])
      await update(['--kubeconfig', second])
      await update(['--mode', 'token'], list)
      expect(await readFile(first, 'utf8')).to.equal('users: []\n')
      expect((await read(second)).users[1]?.user.exec.args[1]).to.equal('get-token')
    })

    it('writes new entries of a list where kubectl writes them', async () => {
      const names = ['a', 'b', 'none/c'] as const
      const lists = [
        {list: ['a', 'b'], existing: [], written: 'b'},
        {list: ['a', 'b'], existing: ['b'], written: 'b'},
        {list: ['', 'a', '', 'b', 'a'], existing: ['a', 'b'], written: 'a'},
        {list: ['b', 'a', 'b'], existing: [], written: 'a'},
        {list: ['none/c', 'b', 'a'], existing: ['a', 'b'], written: 'b'},
        {list: ['', 'none/c'], existing: [], written: 'none/c'},
        {list: ['a'], existing: [], written: 'a'},
      ]
      const contentsOf = (): Promise<(string | undefined)[]> =>
        Promise.all(names.map((name) => readFile(join(home.dir, name), 'utf8').catch(() => undefined)))
      for (const {list, existing, written} of lists) {
        const env = {KUBECONFIG: list.map((name) => name && join(home.dir, name)).join(delimiter)}
        for (const tool of ['update', ...(isKubectlPresent() ? ['kubectl'] : [])]) {
          for (const name of names) await rm(join(home.dir, name), {force: true})
          for (const name of existing) await writeFile(join(home.dir, name), 'users: []\n')
          const before = await contentsOf()
          if (tool === 'update') await update([], env)
          else
            await runKubectl(['config', 'set-context', 'x', '--cluster=y'], {
              kubeconfig: env.KUBECONFIG,
              home: home.dir,
            })
          const after = await contentsOf()
          expect(
            names.filter((_, index) => before[index] !== after[index]),
            `${tool}, ${list.join()}`,
          ).to.deep.equal([written])
        }
      }
    })

    it('refuses a list of separators, which is no file for kubectl either', async () => {
      for (const KUBECONFIG of [delimiter, delimiter.repeat(3)]) {
        const {stdout, stderr, exitCode} = await run(['-c', CLUSTER_ID, ...endpoint()], {KUBECONFIG})
        expect({stdout, exitCode}).to.deep.equal({stdout: '', exitCode: 7})
        expect(stderr).to.contain('names no file (KubeconfigUnwritable)')
      }
      expect(await readdir(home.dir)).not.to.include('.kube')
      await update([], {KUBECONFIG: ''})
      expect(namesOf((await read()).contexts)).to.deep.equal([USER])
    })

    it('shows the file or the change, secrets masked, and writes nothing', async () => {
      await home.write('.kube/config', OTHERS)
      const whole = await update(['--dry-run'])
      expect(namesOf((parse(whole) as Kubeconfig).clusters)).to.deep.equal(['minikube', CLUSTER_ID])
      const diff = await update(['--diff'])
      expect(diff)
        .to.contain(`--- ${config}`)
        .and.contain(`+    name: ${CLUSTER_ID}`)
        .and.contain('token: ***')
        .and.not.contain('SECRET')
      expect(await readFile(config, 'utf8')).to.equal(OTHERS)
      expect(await kubeDir()).to.deep.equal(['config'])
      await update()
      expect(await readFile(config, 'utf8')).to.equal(whole)
      expect(await update(['--diff'])).to.equal('')
      expect(await update(['--dry-run'])).to.equal(whole)
    })

    it('does not say that a context for the same cluster is for any, where its cluster entry has the ID from now on', async () => {
      expect((await run(['-c', CLUSTER_ID, ...endpoint()])).exitCode).to.equal(0)
      const {stderr, exitCode} = await run(['-c', CLUSTER_ID, '--provide-cluster-info', ...endpoint()])
      expect(exitCode).to.equal(7)
      expect(stderr).to.match(/context "\S+" in \S+ uses user "\S+"; replace by user "2001" \(KubeconfigConflict\)/)
    })

    it('replaces what points elsewhere only when it is told to', async () => {
      const elsewhere = `users:\n- name: "${USER}"\n  user: {token: SECRET}\n`
      await home.write('.kube/config', elsewhere)
      const {stdout, stderr, exitCode} = await run(['-c', CLUSTER_ID, ...endpoint()])
      expect({stdout, exitCode}).to.deep.equal({stdout: '', exitCode: 7})
      expect(stderr)
        .to.contain(
          `user "${USER}" in ${config} uses other credentials (token); replace by those of ack-ram-tool (KubeconfigConflict)`,
        )
        .and.contain('Next: pass --assume-yes')
      expect(await readFile(config, 'utf8')).to.equal(elsewhere)
      await update(['--assume-yes'])
      expect(await readFile(config, 'utf8')).not.to.contain('SECRET')
    })

    it('keeps what it does not write in an entry that it replaces', async () => {
      await update()
      const text = await readFile(config, 'utf8')
      await writeFile(config, text.replace('    cluster: c', '    namespace: mine # of mine\n    cluster: c'))
      await update(['--mode', 'token'])
      expect(await readFile(config, 'utf8')).to.contain('namespace: mine # of mine')
      expect((await read()).contexts[0]?.context).to.deep.equal({cluster: CLUSTER_ID, user: USER, namespace: 'mine'})
    })

    it('keeps mode and symbolic link', async function () {
      if (process.platform === 'win32') this.skip()
      const target = await home.write('real/config', OTHERS)
      await chmod(target, 0o640)
      await mkdir(join(home.dir, '.kube'))
      await symlink(target, config)
      await update()
      expect(await realpath(config)).to.equal(await realpath(target))
      await expectMode(target, 0o640)
    })

    it('brings back the version before, and the new one again', async () => {
      await home.write('.kube/config', OTHERS)
      await update()
      const updated = await readFile(config, 'utf8')
      for (const expected of [OTHERS, updated, OTHERS]) {
        const {stdout, exitCode} = await run(['--undo'], {ALIBABA_CLOUD_ACCESS_KEY_ID: ''})
        expect({stdout, exitCode}).to.deep.equal({
          stdout: `Restored ${config} (run --undo again to redo).\n`,
          exitCode: 0,
        })
        expect(await readFile(config, 'utf8')).to.equal(expected)
      }
    })

    it('removes a file that it had made, and makes it again', async () => {
      await update()
      const made = await readFile(config, 'utf8')
      expect((await run(['--undo', '--diff'])).stdout).to.contain(`-apiVersion: v1`)
      for (let round = 0; round < 2; round += 1) {
        expect((await run(['--undo'])).stdout).to.equal(
          `Removed ${config}, which the update had made (run --undo again to redo).\n`,
        )
        expect(await kubeDir()).to.deep.equal(['.ack-ram-tool'])
        expect((await run(['--undo'])).stdout).to.equal(`Restored ${config} (run --undo again to redo).\n`)
        expect(await readFile(config, 'utf8')).to.equal(made)
        await expectMode(config, 0o600)
      }
      await writeFile(config, `${made}# mine\n`)
      expect((await run(['--undo'])).stderr).to.contain('(KubeconfigConflict)')
      expect(await readFile(config, 'utf8')).to.contain('# mine')
      expect(JSON.parse((await run(['--undo', '-y', '-o', 'json'])).stdout)).to.deep.equal({
        written: true,
        files: [{path: config, removed: true}],
      })
      await run(['--undo'])
      expect(await readFile(config, 'utf8')).to.contain('# mine')
    })

    it('leaves a file empty that was empty before', async () => {
      await home.write('.kube/config', '')
      await update()
      expect((await run(['--undo'])).stdout).to.contain(`Restored ${config}`)
      expect(await readFile(config, 'utf8')).to.equal('')
    })

    it('undoes all files that one update has changed, and shows each before', async () => {
      const contextsFile = await home.write(
        'contexts',
        `contexts:\n- name: ${USER}\n  context: {cluster: c, user: u}\n`,
      )
      const usersFile = await home.write('users', `users:\n- name: ${USER}\n  user: {token: SECRET}\n`)
      const env = {KUBECONFIG: [contextsFile, usersFile].join(delimiter)}
      const texts = (): Promise<string[]> =>
        Promise.all([contextsFile, usersFile].map((path) => readFile(path, 'utf8')))
      const before = await texts()
      await update(['-y'], env)
      const updated = await texts()
      expect(updated[0]).not.to.equal(before[0])
      expect(updated[1]).not.to.equal(before[1])
      const preview = await run(['--undo', '--diff'], env)
      expect(preview.stdout).to.contain(`--- ${contextsFile}`).and.contain(`--- ${usersFile}`)
      const {files} = JSON.parse((await run(['--undo', '--dry-run', '--output', 'json'], env)).stdout) as {
        files: {content: string}[]
      }
      expect(files.map(({content}) => content)).to.deep.equal(before)
      for (const expected of [before, updated]) {
        expect((await run(['--undo'], env)).stdout).to.equal(
          `Restored ${contextsFile} and ${usersFile} (run --undo again to redo).\n`,
        )
        expect(await texts()).to.deep.equal(expected)
      }
      await Promise.all([contextsFile, usersFile].map((path) => writeFile(path, '# mine\n', {flag: 'a'})))
      const refused = await run(['--undo'], env)
      expect(refused.stderr).to.contain(`${contextsFile} and ${usersFile}: they have changed`)
      expect((await run(['--undo', '--kubeconfig', usersFile, '-y'])).stdout).to.contain(`Restored ${usersFile} (`)
      expect(await texts()).to.deep.equal([`${updated[0]}# mine\n`, before[1]])
    })

    it('writes no file if it cannot write all', async () => {
      const contextsFile = await home.write(
        'contexts',
        `contexts:\n- name: ${USER}\n  context: {cluster: c, user: u}\n`,
      )
      const usersFile = await home.write('users', `users:\n- name: ${USER}\n  user: {token: SECRET}\n`)
      const before = await readFile(contextsFile, 'utf8')
      await writeFile(`${usersFile}.lock`, '')
      const {stderr, exitCode} = await run(['-c', CLUSTER_ID, ...endpoint(), '-y'], {
        KUBECONFIG: [contextsFile, usersFile].join(delimiter),
      })
      expect(exitCode).to.equal(7)
      expect(stderr).to.contain('users.lock exists')
      expect(await readFile(contextsFile, 'utf8')).to.equal(before)
    })

    it('does not undo over a later change unless it is told to', async () => {
      await home.write('.kube/config', OTHERS)
      await update()
      await writeFile(config, `${await readFile(config, 'utf8')}# mine\n`)
      const {stderr, exitCode} = await run(['--undo'])
      expect(exitCode).to.equal(7)
      expect(stderr).to.contain('(KubeconfigConflict)').and.contain('--assume-yes')
      expect(await readFile(config, 'utf8')).to.contain('# mine')
      expect((await run(['--undo', '-y'])).exitCode).to.equal(0)
      expect(await readFile(config, 'utf8')).to.equal(OTHERS)
    })

    it('has nothing to undo where it has done nothing', async () => {
      await home.write('.kube/config', OTHERS)
      const {stdout, stderr, exitCode} = await run(['--undo'])
      expect({stdout, exitCode}).to.deep.equal({stdout: '', exitCode: 7})
      expect(stderr).to.contain('(NothingToUndo)')
    })

    it('leaves a file alone that cannot be used, and names line and cause', async () => {
      for (const broken of [
        'clusters:\n\t- name: x\n',
        'users:\n- name: 5\n  user: {token: SECRET}\n',
        'users: []\n}SECRET',
        '- SECRET\n',
      ]) {
        await home.write('.kube/config', broken)
        const {stdout, stderr, exitCode} = await run(['-c', CLUSTER_ID, ...endpoint()])
        expect({stdout, exitCode}, broken).to.deep.equal({stdout: '', exitCode: 7})
        expect(stderr, broken)
          .to.match(/config, line [123]: .* \(KubeconfigInvalid\)\n {2}Next: /)
          .and.not.contain('SECRET')
        expect(await readFile(config, 'utf8')).to.equal(broken)
        expect(await kubeDir()).to.deep.equal(['config'])
      }
    })

    it('does not touch the file when the Container Service refuses', async () => {
      await home.write('.kube/config', OTHERS)
      const {exitCode} = await run(['-c', `c${'f'.repeat(32)}`, ...endpoint()])
      expect(exitCode).to.equal(4)
      expect(await readFile(config, 'utf8')).to.equal(OTHERS)
    })

    it('refuses flags that do not go together', async () => {
      const given = ['--server', 'https://10.0.0.1:6443', '--certificate-authority', 'ca.crt']
      for (const args of [
        ['--all', '-c', 'c1'],
        ['--all', '-c', 'production'],
        ['--all', '--alias', 'x'],
        ['--all', ...given],
        ['-c', 'c1', ...given, '--alias', '{region}-{id}'],
        ['--undo', '--all'],
        ['--undo', '-c', 'c1'],
      ]) {
        const {stdout, stderr, exitCode} = await run(args)
        expect({stdout, exitCode}, args.join(' ')).to.deep.equal({stdout: '', exitCode: 2})
        expect(stderr).to.contain('cannot be combined with')
      }
      expect((await run([])).stderr).to.contain('(ClusterIdMissing)')
    })

    it('masks the secrets of others in a diff, wherever they stand', async () => {
      const secrets = `users:
- name: "${USER}"
  user:
    token: |
      SECRET-in-lines
      SECRET-and-more
    auth-provider: {name: oidc, config: {refresh-token: SECRET-refresh}}
- name: other
  user:
    exec: {command: vault, args: [login, SECRET-argument], env: [{name: A, value: SECRET-value}]}
`
      await home.write('.kube/config', secrets)
      const {stdout, stderr, exitCode} = await run(['-c', CLUSTER_ID, ...endpoint(), '--diff'])
      expect(exitCode).to.equal(0)
      expect(stdout).to.contain('***').and.not.contain('SECRET')
      expect(stderr).to.contain('this would replace existing entries: user').and.not.contain('SECRET')
      expect(await readFile(config, 'utf8')).to.equal(secrets)
    })

    /** A diff that shows a kubeconfig as a whole: something changes in each of its few lines. */
    const diffOf = async (text: string, ...args: readonly string[]): Promise<string> => {
      await home.write('.kube/config', text)
      const {stdout, exitCode} = await run(['-c', CLUSTER_ID, ...endpoint(), '--diff', ...args])
      expect(exitCode).to.equal(0)
      return stdout
    }
    it('lets no name steer the terminal, in a diff, a question or what it says at last', async () => {
      const name = 'a\u202Eb\u009B31m'
      const diff = await diffOf(`users:\r\n- name: a\r\n  user: {username: "a\u202Eb"}\r\n`)
      expect(diff)
        .to.contain('username')
        .and.not.match(/[\u202E\r]/)
      await home.write('.kube/config', '')
      const said = await update(['--alias', name])
      expect(said)
        .to.contain('Updated context')
        .and.not.match(/[\u202E\u009B]/)
      expect(await update(['--alias', name]))
        .to.contain('Already up to date')
        .and.not.match(/[\u202E\u009B]/)
    })

    it('keeps command, hint and mode that were set by hand, and takes a command that is chosen', async () => {
      await update()
      const text = await readFile(config, 'utf8')
      const byHand = text
        .replace('command: ack-ram-tool', 'command: /opt/ack/ack-ram-tool # for Lens')
        .replace(/installHint: .*/, 'installHint: ask the platform team')
        .replace(/interactiveMode: .*/, 'interactiveMode: Never\n      env: [{name: A, value: b}] # ours')
      await writeFile(config, byHand)
      expect(await update()).to.contain('Already up to date')
      expect(await readFile(config, 'utf8')).to.equal(byHand)
      await update(['--mode', 'token'])
      expect(await readFile(config, 'utf8')).to.contain('command: /opt/ack/ack-ram-tool # for Lens')
      await update(['--exec-command', '/usr/bin/ack-ram-tool'])
      await update([], {ACK_RAM_TOOL_EXEC_COMMAND: 'ack'})
      const {exec} = (await read()).users[0]?.user ?? {}
      expect(exec).to.deep.include({command: 'ack', installHint: 'ask the platform team', interactiveMode: 'Never'})
    })

    it('says where variables of an entry may make it that of somebody else', async () => {
      const args = ['-c', CLUSTER_ID, ...endpoint()]
      expect((await run(args, envOf(ALICE))).exitCode).to.equal(0)
      const text = await readFile(config, 'utf8')
      const env = 'env: [{name: ALIBABA_CLOUD_ACCESS_KEY_ID, value: SECRET-b}, {name: A, value: b}]'
      await writeFile(config, text.replace(/interactiveMode: .*/, `$&\n      ${env}`))
      const {stderr, exitCode} = await run(args, envOf(ALICE))
      expect(exitCode, stderr).to.equal(0)
      expect(stderr).to.contain('its own env has ALIBABA_CLOUD_ACCESS_KEY_ID, by which kubectl may get the credentials')
    })

    it('puts an interactiveMode right that kubectl refuses', async () => {
      await update()
      const text = await readFile(config, 'utf8')
      await writeFile(config, text.replace(/interactiveMode: .*/, 'interactiveMode: never'))
      expect(await update()).not.to.contain('Already up to date')
      expect(await readFile(config, 'utf8')).to.equal(text)
    })

    it('keeps what it does not write, and warns of what kubectl refuses in it', async () => {
      await update()
      const text = await readFile(config, 'utf8')
      const broken = {
        'user "2001-c0123456789abcdef0123456789abcdef" in CONFIG: a variable in the env of its exec entry has no name, and kubectl refuses it; give it a name':
          text.replace(/interactiveMode: (.*)/, 'interactiveMode: $1\n      env: [{value: SECRET}]'),
        'cluster "c0123456789abcdef0123456789abcdef" in CONFIG: its proxy-url is no URL of http, https or socks5, and kubectl refuses it; correct it':
          text.replace(/( +)server: .*/, '$&\n$1proxy-url: "http://a:SECRET @proxy"'),
        'user "2001-c0123456789abcdef0123456789abcdef" in CONFIG: it has as-uid, as-groups or as-user-extra without as':
          text.replace(/( +)exec:/, '$1as-groups: [SECRET]\n$&'),
      }
      for (const [warning, content] of Object.entries(broken)) {
        expect(content, warning).not.to.equal(text)
        for (const output of [[], ['--dry-run'], ['--mode', 'token']]) {
          await writeFile(config, content)
          const {stderr, exitCode} = await run(['-c', CLUSTER_ID, ...endpoint(), ...output])
          expect({stderr, exitCode}, warning).to.deep.include({exitCode: 0})
          expect(stderr).to.contain(warning.replace('CONFIG', config)).and.not.to.contain('SECRET')
          expect(stderr.trimEnd().split('\n')).to.have.length(1)
        }
      }
    })

    it('says in its own words that it cannot change what shares an anchor, and quotes nothing', async () => {
      for (const text of [
        'current-context: &c SECRET\nx: *c\n',
        `clusters:\n- name: ${CLUSTER_ID}\n  cluster: {server: &SECRET "https://a", certificate-authority-data: &b QQ==}\n- name: b\n  cluster: {server: *SECRET, certificate-authority-data: *b}\n`,
        `clusters:\n- name: ${CLUSTER_ID}\n  cluster:\n    server: &SECRET https://a\n- name: b\n  cluster:\n    server: *SECRET\n`,
        `users:\n- name: "${USER}"\n  user: &SECRET {token: abc}\n- name: b\n  user: *SECRET\n`,
        `users:\n- &SECRET\n  name: "${USER}"\n  user: {token: abc}\nx: *SECRET\n`,
        `users: &SECRET []\nx: *SECRET\n`,
      ]) {
        await home.write('.kube/config', text)
        const {exitCode, stderr} = await run(['-c', CLUSTER_ID, ...endpoint(), '--assume-yes'])
        const after = await readFile(config, 'utf8')
        if (exitCode === 0) {
          const [before, now] = [text, after].map((each) => parse(each) as Record<string, unknown>)
          expect(now?.['x'], text).to.deep.equal(before?.['x'])
          continue
        }
        expect({exitCode, after}, text).to.deep.equal({exitCode: 7, after: text})
        expect(stderr, text)
          .to.match(/config, line \d+: cannot change an entry/)
          .and.contain('(KubeconfigInvalid)')
        expect(stderr, text).not.to.contain('SECRET')
      }
    })

    it('changes a file in UTF-16 as one in UTF-16', async () => {
      for (const isLittle of [true, false]) {
        const encode = (text: string): Buffer => {
          const bytes = Buffer.from(`\uFEFF${text}`, 'utf16le')
          return isLittle ? bytes : bytes.swap16()
        }
        await home.write('.kube/config', '')
        await writeFile(config, encode(OTHERS))
        await update()
        const bytes = await readFile(config)
        const text = (isLittle ? bytes : bytes.swap16()).toString('utf16le')
        expect(text.startsWith('\uFEFF# my clusters\n')).to.equal(true)
        expect(namesOf((parse(text.slice(1)) as Kubeconfig).clusters)).to.deep.equal(['minikube', CLUSTER_ID])
        await run(['--undo'])
        expect((await readFile(config)).equals(encode(OTHERS))).to.equal(true)
        await writeFile(config, Buffer.concat([encode('a\n'), Buffer.from([0x61])]))
        expect((await run(['-c', CLUSTER_ID, ...endpoint()])).stderr).to.match(/config, line \d: it is not UTF-16/)
      }
    })

    it('gives two identities users of their own', async () => {
      await update()
      await update([], {ALIBABA_CLOUD_PROFILE: 'bob'})
      expect(namesOf((await read()).users)).to.deep.equal([USER, `2002-${CLUSTER_ID}`])
    })

    it('leads kubectl into the cluster, by certificate and by token', async function () {
      if (!isKubectlPresent() || process.platform === 'win32') this.skip()
      await home.write('.kube/config', OTHERS)
      for (const [mode, name] of [
        ['certificate', /^2001-\d+$/],
        ['token', /alice$/],
      ] as const) {
        await update(['--mode', mode, '--exec-command', BIN])
        const whoAmI = ['auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}']
        const options = {kubeconfig: config, home: home.dir}
        const {stdout, stderr} = await runKubectl(whoAmI, options)
        expect(stderr).to.equal('')
        expect(stdout).to.match(name)
        expect((await runKubectl(['config', 'get-contexts', '-o', 'name'], options)).stdout.trim()).to.equal(USER)
      }
    })

    it('loses nothing when many run at once', async () => {
      await home.write('.kube/config', OTHERS)
      const aliases = Array.from({length: howMany(8, 4)}, (_, index) => `n${index}`)
      await Promise.all(aliases.map((alias) => update(['--alias', alias], {}, runCliProcess)))
      expect(namesOf((await read()).contexts)).to.have.members(aliases)
    })
  })

  describe('for all clusters', () => {
    const MANY = 60
    beforeEach(async () => {
      world = await startClusterWorld({
        clusters: (cluster) =>
          Array.from({length: MANY}, (_, index) => ({
            ...cluster,
            id: `c${index}`,
            name: `name-${index}`,
            regionId: index % 3 === 0 ? 'cn-beijing' : 'eu-central-1',
            ...(index === 6 ? {allowedArns: []} : {}),
          })),
      })
    })

    it('merges what can be had, lists what is missing by reason, and how to retry that alone', async () => {
      await home.write('.kube/config', OTHERS)
      const {stdout, stderr, exitCode} = await run(['--all', ...endpoint()])
      expect(exitCode).to.equal(4)
      expect(stdout).to.equal(`Updated ${MANY - 1}, unchanged 0, failed 1 of ${MANY}\nWrote ${config}\n`)
      expect(stderr, 'nothing but the error, where nobody watches')
        .to.match(
          /^Error: Could not get 1 of 60 clusters:\n {2}DescribeClusterUserKubeconfig .*\(ServiceRefused\): c6 \(name-6\)/,
        )
        .and.contain('cs:DescribeClusterUserKubeconfig on cluster c6')
        .and.contain(`then retry what failed:\n    ack-ram-tool update-kubeconfig --all --filter id=c6 --cs-endpoint=`)
      const {contexts, 'current-context': current} = await read()
      expect(contexts).to.have.length(MANY - 1)
      expect(current, 'there was none').to.equal('2001-c0')
    })

    it('merges those of one region under one user, and keeps the current context', async () => {
      await home.write('.kube/config', OTHERS.replace("current-context: ''", 'current-context: mine'))
      const args = ['--all', '--region-id', 'eu-central-1', '--provide-cluster-info', '--mode', 'token']
      const {exitCode, stderr} = await run([...args, '--log-level', 'warn', ...endpoint()])
      expect({exitCode, stderr}).to.deep.equal({exitCode: 0, stderr: ''})
      const {clusters, users, 'current-context': current} = await read()
      expect(clusters).to.have.length(1 + (MANY * 2) / 3)
      expect(clusters[1]?.cluster).to.deep.include({
        extensions: [
          {name: 'client.authentication.k8s.io/exec', extension: {clusterId: 'c1', regionId: 'eu-central-1'}},
        ],
      })
      expect(namesOf(users)).to.deep.equal(['minikube', '2001'])
      expect(current).to.equal('mine')
    })

    it('gives each cluster the time of --timeout, however many there are', async () => {
      const few = await startClusterWorld({
        clusters: (cluster) => Array.from({length: 9}, (_, index) => ({...cluster, id: `c${index}`})),
        // The list, and then three rounds of four at most, of more than a second each.
        faults: [{delayMs: 0}, ...Array.from({length: 9}, () => ({delayMs: 1200}))],
      })
      const {exitCode, stdout} = await run(['--all', '--cs-endpoint', few.cs.endpoint, '--timeout', '3500ms'])
      await few.close()
      expect({exitCode, stdout}).to.deep.equal({
        exitCode: 0,
        stdout: `Updated 9, unchanged 0, failed 0 of 9\nWrote ${config}\n`,
      })
    })
  })
})
