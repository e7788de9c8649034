import {spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {rm} from 'node:fs/promises'
import {createRequire} from 'node:module'
import {join} from 'node:path'

import {expect} from 'chai'

import {ALICE, envOf, ROLE} from '../../support/cluster-world.ts'
import {describePlugins, PRINT_HELLO} from '../../support/plugin-world.ts'
import {commandPlugin, hookPlugin, installPlugins, type TestPlugin} from '../../support/plugins.ts'
import {cliEnvironment, PROGRAM, runCli, runCliProcess} from '../../support/run-cli.ts'

const DATA_DIR = '.local/share/ack-ram-tool'
const EXPORT = ['export-credentials', '-f', 'env', '--timeout', '2s']
const NEVER = 'await new Promise(() => {})'

/** A plugin that does something as soon as its hook is imported. */
const importing = (event: string, code: string): TestPlugin => ({
  ...hookPlugin('culprit', event, ''),
  files: {'hook.js': code},
})

/** A plugin without a manifest, whose command does something as soon as it is imported. */
const unlisted = (code: string): TestPlugin => ({
  name: 'culprit',
  oclif: {commands: './commands', hooks: {init: './commands/hello.js'}},
  files: {'commands/hello.js': `${code}\n${PRINT_HELLO}`},
})

describePlugins('a faulty third-party plugin, in commands that kubectl does not wait for', (world) => {
  const exits = 'ended the program before it was done, in its init hook'
  for (const [what, plugin, message] of [
    ['an exit', hookPlugin('culprit', 'init', 'process.exit(0)'), exits],
    ['an exit with a code', hookPlugin('culprit', 'prerun', 'process.exit(3)'), 'done, in its prerun hook'],
    ['an exit when it is imported', importing('init', 'process.exit(0)'), exits],
    ['an exit after the command', hookPlugin('culprit', 'finally', 'process.exit(0)'), 'done, in its finally hook'],
    ["oclif's exit", hookPlugin('culprit', 'init', 'this.exit(0)'), 'failed in its init hook'],
    ['an error', hookPlugin('culprit', 'init', `throw new Error('no luck')`), 'failed in its init hook: no luck'],
    [
      'an error that is thrown later',
      hookPlugin('culprit', 'init', `setTimeout(() => { throw new Error('late') }); ${NEVER}`),
      'failed in its init hook: late',
    ],
    ['a promise that never settles', hookPlugin('culprit', 'init', NEVER), 'timed out in its init hook'],
  ] as const) {
    it(`is named in an error, and never looks like success: ${what}`, async () => {
      const {stdout, stderr, exitCode} = await world.run([plugin], EXPORT)
      expect(exitCode, stderr).to.equal(8)
      if (!what.includes('after')) expect(stdout).to.equal('')
      expect(stderr).to.match(/^Error: plugin culprit .*\(PluginFailed\)\n {2}Next: .*\n$/)
      expect(stderr).to.contain(message).and.contain('ack-ram-tool plugins uninstall culprit')
    })
  }

  it('is named in an error when its commands are loaded: an exit', async () => {
    await install(unlisted('process.exit(0)'))
    const {stdout, stderr, exitCode} = await runCliProcess(EXPORT, {home: world.home.dir, env: envOf(ALICE)})
    expect({stdout, exitCode}, stderr).to.deep.equal({stdout: '', exitCode: 8})
    expect(stderr).to.contain('plugin culprit').and.contain('done, while loading its commands')
  })

  it('ends the program by something that it has left running: an error that says so', async () => {
    // A command that makes a call: another one may be done before any timer.
    const {stderr, exitCode} = await world.run(
      [hookPlugin('culprit', 'init', 'setTimeout(() => process.exit(0))')],
      [...EXPORT, '--role-arn', ROLE, '--sts-endpoint', 'http://127.0.0.1:9'],
    )
    expect(exitCode, stderr).to.equal(8)
    expect(stderr).to.match(/plugin ended the program before it was done|plugin culprit ended/)
  })

  it('may be ended by a signal from outside while it is in a loop', async function () {
    if (process.platform === 'win32') this.skip()
    await installPlugins(world.home, [hookPlugin('culprit', 'init', `process.stderr.write('in'); for (;;) {}`)])
    const [program, ...before] = PROGRAM
    const child = spawn(program, [...before, ...EXPORT, '--timeout', '60s'], {
      env: cliEnvironment(world.home.dir, envOf(ALICE)),
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    await once(child.stderr, 'data')
    child.kill('SIGINT')
    expect(await once(child, 'exit')).to.deep.equal([null, 'SIGINT'])
  })

  /** Links a plugin: it is uninstalled without npm then. */
  const install = async (plugin: TestPlugin): Promise<void> => {
    const root = join(world.home.dir, DATA_DIR, 'node_modules', plugin.name)
    await installPlugins(world.home, [plugin])
    await rm(join(root, 'oclif.manifest.json'))
    await world.home.write(`${DATA_DIR}/package.json`, {oclif: {plugins: [{type: 'link', name: plugin.name, root}]}})
  }

  const everywhere: TestPlugin = {
    name: 'culprit',
    oclif: {
      commands: './commands',
      hooks: Object.fromEntries(
        ['init', 'prerun', 'preparse', 'postrun', 'finally', 'plugins:postuninstall', 'update'].map((event) => [
          event,
          './hook.js',
        ]),
      ),
    },
    files: {
      'hook.js': `process.stdout.write('RAN!'); process.exit(0)`,
      'commands/greeting/hello.js': `process.stdout.write('RAN!'); process.exit(0)`,
    },
  }

  for (const [args, said] of [
    [['plugins'], 'culprit 1.0.0'],
    [['plugins', '--json'], '"./hook.js"'],
    [['plugins', 'inspect', 'culprit'], 'hello'],
    [['--timeout', '2s', 'plugins', 'inspect', 'culprit', '--json'], '"culprit"'],
    [['plugins', '--help'], 'uninstall'],
    [['version'], 'Platform:'],
    [['--version'], 'ack-ram-tool/'],
    [[], 'greeting'],
    [['--help'], 'greeting'],
    [['help'], 'greeting'],
    [['help', 'plugins', 'uninstall'], 'USAGE'],
    [['rrsa'], 'rrsa verify'],
    [['get-kubeconfig', '--help'], 'USAGE'],
    [['credential-plugin', 'get-token', '--help'], 'USAGE'],
  ] as const) {
    it(`does not run in: ${args.join(' ') || 'no arguments at all'}`, async () => {
      await install(everywhere)
      const {stdout, stderr, exitCode} = await runCli(args, {home: world.home.dir})
      expect({stderr, exitCode}, stdout).to.deep.equal({stderr: '', exitCode: 0})
      expect(stdout).to.contain(said).and.not.contain('RAN!')
    })
  }

  for (const args of [
    ['plugins', 'uninstall', 'culprit'],
    ['plugins:unlink', 'culprit'],
    ['plugins', 'reset'],
  ]) {
    it(`is removed by ${args.join(' ')}`, async () => {
      await install(everywhere)
      const removed = await runCli(args, {home: world.home.dir})
      expect(removed.exitCode, removed.stderr).to.equal(0)
      const {stdout} = await runCli(['plugins'], {home: world.home.dir})
      expect(stdout).to.equal('No plugins installed.\n')
    })
  }

  it('has to be named to be removed, but where it is linked', async () => {
    await install(everywhere)
    for (const args of [
      ['plugins', 'uninstall'],
      ['plugins', 'remove', '--verbose'],
    ])
      expect(await runCli(args, {home: world.home.dir})).to.deep.equal({
        stdout: '',
        exitCode: 2,
        stderr: `Error: no plugin named (InvalidUsage)
  Next: name one: ack-ram-tool plugins uninstall <plugin>; or run it in the directory of a linked plugin
`,
      })
    const root = join(world.home.dir, DATA_DIR, 'node_modules', 'culprit')
    const {status} = spawnSync(PROGRAM[0], [...PROGRAM.slice(1), 'plugins', 'unlink'], {
      cwd: root,
      env: cliEnvironment(world.home.dir, {}),
    })
    expect(status).to.equal(0)
    expect((await runCli(['plugins'], {home: world.home.dir})).stdout).to.equal('No plugins installed.\n')
  })

  it('runs its own command, and may end the process there', async () => {
    const plugin = commandPlugin('honest', {
      id: 'hello',
      source: PRINT_HELLO.replace(`console.log('hello')`, `console.log('hello'); process.exit(3)`),
    })
    const {stdout, stderr, exitCode} = await world.run([plugin], ['hello'])
    expect({stdout, stderr, exitCode}).to.deep.equal({stdout: 'hello\n', stderr: '', exitCode: 3})
  })

  describe('has a command of its own', () => {
    const oclif = createRequire(import.meta.url).resolve('@oclif/core')
    /** Runs a command whose `run` has this body, behind the parser's call. */
    const hello = (body: string, ...args: readonly string[]): ReturnType<typeof runCliProcess> => {
      const source = `const {Args, Command, Flags} = require(${JSON.stringify(oclif)})
module.exports = class Hello extends Command {
  static flags = {
    count: Flags.integer(),
    color: Flags.string({parse: async () => { throw new Error('no such color') }}),
  }
  async run() { await this.parse(Hello); ${body} }
}`
      const flags = Object.fromEntries(['count', 'color'].map((name) => [name, {name, type: 'option'}]))
      return world.run([commandPlugin('culprit', {id: 'say:hello', source, flags})], ['say', 'hello', ...args])
    }
    const REPORT =
      "if it persists, report it to the plugin's author, or uninstall it: ack-ram-tool plugins uninstall culprit"

    for (const [what, body, exitCode, said, next] of [
      ['an error', `throw new Error('boom of plugin')`, 8, 'boom of plugin', REPORT],
      ['an error of its author, with an exit code', `this.error('disk full', {exit: 3})`, 3, 'disk full', REPORT],
      ['one with advice', `this.error('disk full', {suggestions: ['buy one']})`, 8, 'disk full', 'buy one'],
      ['what is no error', 'throw 3', 8, 'it threw a value that is not an Error', REPORT],
      ['an error thrown later', `setTimeout(() => this.error('late', {exit: 4}))`, 4, 'late', REPORT],
    ] as const)
      it(`that fails with ${what}: it is named, with the plugin`, async () => {
        expect(await hello(body)).to.deep.equal({
          stdout: '',
          exitCode,
          stderr: `Error: plugin culprit failed in its command say hello: ${said} (PluginFailed)\n  Next: ${next}\n`,
        })
      })

    it('that cannot be loaded: it is named, with the plugin', async () => {
      const missing = commandPlugin('culprit', {id: 'hello', source: `require('no-such-package')`})
      const {stderr, exitCode} = await world.run([missing], ['hello'])
      expect(exitCode, stderr).to.equal(8)
      expect(stderr).to.match(/^Error: plugin culprit failed while loading its command hello: .*no-such-package/)
    })

    it('that ends with an exit code of its own', async () => {
      expect(await hello('this.exit(5)')).to.deep.equal({stdout: '', stderr: '', exitCode: 5})
    })

    for (const [args, said] of [
      [['--nope'], 'unknown flag: --nope'],
      [['extra'], 'unexpected argument'],
      [['--count', 'topsecret'], '--count: Expected an integer'],
      [['--color', 'x'], '--color: no such color'],
      [['--count'], 'Flag --count expects a value'],
    ] as const)
      it(`that does not take ${args.join(' ')}: a usage error, with its help`, async () => {
        expect(await hello('', ...args)).to.deep.equal({
          stdout: '',
          exitCode: 2,
          stderr: `Error: ${said} (InvalidUsage)\n  Next: see \`ack-ram-tool say hello --help\`\n`,
        })
      })
  })
})
