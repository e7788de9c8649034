import {rm, stat} from 'node:fs/promises'
import {basename, join} from 'node:path'

import {expect} from 'chai'

import {ALICE, CLUSTER_ID, envOf, ROLE} from '../support/cluster-world.ts'
import {makeHome, type TestHome} from '../support/home.ts'
import {keepCredentials} from '../support/kept-credentials.ts'
import {hookPlugin, installPlugins} from '../support/plugins.ts'
import {LAUNCHER, runCliProcess as runCli, STANDALONE} from '../support/run-cli.ts'

const PLAIN = ['credential-plugin', 'get-token', '-c', 'c1']

describe('the exec lane, as a process of Node', () => {
  let home: TestHome

  before(async function () {
    if (STANDALONE) this.skip()
    home = await makeHome()
  })
  after(() => home?.remove())

  it("runs a plugin's command and its hooks", async () => {
    await installPlugins(home, [hookPlugin('hooked', 'prerun', "process.stderr.write('hooked\\n')")])
    const world = {home: home.dir, env: envOf(ALICE)}
    expect(await runCli(PLAIN, world)).to.deep.include({stderr: 'hooked\n', exitCode: 0})
    await installPlugins(home, [])
    expect(await runCli(PLAIN, world)).to.deep.include({stderr: '', exitCode: 0})
    await rm(join(home.dir, '.local'), {recursive: true})
  })

  const world = (env: Record<string, string> = {}): {home: string; env: Record<string, string>} => ({
    home: home.dir,
    env: {...envOf(ALICE), ...env},
  })
  const loadedBy = async (args: readonly string[], env: Record<string, string> = {}): Promise<string> => {
    await home.write(
      'loaded.cjs',
      `process.on('exit', () => require('fs').writeSync(2, process.moduleLoadList.join() + Object.keys(require.cache).join()))`,
    )
    const {stderr} = await runCli(args, world({NODE_OPTIONS: `--require=${join(home.dir, 'loaded.cjs')}`, ...env}))
    return stderr
  }

  it('loads neither oclif, winston, inquirer, SDKs nor costly modules of Node', async () => {
    await runCli(PLAIN, world())
    const loaded = await loadedBy(PLAIN)
    for (const name of [
      '@oclif',
      'winston',
      'inquirer',
      '@alicloud',
      'dist/start/main.js',
      'NativeModule crypto',
      'NativeModule net',
      'NativeModule tty',
      'NativeModule child_process',
      'NativeModule https',
    ])
      expect(loaded, name).not.to.contain(name)
    expect(await loadedBy(['help'])).to.contain('@oclif')
  })

  it('loads no package for a session that it has to fetch', async () => {
    const loaded = await loadedBy([...PLAIN, '--role-arn', ROLE, '--sts-endpoint', 'http://127.0.0.1:9'])
    expect(loaded).to.contain('NativeModule net')
    for (const name of ['dist/packages', 'NativeModule module', 'dist/start/main.js'])
      expect(loaded, name).not.to.contain(name)
  })

  it('loads no more than the cache for what is kept there', async () => {
    const kept = await keepCredentials(home)
    for (const args of [
      [...PLAIN, '--role-arn', ROLE],
      ['credential-plugin', 'get-credential', '-c', CLUSTER_ID],
    ]) {
      const loaded = await loadedBy(args, kept)
      for (const name of ['@oclif', 'dist/start/main.js', 'NativeModule crypto', 'NativeModule net'])
        expect(loaded, `${args.join(' ')}: ${name}`).not.to.contain(name)
    }
  })

  it('evaluates few bytes, of one file beside its launcher', async () => {
    const {size} = await stat(join(LAUNCHER, '../../dist/lane/start.cjs'))
    expect(size).to.be.lessThan(86 * 1024)
  })

  it('opens its launcher and its compiled form, and nothing else', async () => {
    await runCli(PLAIN, world())
    await home.write(
      'opened.cjs',
      `const fs = require('fs'), opened = []
for (const name of ['readFileSync', 'openSync']) {
  const real = fs[name]
  fs[name] = (...args) => (opened.push(String(args[0])), real(...args))
}
process.on('exit', () => fs.writeSync(2, JSON.stringify(opened)))`,
    )
    const {stderr} = await runCli(PLAIN, world({NODE_OPTIONS: `--require=${join(home.dir, 'opened.cjs')}`}))
    const opened = [...new Set(JSON.parse(stderr) as string[])].map((file) => basename(file))
    expect(opened).to.have.length(2)
    expect(opened[0]).to.equal('run.cjs')
    expect(opened[1]).to.match(/^start\.cjs-.*\.bin$/)
  })
})
