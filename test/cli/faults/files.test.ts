import {mkdir, readdir, readFile, rm, unlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {expect} from 'chai'

import {authenticate} from '../../local-cloud/authenticator.ts'
import {startCloudSsoServer, type LocalCloudSsoServer} from '../../local-cloud/cloud-sso-server.ts'
import {
  ALICE,
  CLUSTER_ID,
  envOf,
  profileOf,
  ROLE,
  startClusterWorld,
  type ClusterWorld,
} from '../../support/cluster-world.ts'
import {age, failEveryStep, leftBelow, succeeded} from '../../support/fault-loop.ts'
import {runWithFault, type FaultyResult} from '../../support/file-faults.ts'
import {CLI_CONFIG, makeHome, type TestHome} from '../../support/home.ts'
import {KUBECONFIG_OF_OTHERS as OTHERS} from '../../support/kubeconfig-corpus.ts'
import {ALICE_ID, startRbacWorld, user, type RbacWorld} from '../../support/rbac-world.ts'
import {runCli, STANDALONE, type CliResult} from '../../support/run-cli.ts'

describe('when any step with a file fails, or the process is killed in it', () => {
  let home: TestHome
  let world: ClusterWorld
  let sso: LocalCloudSsoServer

  before(async function () {
    if (STANDALONE || process.platform === 'win32') this.skip()
    world = await startClusterWorld()
    home = await makeHome()
    sso = await startCloudSsoServer({
      accessToken: 'SECRET-sso',
      assignments: [{accountId: '1', accessConfigurationId: 'ac-1'}],
      mint: () => world.sts.issue(ALICE.arn),
    })
  })
  after(async () => {
    await Promise.all([world?.close(), sso?.close(), home?.remove()])
  })

  const env = (): Record<string, string> => ({
    ...envOf(ALICE),
    ACK_RAM_TOOL_STS_ENDPOINT: world.sts.endpoint,
    CS_ENDPOINT: world.cs.endpoint,
  })
  const run = (args: readonly string[], more: Readonly<Record<string, string>> = env()): Promise<CliResult> =>
    runCli(args, {home: home.dir, env: more})
  const emptyHome = async (): Promise<void> => {
    for (const name of await readdir(home.dir)) await rm(join(home.dir, name), {recursive: true, force: true})
  }
  const cacheDir = (): string => join(home.dir, '.kube', 'cache', 'ack-ram-tool', 'credential-plugin')
  const common = {home: () => home.dir, env, prepare: emptyHome, exitCodes: [] as readonly number[]}

  describe('the cache', () => {
    const token = (): readonly string[] => [
      'credential-plugin',
      'get-token',
      `--cluster-id=${CLUSTER_ID}`,
      '--token-only',
      `--role-arn=${ROLE}`,
    ]
    const expectToken = async ({stdout, exitCode}: CliResult): Promise<void> => {
      if (exitCode === null) return expect(stdout).to.equal('') as never
      expect((await authenticate(stdout.trim(), {clusterId: CLUSTER_ID, sts: world.sts})).arn).to.contain(
        'assumed-role',
      )
    }
    /** The next run uses or replaces what is there; once what was left is old, the next that writes removes it. */
    const goesOn = async (args: readonly string[], check: (result: CliResult) => Promise<void>): Promise<void> => {
      const next = await run(args)
      succeeded(next)
      await check(next)
      await age(home.dir)
      for (const name of (await readdir(cacheDir())).filter((one) => /^[0-9a-f]{64}\.json$/.test(one)))
        await unlink(join(cacheDir(), name))
      succeeded(await run(args))
      expect(await leftBelow(home.dir)).to.deep.equal([])
      expect(await readdir(cacheDir())).to.have.length(1)
    }

    it('gives the token all the same, and is whole, empty or not there', async () => {
      const steps = await failEveryStep({
        ...common,
        args: token,
        check: expectToken,
        again: () => goesOn(token(), expectToken),
      })
      expect(steps).to.be.greaterThan(25)
    }).timeout(600_000)

    it('gives the token all the same when an entry that has expired is replaced', async () => {
      await emptyHome()
      succeeded(await run(token()))
      const [name = ''] = await readdir(cacheDir())
      const entry = await readFile(join(cacheDir(), name), 'utf8')
      const expired = entry.replaceAll(/"\d{4}-\d\d-\d\dT[^"]+Z"/g, '"2026-01-02T03:04:05Z"')
      await failEveryStep({
        ...common,
        every: 9,
        args: token,
        prepare: async () => {
          await emptyHome()
          await mkdir(cacheDir(), {recursive: true, mode: 0o700})
          await writeFile(join(cacheDir(), name), expired, {mode: 0o600})
        },
        check: expectToken,
        again: () => goesOn(token(), expectToken),
      })
    }).timeout(600_000)

    it('gives the certificate all the same', async () => {
      const args = (): readonly string[] => ['credential-plugin', 'get-credential', `--cluster-id=${CLUSTER_ID}`]
      const check = async ({stdout, exitCode}: CliResult): Promise<void> => {
        if (exitCode !== null) expect(stdout).to.contain('clientCertificateData')
        await Promise.resolve()
      }
      await failEveryStep({...common, every: 9, args, check, again: () => goesOn(args(), check)})
    }).timeout(600_000)

    it('lists the clusters all the same, whatever becomes of the list for completion', async () => {
      const args = (): readonly string[] => ['list-clusters', '--output=json']
      const check = async ({stdout, exitCode}: CliResult): Promise<void> => {
        if (exitCode !== null) expect(stdout).to.contain(CLUSTER_ID)
        await Promise.resolve()
      }
      await failEveryStep({
        ...common,
        args,
        check,
        again: async () => {
          const next = await run(args())
          succeeded(next)
          await check(next)
          await age(home.dir)
          // What writes into the cache removes what was left in it.
          succeeded(await run(token()))
          expect(await leftBelow(home.dir)).to.deep.equal([])
        },
      })
    }).timeout(600_000)

    it('is cleared, or says why not', async () => {
      await failEveryStep({
        ...common,
        args: () => ['credential-plugin', 'cache', 'clear'],
        prepare: async () => {
          await emptyHome()
          succeeded(await run(token()))
        },
        exitCodes: [1],
        check: async ({exitCode, stderr}) => {
          if (exitCode === 1) expect(stderr).to.contain('(CacheUnusable)')
          else if (exitCode === 0) expect(await readdir(cacheDir())).to.deep.equal([])
        },
        again: async () => {
          succeeded(await run(['credential-plugin', 'cache', 'clear']))
          expect(await readdir(cacheDir())).to.deep.equal([])
        },
      })
    }).timeout(600_000)
  })

  describe('a kubeconfig', () => {
    const config = (): string => join(home.dir, '.kube', 'config')
    const place = (): string => join(home.dir, '.kube', '.ack-ram-tool')
    const update = (): readonly string[] => ['credential-plugin', 'update-kubeconfig', `--cluster-id=${CLUSTER_ID}`]
    const ofKubeconfig = {
      ...common,
      env: (): Record<string, string> => ({CS_ENDPOINT: world.cs.endpoint}),
      below: () => join(home.dir, '.kube'),
      exitCodes: [7],
    }
    const runIt = (args: readonly string[]): Promise<CliResult> => run(args, ofKubeconfig.env())
    const withProfile = async (): Promise<void> => {
      await emptyHome()
      await home.write(CLI_CONFIG, {current: 'alice', profiles: [profileOf('alice', ALICE)]})
    }
    const text = (): Promise<string | undefined> => readFile(config(), 'utf8').catch(() => undefined)
    const isUpdated = (now: string | undefined): boolean => now?.includes(`name: "2001-${CLUSTER_ID}"`) ?? false
    /** What is beside it, and what is kept, once all is well. */
    const expectInOrder = async (kept: number): Promise<void> => {
      expect(await leftBelow(home.dir)).to.deep.equal([])
      expect((await readdir(join(home.dir, '.kube'))).filter((name) => name !== 'cache').toSorted()).to.deep.equal(
        kept > 0 ? ['.ack-ram-tool', 'config'] : ['config'],
      )
      if (kept > 0) expect(await readdir(place())).to.have.length(kept)
    }

    it('is as it was or updated, and never without its backup', async () => {
      const updated = async (): Promise<void> => {
        // What was left is not in the way of the next one, and is gone after it.
        await age(home.dir)
        succeeded(await runIt(update()))
        if ((await leftBelow(home.dir)).length > 0) {
          await writeFile(config(), OTHERS)
          succeeded(await runIt(update()))
        }
        expect(isUpdated(await text())).to.equal(true)
        expect(await text()).to.contain('SECRET-of-minikube')
        await expectInOrder(1)
        succeeded(await runIt(['credential-plugin', 'update-kubeconfig', '--undo']))
        expect(await text()).to.equal(OTHERS)
      }
      await failEveryStep({
        ...ofKubeconfig,
        args: update,
        prepare: async () => {
          await withProfile()
          await home.write('.kube/config', OTHERS)
        },
        check: async ({exitCode}: FaultyResult) => {
          const now = await text()
          if (exitCode === 0) expect(isUpdated(now)).to.equal(true)
          if (exitCode === 7) expect(now).to.equal(OTHERS)
          if (now !== OTHERS) {
            expect(isUpdated(now)).to.equal(true)
            const backup = (await readdir(place())).find((name) => name.endsWith('.bak'))
            expect(await readFile(join(place(), backup ?? ''), 'utf8')).to.equal(OTHERS)
          }
        },
        again: updated,
      })
    }).timeout(600_000)

    it('is not locked for ever by a process that is killed while it takes the lock', async () => {
      await withProfile()
      await home.write('.kube/config', OTHERS)
      for (const at of [
        String.raw`^writeFile .*/config\.lock`,
        String.raw`^link `,
        String.raw`^unlink .*/config\.lock`,
      ]) {
        const fault = {at, code: 'KILL'} as const
        const killed = await runWithFault({args: update(), home: home.dir, env: ofKubeconfig.env(), fault})
        expect(killed.exitCode, at).to.equal(null)
        // Of an empty lock nobody could know that its owner has ended.
        const lock = await readFile(`${config()}.lock`, 'utf8').catch(() => undefined)
        if (lock !== undefined) expect(lock, at).to.match(/^\{"pid":\d+/)
        succeeded(await runIt(update()))
      }
    })

    it('that is new is whole or not there', async () => {
      await failEveryStep({
        ...ofKubeconfig,
        every: 8,
        args: update,
        prepare: withProfile,
        check: async ({exitCode}) => {
          const now = await text()
          if (exitCode === 0) expect(isUpdated(now)).to.equal(true)
          else if (now !== undefined) expect(isUpdated(now)).to.equal(true)
        },
        again: async () => {
          succeeded(await runIt(update()))
          expect(isUpdated(await text())).to.equal(true)
        },
      })
    }).timeout(600_000)

    it('is as it was or restored by --undo', async () => {
      let updated = ''
      await failEveryStep({
        ...ofKubeconfig,
        every: 9,
        args: () => ['credential-plugin', 'update-kubeconfig', '--undo'],
        prepare: async () => {
          await withProfile()
          await home.write('.kube/config', OTHERS)
          succeeded(await runIt(update()))
          updated = (await text()) ?? ''
        },
        check: async ({exitCode}) => {
          const now = await text()
          if (exitCode === 0) expect(now).to.equal(OTHERS)
          else if (exitCode === 7) expect(now).to.equal(updated)
          else expect([OTHERS, updated]).to.include(now)
        },
        again: async () => {
          const now = await text()
          succeeded(await runIt(['credential-plugin', 'update-kubeconfig', '--undo']))
          expect(await text()).to.equal(now === OTHERS ? updated : OTHERS)
        },
      })
    }).timeout(600_000)
  })

  describe('the session of a login in config.json', () => {
    const profile = (): object => ({
      name: 'me',
      mode: 'CloudSSO',
      cloud_sso_sign_in_url: sso.signInUrl,
      cloud_sso_account_id: '1',
      cloud_sso_access_config: 'ac-1',
      access_token: 'SECRET-sso',
      cloud_sso_access_token_expire: Math.floor(Date.now() / 1000) + 3600,
      region_id: 'cn-hangzhou',
    })
    const other = {name: 'other', mode: 'AK', access_key_id: 'LTAI-other', access_key_secret: 'SECRET-of-other'}
    let before = ''
    const path = (): string => join(home.dir, CLI_CONFIG)
    const args = (): readonly string[] => [
      'credential-plugin',
      'get-token',
      `--cluster-id=${CLUSTER_ID}`,
      '--token-only',
    ]
    const own = (): Record<string, string> => ({ACK_RAM_TOOL_STS_ENDPOINT: world.sts.endpoint})

    it('is used all the same, and the file is as it was or has it', async () => {
      const isWhole = async (): Promise<void> => {
        const now = await readFile(path(), 'utf8')
        if (now === before) return
        const {profiles} = JSON.parse(now) as {profiles: readonly Record<string, string>[]}
        expect(profiles[1]).to.deep.equal(other)
        expect(profiles[0]).to.include({name: 'me', access_token: 'SECRET-sso'})
        expect(profiles[0]?.['access_key_id']).to.match(/^STS\./)
      }
      await failEveryStep({
        ...common,
        env: own,
        args,
        prepare: async () => {
          await emptyHome()
          await home.write(CLI_CONFIG, {current: 'me', profiles: [profile(), other]})
          before = await readFile(path(), 'utf8')
        },
        exitCodes: [3],
        check: async ({stdout, exitCode}) => {
          await isWhole()
          if (exitCode !== 0) return
          expect((await authenticate(stdout.trim(), {clusterId: CLUSTER_ID, sts: world.sts})).arn).to.equal(ALICE.arn)
        },
        again: async () => {
          await age(home.dir)
          succeeded(await run(args(), own()))
          await isWhole()
          expect(await readFile(path(), 'utf8')).not.to.equal(before)
          await writeFile(path(), before)
          succeeded(await run(args(), own()))
          expect(await leftBelow(home.dir)).to.deep.equal([])
        },
      })
    }).timeout(600_000)
  })
})

describe('when any step of a backup of bindings fails, or the process is killed in it', () => {
  it('nothing is taken away without a whole backup', async function () {
    if (STANDALONE || process.platform === 'win32') this.skip()
    let world: RbacWorld | undefined
    const backups = (): string => join(world?.home.dir ?? '', 'backups')
    const args = (): readonly string[] => [
      'rbac',
      'cleanup-user-permissions',
      '--cluster-id=c1',
      `--user-id=${ALICE_ID}`,
      `--backup-dir=${backups()}`,
      '-y',
    ]
    const bindings = (): readonly string[] => world?.c1.bindings() ?? []
    const before = [`ClusterRoleBinding/-/mine: ${ALICE_ID}`]
    try {
      await failEveryStep({
        args,
        home: () => world?.home.dir ?? '',
        env: () => world?.env ?? {},
        below: backups,
        prepare: async () => {
          await world?.close()
          world = await startRbacWorld()
          await mkdir(backups())
          world.c1.bindCluster('mine', user(ALICE_ID))
        },
        exitCodes: [9],
        check: async ({exitCode, stderr}) => {
          if (exitCode === 9) {
            expect(stderr).to.contain('(BackupUnusable)')
            expect(bindings()).to.deep.equal(before)
          }
          // Where something was taken away, the backup has it.
          if (bindings().length > 0) return
          const name = (await readdir(backups())).find((one) => !one.endsWith('.tmp')) ?? ''
          const [file = ''] = await readdir(join(backups(), name, 'c1'))
          expect(await readFile(join(backups(), name, 'c1', file), 'utf8')).to.contain(ALICE_ID)
        },
        again: async () => {
          if (bindings().length === 0) return
          expect((await runCli(args(), {home: world?.home.dir ?? '', env: world?.env ?? {}})).exitCode).to.equal(0)
          expect(bindings()).to.deep.equal([])
        },
      })
    } finally {
      await world?.close()
    }
  }).timeout(600_000)
})
