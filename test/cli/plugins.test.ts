import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {cp, readdir, readFile, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {fileURLToPath} from 'node:url'

import {expect} from 'chai'

import {ALICE, CLUSTER_ID, envOf, ROLE, startClusterWorld, type ClusterWorld} from '../support/cluster-world.ts'
import {CLI_CONFIG, makeHome, type TestHome} from '../support/home.ts'
import {commandPlugin, hookPlugin, installPlugins, sourcePlugin, type TestPlugin} from '../support/plugins.ts'
import {cliEnvironment, type CliResult, PROGRAM, runCliProcess as runCli, STANDALONE} from '../support/run-cli.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const GET_TOKEN = ['credential-plugin', 'get-token', '-c', CLUSTER_ID]
const EXPIRATION = '2099-01-01T00:00:00Z'
/** What a source of a test gives: Alice's AccessKey, as if it were a session's. */
const GIVE = `return {accessKeyId: '${ALICE.accessKeyId}', accessKeySecret: '${ALICE.accessKeySecret}', expiration: '${EXPIRATION}'}`

/** The module of a command without oclif. */
const PRINT_HELLO = `module.exports = class { static flags = {}; static args = {}; static aliases = []; static hiddenAliases = []; static async run() { console.log('hello') } }`

const isToken = ({stdout}: CliResult): boolean => (JSON.parse(stdout) as {kind: string}).kind === 'ExecCredential'

describe('third-party plugins, in an executable', () => {
  before(function () {
    if (!STANDALONE) this.skip()
  })

  it('are skipped, with one line that says why and what to do', async () => {
    const home = await makeHome()
    try {
      await installPlugins(home, [hookPlugin('one', 'prerun', ''), hookPlugin('two', 'prerun', '')])
      const result = await runCli(GET_TOKEN, {home: home.dir, env: envOf(ALICE)})
      expect(result.exitCode).to.equal(0)
      expect(isToken(result)).to.equal(true)
      expect(result.stderr).to.match(
        /^\S+ warn: a standalone executable cannot load plugins; skipped: one, two; use the npm package for them: npm install --global ack-ram-tool\n$/,
      )
      const {stderr, exitCode} = await runCli(['plugins', 'install', 'x'], {home: home.dir})
      expect(exitCode).to.equal(2)
      expect(stderr).to.contain('a standalone executable cannot load plugins')
    } finally {
      await home.remove()
    }
  })
})

describe('third-party plugins', function () {
  this.timeout(60_000)
  let home: TestHome

  before(async function () {
    if (STANDALONE) this.skip()
    home = await makeHome()
  })
  after(() => home?.remove())

  const run = async (
    plugins: readonly TestPlugin[],
    args: readonly string[] = GET_TOKEN,
    env: Readonly<Record<string, string>> = envOf(ALICE),
  ): Promise<CliResult> => {
    await installPlugins(home, plugins)
    return runCli(args, {home: home.dir, env})
  }

  describe('cannot break what kubectl waits for', () => {
    it('by printing on stdout, in whatever way', async () => {
      const result = await run([
        hookPlugin(
          'printer',
          'prerun',
          `console.log('one')
process.stdout.write('two\\n')
require('fs').writeSync(1, 'three\\n')
require('child_process').execFileSync(process.execPath, ['-e', 'console.log("four")'], {stdio: 'inherit'})
this?.log?.('five')
setImmediate(() => console.log('six'))`,
        ),
        hookPlugin('initial', 'init', `console.log('seven')`),
      ])
      expect(result.exitCode, result.stderr).to.equal(0)
      expect(isToken(result)).to.equal(true)
      for (const word of ['one', 'two', 'three', 'four', 'six', 'seven']) expect(result.stderr).to.contain(word)
    })

    for (const [what, event, body, message] of [
      ['a crash', 'prerun', `throw new Error('out of luck')`, 'failed in its prerun hook: out of luck'],
      ['a crash at the start', 'init', `throw new TypeError('no luck')`, 'failed in its init hook: no luck'],
      [
        'a promise that never ends',
        'prerun',
        'await new Promise(() => setInterval(() => {}, 1000))',
        'timed out in its prerun hook',
      ],
      ['a loop that never ends', 'prerun', 'for (;;);', 'timed out in its prerun hook'],
      ['process.exit(0)', 'prerun', 'process.exit(0)', 'ended the program without an answer, in its prerun hook'],
      ['process.exit(7)', 'prerun', 'process.exit(7)', 'ended the program without an answer, in its prerun hook'],
      ["oclif's own exit", 'prerun', 'given.context.exit(0)', 'failed in its prerun hook'],
      [
        'a signal',
        'prerun',
        `process.kill(process.pid, 'SIGKILL'); for (;;);`,
        'crashed the program (SIGKILL), in its prerun hook',
      ],
      [
        'an error that is thrown later',
        'prerun',
        `setTimeout(() => { throw new Error('late') }); await new Promise((r) => setTimeout(r, 5000))`,
        'failed in its prerun hook: late',
      ],
      [
        'something that is no error',
        'prerun',
        `throw 'text'`,
        'failed in its prerun hook: it threw a value that is not an Error',
      ],
    ] as const) {
      it(`by ${what}: the error names the plugin`, async () => {
        const {stdout, stderr, exitCode} = await run(
          [hookPlugin('culprit', event, body)],
          [...GET_TOKEN, '--timeout', '2s'],
        )
        expect({stdout, exitCode}, stderr).to.deep.equal({stdout: '', exitCode: 8})
        expect(stderr).to.contain('culprit').and.contain(message).and.contain('(PluginFailed)')
        expect(stderr).to.contain('ack-ram-tool plugins uninstall culprit')
      })
    }

    it('by files that cannot be read: it is skipped with a warning', async () => {
      const broken: TestPlugin[] = [
        {name: 'no-manifest', files: {'oclif.manifest.json': '{"commands": {'}},
        {name: 'other-version', files: {'oclif.manifest.json': '{"version": "0.9.0", "commands": {}}'}},
        {name: 'no-package', files: {'package.json': 'not JSON'}},
      ]
      const result = await run([...broken, hookPlugin('whole', 'prerun', `process.stderr.write('whole\\n')`)])
      expect(result.exitCode, result.stderr).to.equal(0)
      expect(isToken(result)).to.equal(true)
      for (const {name} of broken) expect(result.stderr).to.match(new RegExp(`warn: plugin ${name} skipped: `))
      expect(result.stderr.split('\n').filter((line) => line !== '')).to.have.length(broken.length + 1)
      expect(result.stderr).to.contain('whole')
      expect((await run(broken, [...GET_TOKEN, '--log-level', 'error'])).stderr).to.equal('')
    })

    it('by a list that cannot be read', async () => {
      await home.write('.local/share/ack-ram-tool/package.json', '{"oclif": ')
      const result = await runCli(GET_TOKEN, {home: home.dir, env: envOf(ALICE)})
      expect(result.exitCode).to.equal(0)
      expect(isToken(result)).to.equal(true)
      expect(result.stderr).to.match(/warn: cannot read the list of plugins in .*package\.json: all plugins skipped\n$/)
    })

    it('by a command of the name of ours', async () => {
      const id = 'credential-plugin:get-token'
      const result = await run([commandPlugin('usurper', {id, source: PRINT_HELLO})])
      expect(isToken(result)).to.equal(true)
    })

    it('and a signal ends both processes', async function () {
      if (process.platform === 'win32') this.skip()
      const waiting = `process.stderr.write(String(process.pid) + '\\n'); await new Promise((done) => setTimeout(done, 60_000))`
      await installPlugins(home, [hookPlugin('patient', 'prerun', waiting)])
      for (const [signal, code] of [
        ['SIGTERM', 143],
        ['SIGINT', 130],
      ] as const) {
        const [program, ...before] = PROGRAM
        const child = spawn(program, [...before, ...GET_TOKEN, '--timeout', '60s'], {
          env: cliEnvironment(home.dir, envOf(ALICE)),
          stdio: ['ignore', 'ignore', 'pipe'],
        })
        const [first] = (await once(child.stderr, 'data')) as [Buffer]
        child.kill(signal)
        const [exitCode] = (await once(child, 'exit')) as [number]
        expect(exitCode).to.equal(code)
        expect(() => process.kill(Number(String(first)), 0)).to.throw('ESRCH')
      }
    })

    it('runs without a warning of oclif, whatever NODE_ENV says', async () => {
      const env = {...envOf(ALICE), NODE_ENV: 'development'}
      const result = await run([hookPlugin('quiet', 'prerun', '')], GET_TOKEN, env)
      expect(result).to.deep.include({stderr: '', exitCode: 0})
    })

    it('says its own errors as ever, and ends with their exit code', async () => {
      const {stderr, stdout, exitCode} = await run([hookPlugin('quiet', 'prerun', '')], [...GET_TOKEN, '--nonsense'])
      expect({stdout, exitCode}).to.deep.equal({stdout: '', exitCode: 2})
      expect(stderr).to.contain('unknown flag: --nonsense')
    })

    it('prints help where it belongs', async () => {
      const {stdout, exitCode} = await run(
        [hookPlugin('quiet', 'prerun', '')],
        ['credential-plugin', 'get-token', '--help'],
      )
      expect(exitCode).to.equal(0)
      expect(stdout).to.contain('USAGE')
    })
  })

  describe('give credentials', () => {
    const profile = (mode: string, fields: object = {}): Promise<string> =>
      home.write(CLI_CONFIG, {current: 'p', profiles: [{name: 'p', mode, ...fields}]})

    it('for a mode of a profile, with its fields, and keep them', async () => {
      await profile('Vault', {vault_role: 'r'})
      const plugin = sourcePlugin(
        'vault',
        'Vault',
        `process.stderr.write('asked\\n'); ${GIVE}`,
        '{role: given.request.profile.field("vault_role")}',
      )
      const first = await run([plugin], GET_TOKEN, {})
      expect(first.exitCode, first.stderr).to.equal(0)
      expect(first.stderr).to.equal('asked\n')
      expect(isToken(first)).to.equal(true)
      expect(await run([plugin], GET_TOKEN, {})).to.deep.include({stderr: '', exitCode: 0})
      await profile('Vault', {vault_role: 'another'})
      expect((await run([plugin], GET_TOKEN, {})).stderr).to.equal('asked\n')
      const kept = await readdir(join(home.dir, '.kube/cache/ack-ram-tool/credential-plugin'))
      expect(kept.join()).not.to.contain('SECRET')
      const entry = await readFile(join(home.dir, '.kube/cache/ack-ram-tool/credential-plugin', kept[0] ?? ''), 'utf8')
      expect(JSON.parse(entry)).to.have.property('identity').that.deep.includes(['plugin', 'vault'])
    })

    it('for a type on the command line, which without a plugin is an error', async () => {
      const args = [...GET_TOKEN, '--credential-type', 'company']
      const result = await run([sourcePlugin('company-login', 'company', GIVE)], args, {})
      expect(result.exitCode, result.stderr).to.equal(0)
      const {stderr, exitCode} = await run([hookPlugin('quiet', 'prerun', '')], args, {})
      expect(exitCode).to.equal(2)
      expect(stderr).to.contain('invalid value "company" for --credential-type')
      expect(stderr).to.contain('use one of: auto, imds, ecs-role; or install a plugin that supports it')
      await profile('Vault')
      expect((await run([], GET_TOKEN, {})).stderr).to.contain('has mode "Vault", which is not supported')
    })

    it('that other roles are assumed with, in a chain of profiles too', async () => {
      const world: ClusterWorld = await startClusterWorld()
      try {
        const env = {ALIBABA_CLOUD_STS_ENDPOINT: world.sts.endpoint, ACK_RAM_TOOL_NO_CACHE: '1'}
        const plugin = sourcePlugin('company-login', 'company', GIVE)
        const byFlag = await run([plugin], [...GET_TOKEN, '--credential-type', 'company', '--role-arn', ROLE], env)
        expect(byFlag.exitCode, byFlag.stderr).to.equal(0)
        await home.write(CLI_CONFIG, {
          current: 'p',
          profiles: [
            {
              name: 'p',
              mode: 'ChainableRamRoleArn',
              source_profile: 'q',
              ram_role_arn: ROLE,
              ram_session_name: 'session',
            },
            {name: 'q', mode: 'company'},
          ],
        })
        const chained = await run([plugin], GET_TOKEN, env)
        expect(chained.exitCode, chained.stderr).to.equal(0)
        for (const {stdout} of [byFlag, chained]) {
          const {status} = JSON.parse(stdout) as {status: {token: string}}
          const headers = JSON.stringify(Buffer.from(status.token.split('.')[1] ?? '', 'base64').toString())
          expect(headers).to.contain('x-acs-security-token')
        }
      } finally {
        await world.close()
      }
    })

    it('within the time that there is, else the error names the plugin', async () => {
      const args = [...GET_TOKEN, '--credential-type', 'slow', '--timeout', '1s']
      for (const load of ['await new Promise(() => {})', 'for (;;);']) {
        const {stderr, exitCode} = await run([sourcePlugin('tortoise', 'slow', load)], args, {})
        expect(exitCode, stderr).to.equal(8)
        expect(stderr).to.contain('plugin tortoise timed out while loading credentials')
      }
    })

    it('and hear when it is too late', async () => {
      const load = `limits.signal.addEventListener('abort', () => process.stderr.write('aborted\\n'))
if (!(limits.deadline - Date.now() < 2000)) throw new Error('no deadline')
await new Promise(() => {})`
      const {stderr} = await run(
        [sourcePlugin('tortoise', 'slow', load)],
        [...GET_TOKEN, '--credential-type', 'slow', '--timeout', '1s'],
        {},
      )
      expect(stderr).to.contain('aborted')
    })

    for (const [what, load, message] of [
      ['nothing', 'return undefined', 'plugin careless returned invalid credentials: not an object'],
      ['no pair', `return {accessKeyId: 'a'}`, 'accessKeyId or accessKeySecret is missing'],
      ['a number', `return {accessKeyId: 1, accessKeySecret: 's'}`, 'accessKeyId is not a string'],
      [
        'a line break',
        `return {accessKeyId: 'a', accessKeySecret: 'SECRET\\n'}`,
        'accessKeySecret contains a line break or control character',
      ],
      [
        'a bad time',
        `return {accessKeyId: 'a', accessKeySecret: 'SECRET-x', expiration: 'soon'}`,
        'expiration is not a valid time',
      ],
      [
        'an end that is over',
        `return {accessKeyId: 'a', accessKeySecret: 'SECRET-x', expiration: new Date(0)}`,
        'expired at 1970',
      ],
      [
        'an error of a code that is not ours',
        `throw Object.assign(new Error('odd'), {name: 'AckError', code: 'FromTheFuture', nextStep: 'wait', exitCode: 42})`,
        'odd (PluginFailed)\n  Next: wait',
      ],
      [
        'an error with advice',
        `throw Object.assign(new Error('locked out'), {nextStep: 'ask your admin'})`,
        'locked out (PluginFailed)\n  Next: ask your admin',
      ],
    ] as const) {
      it(`that are checked: ${what}`, async () => {
        const {stdout, stderr, exitCode} = await run(
          [sourcePlugin('careless', 'company', load)],
          [...GET_TOKEN, '--credential-type', 'company'],
          {},
        )
        expect(stdout).to.equal('')
        expect(exitCode, stderr).to.be.oneOf([4, 8])
        expect(stderr).to.contain('careless').and.contain(message).and.not.contain('SECRET')
      })
    }

    for (const [what, answer, message] of [
      ['text', `return 'me'`, 'it is not an object'],
      ['no identity', 'return {load: async () => {}}', 'its identity is not an object of strings'],
      ['an empty identity', 'return {identity: {}, load: async () => {}}', 'its identity is empty'],
      [
        'an identity of numbers',
        'return {identity: {a: 1}, load: async () => {}}',
        'its identity is not an object of strings',
      ],
      ['no load', `return {identity: {a: 'b'}}`, 'it has no load function'],
    ] as const) {
      it(`by an offer that is checked: ${what}`, async () => {
        const {stderr, exitCode} = await run(
          [hookPlugin('careless', 'ack:credential-source', answer)],
          [...GET_TOKEN, '--credential-type', 'company'],
          {},
        )
        expect(exitCode).to.equal(8)
        expect(stderr).to.contain(`plugin careless made an invalid credential offer: ${message}`)
      })
    }

    it('but only one of them', async () => {
      const {stderr, exitCode} = await run(
        [sourcePlugin('one', 'company', GIVE), sourcePlugin('two', 'company', GIVE)],
        [...GET_TOKEN, '--credential-type', 'company'],
        {},
      )
      expect(exitCode).to.equal(8)
      expect(stderr).to.contain('plugins one and two both offer credentials for "company"')
    })

    it('without showing a secret, at any log level', async () => {
      await profile('Vault')
      for (const args of [[], ['--verbose'], ['--log-format', 'json', '--log-level', 'debug']]) {
        const result = await run([sourcePlugin('vault', 'Vault', GIVE)], [...GET_TOKEN, '--no-cache', ...args], {
          DEBUG: '*',
        })
        expect(result.exitCode, result.stderr).to.equal(0)
        if (args.length > 0) expect(result.stderr).to.contain('plugin vault')
        expect(result.stderr).not.to.contain(ALICE.accessKeySecret)
      }
    })
  })

  describe('hear of what was issued', () => {
    const audit = hookPlugin(
      'audit',
      'ack:credential-issued',
      `const {credential} = given
try { credential.clusterId = 'changed' } catch {}
require('fs').appendFileSync(process.env.AUDIT, JSON.stringify(credential) + '\\n')`,
    )

    it('and nothing that is secret', async () => {
      const file = join(home.dir, 'audit.log')
      await writeFile(file, '')
      const result = await run([audit], GET_TOKEN, {...envOf(ALICE), AUDIT: file})
      expect(result, result.stderr).to.deep.include({stderr: '', exitCode: 0})
      const {status} = JSON.parse(result.stdout) as {status: {token: string; expirationTimestamp: string}}
      expect(JSON.parse(await readFile(file, 'utf8'))).to.deep.equal({
        kind: 'token',
        clusterId: CLUSTER_ID,
        source: 'AccessKey of the environment (ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET)',
        expiresAt: status.expirationTimestamp,
      })
    })

    it('and kubectl has its answer whatever they do then', async () => {
      for (const [body, message] of [
        [`throw new Error('disk full')`, 'warn: plugin audit failed in its ack:credential-issued hook: disk full'],
        ['process.exit(9)', ''],
        ['for (;;);', 'warn: plugin audit timed out in its ack:credential-issued hook'],
      ] as const) {
        const result = await run([hookPlugin('audit', 'ack:credential-issued', body)])
        expect(result.exitCode).to.equal(0)
        expect(isToken(result)).to.equal(true)
        expect(result.stderr).to.contain(message)
      }
    })
  })

  describe('are made for a version of the contract', () => {
    it('and skipped when it is another one, with their commands refused', async () => {
      const source = sourcePlugin('from-the-future', 'company', GIVE)
      for (const [contract, message] of [
        [2, 'it needs version 2 of the plugin contract, and this program has version 1'],
        ['1', 'it needs version "1" of the plugin contract'],
        [null, 'it does not declare a version of the plugin contract'],
      ] as const) {
        const {stderr, exitCode} = await run([{...source, contract}])
        expect(exitCode, stderr).to.equal(0)
        expect(stderr).to.contain(`warn: plugin from-the-future skipped: ${message}`)
        expect((await run([{...source, contract}], [...GET_TOKEN, '--credential-type', 'company'])).exitCode).to.equal(
          2,
        )
      }
      const command: TestPlugin = {
        ...commandPlugin('from-the-future', {id: 'greet', source: PRINT_HELLO}),
        contract: 2,
      }
      const {stdout, stderr, exitCode} = await run([command], ['greet'])
      expect({stdout, exitCode}, stderr).to.deep.equal({stdout: '', exitCode: 8})
      expect(stderr).to.contain('(PluginRefused)')
      expect(await run([{...command, contract: 1}], ['greet'])).to.deep.include({stdout: 'hello\n', exitCode: 0})
    })

    it('and may bring a copy of this package of their own', async () => {
      const plugin = commandPlugin('with-a-copy', {
        id: 'who',
        ending: 'mjs',
        source: `import {AckCommand} from 'ack-ram-tool'
export default class Who extends AckCommand {
  static id = 'who'
  async run() { console.log((await this.credentials()).accessKeyId, (await this.credentials()).accessKeySecret) }
}`,
      })
      await installPlugins(home, [plugin])
      const modules = join(home.dir, '.local/share/ack-ram-tool/node_modules')
      const copy = join(modules, 'ack-ram-tool')
      await cp(join(ROOT, 'dist'), join(copy, 'dist'), {recursive: true})
      await cp(join(ROOT, 'package.json'), join(copy, 'package.json'))
      await symlink(join(ROOT, 'node_modules/@oclif'), join(modules, '@oclif'), 'junction')
      const who = (): Promise<CliResult> => runCli(['who'], {home: home.dir, env: envOf(ALICE)})
      expect(await who()).to.deep.equal({stdout: `${ALICE.accessKeyId} [secret]\n`, stderr: '', exitCode: 0})

      for (const name of await readdir(join(copy, 'dist/chunks'))) {
        const path = join(copy, 'dist/chunks', name)
        const text = await readFile(path, 'utf8')
        await writeFile(path, text.replace(/(CONTRACT_VERSION\s*=\s*(?:\([^;]*, )?)1\b/, '$12'))
      }
      const {stdout, stderr, exitCode} = await who()
      expect({stdout, exitCode}, stderr).to.deep.equal({stdout: '', exitCode: 8})
      expect(stderr).to.contain('plugin with-a-copy skipped: it needs version 2 of the plugin contract')
    })
  })
})
