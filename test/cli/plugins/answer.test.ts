import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {chmod, chown, rm} from 'node:fs/promises'
import {join} from 'node:path'

import {expect} from 'chai'

import {ALICE, envOf} from '../../support/cluster-world.ts'
import {describePlugins, GET_TOKEN, isToken, PRINT_HELLO} from '../../support/plugin-world.ts'
import {commandPlugin, hookPlugin, installPlugins, STUCK, type TestPlugin} from '../../support/plugins.ts'
import {cliEnvironment, PROGRAM, runCliProcess} from '../../support/run-cli.ts'

describePlugins('third-party plugins cannot break what kubectl waits for', (world) => {
  it('by printing on stdout, in whatever way', async () => {
    const result = await world.run([
      hookPlugin(
        'printer',
        'prerun',
        `console.log('one')
process.stdout.write('two\\n')
require('fs').writeSync(1, 'three\\n')
require('child_process').execFileSync(process.execPath, ['-e', 'console.log("four")'], {stdio: 'inherit'})
this?.log?.('five')
await new Promise((done) => setImmediate(() => done(console.log('six'))))`,
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
    ['a call that never ends', 'prerun', STUCK, 'timed out in its prerun hook'],
    ['process.exit(0)', 'prerun', 'process.exit(0)', 'ended the program without an answer, in its prerun hook'],
    ['process.exit(7)', 'prerun', 'process.exit(7)', 'ended the program without an answer, in its prerun hook'],
    ["oclif's own exit", 'prerun', 'given.context.exit(0)', 'failed in its prerun hook'],
    [
      'a signal',
      'prerun',
      `process.kill(process.pid, 'SIGKILL'); ${STUCK}`,
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
      const {stdout, stderr, exitCode} = await world.run(
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
    const result = await world.run([...broken, hookPlugin('whole', 'prerun', `process.stderr.write('whole\\n')`)])
    expect(result.exitCode, result.stderr).to.equal(0)
    expect(isToken(result)).to.equal(true)
    for (const {name} of broken) expect(result.stderr).to.match(new RegExp(`warn: plugin ${name} skipped: `))
    expect(result.stderr.split('\n').filter((line) => line !== '')).to.have.length(broken.length + 1)
    expect(result.stderr).to.contain('whole')
    expect((await world.run(broken, [...GET_TOKEN, '--log-level', 'error'])).stderr).to.equal('')
  })

  it('by being gone, all of it or a plugin that it depends on: one line says so, and how to be rid of it', async () => {
    const oclif = {plugins: ['child']}
    const ofParent = {
      name: 'parent',
      version: '1.0.0',
      oclif,
      dependencies: {child: '1'},
      'ack-ram-tool': {contract: 1},
    }
    await installPlugins(world.home, [{name: 'parent', files: {'package.json': JSON.stringify(ofParent)}}])
    const linked = join(world.home.dir, 'moved-away')
    await world.home.write('.local/share/ack-ram-tool/package.json', {
      oclif: {
        plugins: [
          {type: 'user', name: 'gone'},
          {type: 'link', name: 'linked', root: linked},
          {type: 'user', name: 'parent'},
        ],
      },
    })
    const result = await runCliProcess(GET_TOKEN, {home: world.home.dir, env: envOf(ALICE)})
    expect(result.exitCode, result.stderr).to.equal(0)
    expect(isToken(result)).to.equal(true)
    const remedy = (name: string): string =>
      `: install or link the plugin again, or uninstall it: ack-ram-tool plugins uninstall ${name}`
    expect(result.stderr.replaceAll(/^\S+ /gm, '').split('\n')).to.deep.equal([
      `warn: plugin gone skipped: no package.json of gone found${remedy('gone')}`,
      `warn: plugin linked skipped: ${join(linked, 'package.json')} does not exist${remedy('linked')}`,
      `warn: plugin parent skipped: no package.json of child found${remedy('parent')}`,
      '',
    ])
  })

  it('by commands that cannot be loaded: one line names it and them', async () => {
    const files = {
      'commands/one.js': "require('nowhere')",
      'commands/two.js': "throw new Error('boom\\nbang')",
      'commands/topic/three.js': 'module.exports = class {',
    }
    await installPlugins(world.home, [{name: 'broken', oclif: {commands: './commands'}, files}])
    const root = join(world.home.dir, '.local/share/ack-ram-tool/node_modules/broken')
    await rm(join(root, 'oclif.manifest.json'))
    const {dir} = world.home
    const result = await runCliProcess(GET_TOKEN, {home: dir, env: envOf(ALICE)})
    expect(result.exitCode, result.stderr).to.equal(0)
    expect(isToken(result)).to.equal(true)
    expect(result.stderr).to.match(/^\S+ warn: plugin broken: commands one, topic three, two skipped: .+\n$/)

    await rm(join(dir, '.local/share/ack-ram-tool/package.json'))
    const linked = await runCliProcess(['plugins', 'link', '--no-install', root], {home: dir})
    expect(linked.exitCode, linked.stderr).to.equal(0)
    expect(linked.stderr).to.match(
      /^.* Linking plugin .* done\nWarning: plugin broken: commands one, topic three, two skipped: .+\n$/,
    )
  })

  it('by a list that cannot be read', async () => {
    await world.home.write('.local/share/ack-ram-tool/package.json', '{"oclif": ')
    const result = await runCliProcess(GET_TOKEN, {home: world.home.dir, env: envOf(ALICE)})
    expect(result.exitCode).to.equal(0)
    expect(isToken(result)).to.equal(true)
    expect(result.stderr).to.match(
      /warn: the list of plugins in .*package\.json is not used, all plugins skipped: it cannot be read\n$/,
    )
  })

  it('by a list that others may have written: what it names does not run', async function () {
    if (process.platform === 'win32') this.skip()
    const list = await installAnd('process.stderr.write("ran")')
    const attempts: [string, () => Promise<void>][] = [
      ['every user can write it', () => chmod(list, 0o606)],
      ...(process.getuid?.() === 0
        ? [['another user owns it', () => chown(list, 65_534, 65_534)] as [string, () => Promise<void>]]
        : []),
    ]
    for (const [why, change] of attempts) {
      await installAnd('process.stderr.write("ran")')
      await change()
      const result = await runCliProcess(GET_TOKEN, {home: world.home.dir, env: envOf(ALICE)})
      expect(result.exitCode).to.equal(0)
      expect(isToken(result)).to.equal(true)
      expect(result.stderr).to.match(/^\S+ warn: the list of plugins in .* is not used, all plugins skipped: .*\n$/)
      expect(result.stderr).to.contain(why).and.not.contain('ran')
      await rm(list)
    }
  })

  /** A plugin with a prerun hook; gives the path of the list. */
  const installAnd = async (code: string): Promise<string> => {
    await installPlugins(world.home, [hookPlugin('planted', 'prerun', code)])
    return join(world.home.dir, '.local/share/ack-ram-tool/package.json')
  }

  it('by a command of the name of ours', async () => {
    const id = 'credential-plugin:get-token'
    const result = await world.run([commandPlugin('usurper', {id, source: PRINT_HELLO})])
    expect(isToken(result)).to.equal(true)
  })

  it('and a signal ends both processes', async function () {
    if (process.platform === 'win32') this.skip()
    const waiting = `process.stderr.write(String(process.pid) + '\\n'); await new Promise((done) => setTimeout(done, 60_000))`
    await installPlugins(world.home, [hookPlugin('patient', 'prerun', waiting)])
    for (const [signal, code] of [
      ['SIGTERM', 143],
      ['SIGINT', 130],
    ] as const) {
      const [program, ...before] = PROGRAM
      const child = spawn(program, [...before, ...GET_TOKEN, '--timeout', '60s'], {
        env: cliEnvironment(world.home.dir, envOf(ALICE)),
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
    const result = await world.run([hookPlugin('quiet', 'prerun', '')], GET_TOKEN, env)
    expect(result).to.deep.include({stderr: '', exitCode: 0})
  })

  it('says its own errors as ever, and ends with their exit code', async () => {
    const {stderr, stdout, exitCode} = await world.run(
      [hookPlugin('quiet', 'prerun', '')],
      [...GET_TOKEN, '--nonsense'],
    )
    expect({stdout, exitCode}).to.deep.equal({stdout: '', exitCode: 2})
    expect(stderr).to.contain('unknown flag: --nonsense')
  })

  it('prints help where it belongs', async () => {
    const {stdout, exitCode} = await world.run(
      [hookPlugin('quiet', 'prerun', '')],
      ['credential-plugin', 'get-token', '--help'],
    )
    expect(exitCode).to.equal(0)
    expect(stdout).to.contain('USAGE')
  })
})
