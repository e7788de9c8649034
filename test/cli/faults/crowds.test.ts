import {readdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {expect} from 'chai'

import {authenticate} from '../../local-cloud/authenticator.ts'
import {isKubectlPresent, runKubectl} from '../../local-cloud/kubectl.ts'
import {ALICE, CLUSTER_ID as CLUSTER, profileOf, startClusterWorld} from '../../support/cluster-world.ts'
import {figure} from '../../support/figures.ts'
import {howMany} from '../../support/full.ts'
import {CLI_CONFIG, makeHome} from '../../support/home.ts'
import {
  cliEnvironment,
  PROGRAM,
  runCli,
  runCliProcess,
  runCrowd,
  STANDALONE,
  type CliResult,
} from '../../support/run-cli.ts'
import {CLUSTER_ID, FIRST, USER_ENV, useStsWorld} from '../../support/sts-world.ts'

describe('many processes at once', () => {
  const world = useStsWorld()

  before(function () {
    if (STANDALONE) this.skip()
  })

  const cacheDir = (): string => join(world.home.dir, '.kube', 'cache', 'ack-ram-tool', 'credential-plugin')
  const asSession = (session: string): readonly string[] =>
    world.getToken([`--role-arn=${FIRST}`, `--role-session-name=${session}`, '--timeout=60s'])
  /** Each must have got the token of its own session, without a word. */
  const crowd = async (count: number, session: string, more: Readonly<Record<string, string>> = {}): Promise<void> => {
    const command = [...PROGRAM, ...asSession(session)] as const
    const env = cliEnvironment(world.home.dir, {...USER_ENV, ...more})
    const results: readonly CliResult[] = await runCrowd({count, command, env})
    for (const {stderr, exitCode} of results) expect({stderr, exitCode}).to.deep.equal({stderr: '', exitCode: 0})
    for (const token of new Set(results.map(({stdout}) => stdout.trim())))
      expect((await authenticate(token, {clusterId: CLUSTER_ID, sts: world.sts})).arn).to.match(
        new RegExp(`assumed-role/first/${session}$`),
      )
    figure('processes of a crowd', count)
  }

  it('make one call for an empty cache', async () => {
    await crowd(howMany(200, 6), 'one')
    expect(world.assumed()).to.have.length(1)
  }).timeout(600_000)

  it('make one call for an entry that has expired', async () => {
    await crowd(1, 'one')
    const [name = ''] = await readdir(cacheDir())
    const path = join(cacheDir(), name)
    const entry = await readFile(path, 'utf8')
    await writeFile(path, entry.replaceAll(/"\d{4}-\d\d-\d\dT[^"]+Z"/g, '"2026-01-02T03:04:05Z"'))
    await crowd(howMany(200, 6), 'one')
    expect(world.assumed()).to.have.length(2)
  }).timeout(600_000)

  it('make one call for each identity, and none gets the token of another', async () => {
    const sessions = ['one', 'two', 'three', 'four'].slice(0, howMany(4, 2))
    await Promise.all(sessions.map((session) => crowd(howMany(50, 3), session)))
    expect(world.assumed()).to.have.length(sessions.length)
  }).timeout(600_000)

  it('all get their token while the cache is cleared under them', async () => {
    const over = new AbortController()
    let clears = 0
    const clear = async (): Promise<void> => {
      while (!over.signal.aborted) {
        const {stderr, exitCode} = await runCli(['credential-plugin', 'cache', 'clear'], {home: world.home.dir})
        expect({stderr, exitCode}).to.deep.equal({stderr: '', exitCode: 0})
        clears += 1
      }
    }
    await Promise.all([crowd(howMany(200, 8), 'one').finally(() => over.abort()), clear()])
    expect(world.assumed().length).to.be.within(1, howMany(200, 8))
    figure('times that the cache was cleared under a crowd', clears)
  }).timeout(600_000)

  it('all get their token while the clock jumps', async () => {
    const MINUTES = [0, 10, -10].slice(0, howMany(3, 2))
    await Promise.all(
      MINUTES.map((minutes) => crowd(howMany(66, 3), 'one', minutes === 0 ? {} : {NODE_OPTIONS: jumpOf(minutes)})),
    )
    // A lock of another time may be that of a process that has ended long ago: its work may be done once more.
    expect(world.assumed().length).to.be.within(1, howMany(66, 3))
  }).timeout(600_000)
})

describe('many writers of one kubeconfig', () => {
  it('lose nothing of each other, nor of kubectl config', async function () {
    if (STANDALONE || !isKubectlPresent()) this.skip()
    const [home, world] = await Promise.all([makeHome(), startClusterWorld()])
    try {
      await home.write(CLI_CONFIG, {current: 'alice', profiles: [profileOf('alice', ALICE)]})
      const kubeconfig = await home.write('.kube/config', 'apiVersion: v1\nkind: Config\n')
      const kubectl = (...args: readonly string[]): ReturnType<typeof runKubectl> =>
        runKubectl(['config', ...args], {kubeconfig, home: home.dir})
      const indexes = Array.from({length: howMany(20, 3)}, (_, index) => index)
      const ours = indexes.map(async (index) => {
        const args = ['credential-plugin', 'update-kubeconfig', `--cluster-id=${CLUSTER}`, `--alias=ours-${index}`]
        const {stderr, exitCode} = await runCliProcess(args, {home: home.dir, env: {CS_ENDPOINT: world.cs.endpoint}})
        expect({stderr, exitCode}).to.deep.equal({stderr: '', exitCode: 0})
      })
      const theirs = indexes.map(async (index) => {
        // kubectl does not wait for a lock: a person tries again.
        for (;;) {
          const {stderr, exitCode} = await kubectl('set-context', `theirs-${index}`, '--cluster=x')
          if (exitCode === 0) return
          expect(stderr).to.contain('config.lock: file exists')
        }
      })
      await Promise.all([...ours, ...theirs])
      const names = (await kubectl('get-contexts', '-o', 'name')).stdout.trim().split('\n')
      expect(names).to.have.members(indexes.flatMap((index) => [`ours-${index}`, `theirs-${index}`]))
      figure('writers of a kubeconfig, ours and kubectl', 2 * indexes.length)
    } finally {
      await Promise.all([home.remove(), world.close()])
    }
  }).timeout(600_000)
})

/** Lets the clock of a process jump in the middle of its run: when it has read it a few times. */
const jumpOf = (minutes: number): string => {
  const code = `const real = Date.now; let reads = 0
const now = () => real() + (++reads > 5 ? ${minutes} * 60_000 : 0)
globalThis.Date = class extends Date { constructor(...args) { args.length ? super(...args) : super(now()) } static now() { return now() } }`
  return `--import=data:text/javascript,${encodeURIComponent(code)}`
}
