import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {expect} from 'chai'

import {howMany} from '../support/full.ts'
import {cliEnvironment, PROGRAM, runCli, runCrowd} from '../support/run-cli.ts'
import {CLUSTER_ID, FIRST, SESSION, SHOWN_SECRET, USER_ENV, useStsWorld} from '../support/sts-world.ts'
import {expectMode} from '../support/expect-mode.ts'

describe('get-token and what it has fetched', () => {
  const world = useStsWorld()
  const {getToken, run, whoAmI, assumed} = world

  describe('keeps it', () => {
    const cacheDir = (): string => join(world.home.dir, '.kube', 'cache', 'ack-ram-tool', 'credential-plugin')

    it('so that the second run makes no call', async () => {
      for (let index = 0; index < 3; index += 1)
        expect(await whoAmI(['--role-arn', FIRST], USER_ENV)).to.contain('assumed-role/first/')
      expect(assumed()).to.have.length(1)
      const [entry] = await readdir(cacheDir())
      expect(entry).to.match(/^[0-9a-f]{64}\.json$/)
      await expectMode(cacheDir(), 0o700)
      await expectMode(join(cacheDir(), entry ?? ''), 0o600)
    })

    it('for the caller that a program answers with, and for no other', async () => {
      const print = await world.home.write(
        'print.cjs',
        `process.stdout.write(require('fs').readFileSync(process.argv[2]))`,
      )
      const session = join(world.home.dir, 'session.json')
      await world.writeProfile({mode: 'External', process_command: `"${process.execPath}" "${print}" "${session}"`})
      const logIn = async (arn: string): Promise<void> => {
        const {AccessKeyId, AccessKeySecret, SecurityToken, Expiration} = world.sts.issue(arn)
        const keys = {access_key_id: AccessKeyId, access_key_secret: AccessKeySecret, sts_token: SecurityToken}
        await world.home.write('session.json', {mode: 'StsToken', ...keys, expiration: Expiration})
      }
      for (const arn of ['acs:ram::1:user/alice', 'acs:ram::1:user/bob', 'acs:ram::1:user/alice']) {
        await logIn(arn)
        expect(await whoAmI([])).to.equal(arn)
        const before = assumed().length
        for (let time = 0; time < 2; time += 1)
          expect(await whoAmI(['--role-arn', FIRST])).to.match(/assumed-role\/first/)
        expect(assumed().length - before, arn).to.equal(1)
      }
    })

    it('for that identity and no other', async () => {
      const variants: readonly (readonly [readonly string[], Record<string, string>])[] = [
        [['--role-arn', FIRST], USER_ENV],
        [['--role-arn', FIRST, '--role-session-name', 'other'], USER_ENV],
        [['--role-arn', FIRST, '--role-duration', '20m'], USER_ENV],
        [['--role-arn', FIRST, '--role-policy', '{}'], USER_ENV],
        [['--role-arn', FIRST, '--role-arn', FIRST], USER_ENV],
        [
          ['--role-arn', FIRST],
          {
            ALIBABA_CLOUD_ACCESS_KEY_ID: SESSION.accessKeyId,
            ALIBABA_CLOUD_ACCESS_KEY_SECRET: SESSION.accessKeySecret,
            ALIBABA_CLOUD_SECURITY_TOKEN: SESSION.securityToken,
          },
        ],
      ]
      for (const [args, env] of variants) await whoAmI(args, env)
      expect(assumed()).to.have.length(variants.length + 1)
      expect(await readdir(cacheDir())).to.have.length(variants.length)
      for (const [args, env] of variants) await whoAmI(args, env)
      expect(assumed()).to.have.length(variants.length + 1)
    })

    // The program's own compiled form, which is none of what is meant here.
    const WITHOUT_COMPILED = {...USER_ENV, NODE_DISABLE_COMPILE_CACHE: '1'}

    it('where KUBECACHEDIR or the flag says, or not at all', async () => {
      await whoAmI(['--role-arn', FIRST], {...WITHOUT_COMPILED, KUBECACHEDIR: join(world.home.dir, 'kube')})
      expect(await readdir(join(world.home.dir, 'kube', 'ack-ram-tool', 'credential-plugin'))).to.have.length(1)
      await whoAmI(['--role-arn', FIRST, '--credential-cache-dir', join(world.home.dir, 'flag')], WITHOUT_COMPILED)
      expect(await readdir(join(world.home.dir, 'flag'))).to.have.length(1)
      await whoAmI(['--role-arn', FIRST, '--no-cache'], WITHOUT_COMPILED)
      await whoAmI(['--role-arn', FIRST, '--no-cache'], WITHOUT_COMPILED)
      expect(assumed()).to.have.length(4)
      expect(await readdir(world.home.dir)).not.to.include('.kube')
    })

    it('and does without when it cannot', async () => {
      await mkdir(join(world.home.dir, '.kube'))
      await writeFile(join(world.home.dir, '.kube', 'cache'), 'in the way')
      const {exitCode, stdout, stderr} = await run(['--role-arn', FIRST], USER_ENV)
      expect(exitCode).to.equal(0)
      expect(stdout).to.match(/^k8s-ack-v2\./)
      expect(stderr).not.to.match(SHOWN_SECRET)
    })

    it('and says once why it cannot', async () => {
      const notDir = await world.home.write('file', 'in the way')
      const {exitCode, stderr} = await run(['--role-arn', FIRST, '--credential-cache-dir', notDir], USER_ENV)
      expect(exitCode).to.equal(0)
      expect(stderr.match(/ignoring the cache in/g)).to.have.length(1)
    })

    it('but never an AccessKey', async () => {
      await whoAmI([], WITHOUT_COMPILED)
      expect(await readdir(world.home.dir)).to.deep.equal([])
    })

    it('and uses it, with a warning, when it is about to end and cannot be renewed', async () => {
      await whoAmI(['--role-arn', FIRST], USER_ENV)
      const [name = ''] = await readdir(cacheDir())
      const path = join(cacheDir(), name)
      const soon = new Date(Math.floor(Date.now() / 1000) * 1000 + 300_000).toISOString()
      const entry = await readFile(path, 'utf8')
      await writeFile(path, entry.replaceAll(/"\d{4}-\d\d-\d\dT[^"]+Z"/g, JSON.stringify(soon)))
      world.sts.failNext(9, {status: 503, code: 'ServiceUnavailable'})
      const {exitCode, stdout, stderr} = await runCli(
        ['credential-plugin', 'get-token', '-c', CLUSTER_ID, '--sts-endpoint', world.sts.endpoint, '--role-arn', FIRST],
        {home: world.home.dir, env: USER_ENV},
      )
      expect(exitCode).to.equal(0)
      expect(stderr)
        .to.match(/warn: /)
        .and.not.match(SHOWN_SECRET)
      const {status} = JSON.parse(stdout) as {status: {expirationTimestamp: string}}
      expect(new Date(status.expirationTimestamp).toISOString()).to.equal(soon)
    })

    it('when many start together with an empty cache: one call', async function () {
      this.timeout(120_000)
      const command = [...PROGRAM, ...getToken(['--role-arn', FIRST, '--timeout', '60s'])] as const
      const results = await runCrowd({
        count: howMany(100, 12, 6),
        command,
        env: cliEnvironment(world.home.dir, USER_ENV),
      })
      for (const {exitCode, stderr} of results) expect({exitCode, stderr}).to.deep.equal({exitCode: 0, stderr: ''})
      expect(assumed()).to.have.length(1)
    })
  })

  describe('asks STS no more often in trouble', () => {
    const COUNT = howMany(50, 12, 6)
    const crowd = async (timeout: string): Promise<void> => {
      const command = [...PROGRAM, ...getToken(['--role-arn', FIRST, '--timeout', timeout])] as const
      const results = await runCrowd({count: COUNT, command, env: cliEnvironment(world.home.dir, USER_ENV)})
      for (const {exitCode, stdout, stderr} of results) {
        expect(exitCode, stderr).to.be.oneOf([5, 6])
        expect(stdout).to.equal('')
        expect(stderr)
          .to.match(/^Error: AssumeRole at [^\n]+\n {2}Next: [^\n]+\n$/)
          .and.not.match(SHOWN_SECRET)
      }
    }

    it('when it is broken: those that have started meanwhile share what one was told', async function () {
      this.timeout(120_000)
      world.sts.failNext(Infinity, {status: 500, code: 'InternalError'})
      await crowd('60s')
      // Three attempts of each that has started after the failure of another one.
      expect(assumed().length).to.be.lessThan(COUNT)
    })

    it('when it throttles until the time is over', async function () {
      this.timeout(120_000)
      world.sts.failNext(Infinity, {status: 400, code: 'Throttling.User'})
      await crowd('4s')
      expect(assumed().length).to.be.lessThan(COUNT * 1.5)
    })

    it('but each new run asks again', async () => {
      world.sts.failNext(3, {status: 500, code: 'InternalError'})
      expect(await run(['--role-arn', FIRST], USER_ENV)).to.include({exitCode: 6})
      expect(await whoAmI(['--role-arn', FIRST], USER_ENV)).to.contain('assumed-role/first/')
      expect(assumed()).to.have.length(4)
    })
  })
})
