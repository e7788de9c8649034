import {readdir, readFile} from 'node:fs/promises'
import {join} from 'node:path'

import {expect} from 'chai'

import {ALICE, ROLE, startClusterWorld, type ClusterWorld} from '../../support/cluster-world.ts'
import {CLI_CONFIG} from '../../support/home.ts'
import {describePlugins, GET_TOKEN, GIVE, isToken} from '../../support/plugin-world.ts'
import {hookPlugin, sourcePlugin} from '../../support/plugins.ts'

describePlugins('third-party plugins give credentials', (world) => {
  const profile = (mode: string, fields: object = {}): Promise<string> =>
    world.home.write(CLI_CONFIG, {current: 'p', profiles: [{name: 'p', mode, ...fields}]})

  it('for a mode of a profile, with its fields, and keep them', async () => {
    await profile('Vault', {vault_role: 'r'})
    const plugin = sourcePlugin(
      'vault',
      'Vault',
      `process.stderr.write('asked\\n'); ${GIVE}`,
      '{role: given.request.profile.field("vault_role")}',
    )
    const first = await world.run([plugin], GET_TOKEN, {})
    expect(first.exitCode, first.stderr).to.equal(0)
    expect(first.stderr).to.equal('asked\n')
    expect(isToken(first)).to.equal(true)
    expect(await world.run([plugin], GET_TOKEN, {})).to.deep.include({stderr: '', exitCode: 0})
    await profile('Vault', {vault_role: 'another'})
    expect((await world.run([plugin], GET_TOKEN, {})).stderr).to.equal('asked\n')
    const kept = await readdir(join(world.home.dir, '.kube/cache/ack-ram-tool/credential-plugin'))
    expect(kept.join()).not.to.contain('SECRET')
    const entry = await readFile(
      join(world.home.dir, '.kube/cache/ack-ram-tool/credential-plugin', kept[0] ?? ''),
      'utf8',
    )
    expect(JSON.parse(entry)).to.have.property('identity').that.deep.includes(['plugin', 'vault'])
  })

  it('for a type on the command line, which without a plugin is an error', async () => {
    const args = [...GET_TOKEN, '--credential-type', 'company']
    const result = await world.run([sourcePlugin('company-login', 'company', GIVE)], args, {})
    expect(result.exitCode, result.stderr).to.equal(0)
    const {stderr, exitCode} = await world.run([hookPlugin('quiet', 'prerun', '')], args, {})
    expect(exitCode).to.equal(2)
    expect(stderr).to.contain('invalid value "company" for --credential-type')
    expect(stderr).to.contain('use one of: auto, imds, ecs-role; or install a plugin that supports it')
    await profile('Vault')
    expect((await world.run([], GET_TOKEN, {})).stderr).to.contain('has mode "Vault", which is not supported')
  })

  it('that other roles are assumed with, in a chain of profiles too', async () => {
    const cloud: ClusterWorld = await startClusterWorld()
    try {
      const env = {ALIBABA_CLOUD_STS_ENDPOINT: cloud.sts.endpoint, ACK_RAM_TOOL_NO_CACHE: '1'}
      const plugin = sourcePlugin('company-login', 'company', GIVE)
      const byFlag = await world.run([plugin], [...GET_TOKEN, '--credential-type', 'company', '--role-arn', ROLE], env)
      expect(byFlag.exitCode, byFlag.stderr).to.equal(0)
      await world.home.write(CLI_CONFIG, {
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
      const chained = await world.run([plugin], GET_TOKEN, env)
      expect(chained.exitCode, chained.stderr).to.equal(0)
      for (const {stdout} of [byFlag, chained]) {
        const {status} = JSON.parse(stdout) as {status: {token: string}}
        const headers = JSON.stringify(Buffer.from(status.token.split('.')[1] ?? '', 'base64').toString())
        expect(headers).to.contain('x-acs-security-token')
      }
    } finally {
      await cloud.close()
    }
  })

  it('within the time that there is, else the error names the plugin', async () => {
    const args = [...GET_TOKEN, '--credential-type', 'slow', '--timeout', '1s']
    for (const load of ['await new Promise(() => {})', 'for (;;);']) {
      const {stderr, exitCode} = await world.run([sourcePlugin('tortoise', 'slow', load)], args, {})
      expect(exitCode, stderr).to.equal(8)
      expect(stderr).to.contain('plugin tortoise timed out while loading credentials')
    }
  })

  it('and hear when it is too late', async () => {
    const load = `limits.signal.addEventListener('abort', () => process.stderr.write('aborted\\n'))
if (!(limits.deadline - Date.now() < 2000)) throw new Error('no deadline')
await new Promise(() => {})`
    const {stderr} = await world.run(
      [sourcePlugin('tortoise', 'slow', load)],
      [...GET_TOKEN, '--credential-type', 'slow', '--timeout', '1s'],
      {},
    )
    expect(stderr).to.contain('aborted')
  })

  for (const [what, load, message] of [
    ['nothing', 'return undefined', 'plugin careless returned invalid credentials: not an object'],
    ['no pair', `return {accessKeyId: 'a'}`, 'the AccessKey pair is missing'],
    ['a number', `return {accessKeyId: 1, accessKeySecret: 's'}`, 'the AccessKey ID is not text'],
    [
      'a line break',
      `return {accessKeyId: 'a', accessKeySecret: 'SECRET\\n'}`,
      'the AccessKey secret contains a line break or another control character',
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
      const {stdout, stderr, exitCode} = await world.run(
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
      const {stderr, exitCode} = await world.run(
        [hookPlugin('careless', 'ack:credential-source', answer)],
        [...GET_TOKEN, '--credential-type', 'company'],
        {},
      )
      expect(exitCode).to.equal(8)
      expect(stderr).to.contain(`plugin careless made an invalid credential offer: ${message}`)
    })
  }

  it('but only one of them', async () => {
    const {stderr, exitCode} = await world.run(
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
      const result = await world.run([sourcePlugin('vault', 'Vault', GIVE)], [...GET_TOKEN, '--no-cache', ...args], {
        DEBUG: '*',
      })
      expect(result.exitCode, result.stderr).to.equal(0)
      if (args.length > 0) expect(result.stderr).to.contain('plugin vault')
      expect(result.stderr).not.to.contain(ALICE.accessKeySecret)
    }
  })
})
