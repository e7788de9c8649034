import {spawn} from 'node:child_process'
import {chmod, mkdir, mkdtemp, readdir, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {text} from 'node:stream/consumers'

import {expect} from 'chai'

import {
  ALICE,
  BOB,
  CLUSTER_ID,
  envOf,
  profileOf,
  ROLE,
  startClusterWorld,
  type ClusterWorld,
} from '../support/cluster-world.ts'
import {PROGRAM, STANDALONE} from '../support/run-cli.ts'

type Env = Record<string, string>

/** A number that no /etc/passwd knows. */
const UNKNOWN_UID = 1_000_660_000

describe('a user without a home directory', () => {
  let world: ClusterWorld
  let dir: string

  before(async () => {
    world = await startClusterWorld()
  })
  after(() => world.close())
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'ack-ram-tool-test-'))
    await chmod(dir, 0o777)
  })
  afterEach(() => rm(dir, {recursive: true, force: true}))

  /** Runs it in the directory, with nothing in its environment but what is given. */
  const run = async (
    args: readonly string[],
    env: Env,
    uid?: number,
  ): Promise<{readonly exitCode: number | null; readonly stderr: string; readonly stdout: string}> => {
    const [program, ...first] = PROGRAM
    const child = spawn(program, [...first, ...args], {
      cwd: dir,
      env: {...(process.platform === 'win32' ? {SystemRoot: process.env['SystemRoot']} : {}), ...env},
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(uid === undefined ? {} : {uid, gid: 0}),
    })
    const exit = new Promise<number | null>((resolve) => child.once('close', resolve))
    const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), exit])
    return {stdout, stderr, exitCode}
  }
  const commands = (): readonly (readonly string[])[] => [
    ['credential-plugin', 'get-token', '-c', CLUSTER_ID, '--role-arn', ROLE],
    ['get-kubeconfig', '-c', CLUSTER_ID],
  ]
  const endpoints = (): Env => ({ACK_RAM_TOOL_STS_ENDPOINT: world.sts.endpoint, CS_ENDPOINT: world.cs.endpoint})

  for (const [what, env] of [
    ['no HOME', {}],
    ['an empty HOME', {HOME: '', USERPROFILE: ''}],
    ['a relative HOME', {HOME: 'home', USERPROFILE: 'home'}],
    ['a HOME that is a file', {HOME: 'FILE', USERPROFILE: 'FILE'}],
    ['HOME=/proc', {HOME: '/proc', USERPROFILE: '/proc'}],
  ] as const) {
    it(`gets every answer with ${what}, and nothing is made`, async () => {
      const file = join(dir, 'file')
      await writeFile(file, '')
      const home = Object.fromEntries(
        Object.entries(env).map(([name, value]) => [name, value === 'FILE' ? file : value]),
      )
      for (const args of commands()) {
        const {exitCode, stderr} = await run(args, {...envOf(ALICE), ...endpoints(), ...home})
        expect(exitCode, `${args.join(' ')}: ${stderr}`).to.equal(0)
      }
      expect(await readdir(dir)).to.deep.equal(['file'])
    })
  }

  it('is not whoever a file of the working directory names', async () => {
    await mkdir(join(dir, '.aliyun'))
    await writeFile(join(dir, '.aliyun', 'config.json'), JSON.stringify({profiles: [profileOf('planted', BOB)]}))
    await mkdir(join(dir, '~', '.aliyun'), {recursive: true})
    await writeFile(join(dir, '~', '.aliyun', 'config.json'), JSON.stringify({profiles: [profileOf('planted', BOB)]}))
    for (const home of [{}, {HOME: '.', USERPROFILE: '.'}, {HOME: '', USERPROFILE: ''}]) {
      const {exitCode, stderr} = await run(['credential-plugin', 'get-token', '-c', CLUSTER_ID], home)
      expect(exitCode).to.equal(3)
      expect(stderr).to.contain('(CredentialsNotFound)').and.contain('HOME is not set to an absolute path')
      const named = await run(
        ['credential-plugin', 'get-token', '-c', CLUSTER_ID, '--profile-file=~/.aliyun/config.json'],
        home,
      )
      expect(named.exitCode).to.equal(2)
      expect(named.stderr).to.contain('set HOME, or give the whole path')
    }
  })

  it('is told once that there are no files', async () => {
    for (const home of [{}, {HOME: '', USERPROFILE: ''}]) {
      const {stderr} = await run(['credential-plugin', 'get-token', '-c', CLUSTER_ID], home)
      expect(stderr.split('HOME is not set to an absolute path')).to.have.length(2)
    }
  })

  it('makes neither completion functions nor plugins, least of all in the directory of everybody’s temporary files', async () => {
    for (const args of [
      ['autocomplete', 'bash'],
      ['autocomplete', 'script', 'bash'],
      // Which executables have none of.
      ...(STANDALONE
        ? []
        : [
            ['plugins', 'reset'],
            ['plugins', 'link', join(dir, 'plugin')],
          ]),
    ])
      for (const home of [{}, {HOME: '', USERPROFILE: ''}]) {
        const {exitCode, stderr, stdout} = await run(args, {...home, TMPDIR: dir, TEMP: dir})
        expect({exitCode, stdout}, args.join(' ')).to.deep.equal({exitCode: 2, stdout: ''})
        expect(stderr).to.contain('HOME is not set to an absolute path').and.contain('set HOME')
        expect(await readdir(dir)).to.deep.equal([])
      }
    const {exitCode, stdout} = await run(['autocomplete', 'script', 'bash'], {XDG_CACHE_HOME: dir})
    expect(exitCode).to.equal(0)
    expect(stdout).to.contain(dir)
  })

  it('is told to name the kubeconfig that is to be updated', async () => {
    const args = ['credential-plugin', 'update-kubeconfig', '-c', CLUSTER_ID]
    const {exitCode, stderr} = await run(args, {...envOf(ALICE), ...endpoints()})
    expect(exitCode).to.equal(2)
    expect(stderr).to.contain('~/.kube/config is below the home directory')
    const named = await run([...args, '--kubeconfig', join(dir, 'config')], {...envOf(ALICE), ...endpoints()})
    expect(named.exitCode, named.stderr).to.equal(0)
  })

  it('may be one that the system does not know', async function () {
    if (process.getuid?.() !== 0) this.skip()
    const home = join(dir, 'home')
    await mkdir(home)
    await chmod(home, 0o777)
    for (const place of [{}, {HOME: home}]) {
      for (const args of commands()) {
        const {exitCode, stderr} = await run(args, {...envOf(ALICE), ...endpoints(), ...place}, UNKNOWN_UID)
        expect(exitCode, `${args.join(' ')}: ${stderr}`).to.equal(0)
      }
    }
    const none = await run(['credential-plugin', 'get-token', '-c', CLUSTER_ID], {}, UNKNOWN_UID)
    expect(none.stderr).to.contain('(CredentialsNotFound)')
  })
})
