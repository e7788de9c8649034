import {cp, readdir, readFile, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {expect} from 'chai'

import {ALICE, envOf} from '../../support/cluster-world.ts'
import {describePlugins, GET_TOKEN, GIVE, PRINT_HELLO} from '../../support/plugin-world.ts'
import {commandPlugin, installPlugins, sourcePlugin, type TestPlugin} from '../../support/plugins.ts'
import {runCliProcess, type CliResult} from '../../support/run-cli.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

describePlugins('third-party plugins are made for a version of the contract', (world) => {
  it('and skipped when it is another one, with their commands refused', async () => {
    const source = sourcePlugin('from-the-future', 'company', GIVE)
    for (const [contract, message] of [
      [2, 'it needs version 2 of the plugin contract, and this program has version 1'],
      ['1', 'it needs version "1" of the plugin contract'],
      [null, 'it does not declare a version of the plugin contract'],
    ] as const) {
      const {stderr, exitCode} = await world.run([{...source, contract}])
      expect(exitCode, stderr).to.equal(0)
      expect(stderr).to.contain(`warn: plugin from-the-future skipped: ${message}`)
      expect(
        (await world.run([{...source, contract}], [...GET_TOKEN, '--credential-type', 'company'])).exitCode,
      ).to.equal(2)
    }
    const command: TestPlugin = {
      ...commandPlugin('from-the-future', {id: 'greet', source: PRINT_HELLO}),
      contract: 2,
    }
    const {stdout, stderr, exitCode} = await world.run([command], ['greet'])
    expect({stdout, exitCode}, stderr).to.deep.equal({stdout: '', exitCode: 8})
    expect(stderr).to.contain('(PluginRefused)')
    expect(await world.run([{...command, contract: 1}], ['greet'])).to.deep.include({stdout: 'hello\n', exitCode: 0})
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
    await installPlugins(world.home, [plugin])
    const modules = join(world.home.dir, '.local/share/ack-ram-tool/node_modules')
    const copy = join(modules, 'ack-ram-tool')
    await cp(join(ROOT, 'dist'), join(copy, 'dist'), {recursive: true})
    await cp(join(ROOT, 'package.json'), join(copy, 'package.json'))
    await symlink(join(ROOT, 'node_modules/@oclif'), join(modules, '@oclif'), 'junction')
    const who = (): Promise<CliResult> => runCliProcess(['who'], {home: world.home.dir, env: envOf(ALICE)})
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
