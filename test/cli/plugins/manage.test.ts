import {spawnSync} from 'node:child_process'
import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {expect} from 'chai'

import {describePlugins} from '../../support/plugin-world.ts'
import {cliEnvironment, PROGRAM, runCli, type CliResult} from '../../support/run-cli.ts'
import {runApart} from '../../support/run-apart.ts'

/** Nothing listens there. */
const NO_REGISTRY = {ACK_RAM_TOOL_NPM_REGISTRY: 'http://127.0.0.1:1', npm_config_fetch_retries: '0'}

describePlugins('managing plugins', (world) => {
  const manage = (args: readonly string[], cwd?: string, env: Record<string, string> = {}): Promise<CliResult> =>
    cwd === undefined
      ? runCli(['plugins', ...args], {home: world.home.dir, env})
      : runApart([...PROGRAM, 'plugins', ...args], cliEnvironment(world.home.dir, env), cwd)
  const refused = async (args: readonly string[], message: string, cwd?: string): Promise<void> => {
    const {stdout, stderr, exitCode} = await manage(args, cwd)
    expect({stdout, exitCode}, stderr).to.deep.equal({stdout: '', exitCode: 2})
    expect(stderr.split('\n')[0]).to.equal(`Error: ${message} (InvalidUsage)`)
  }

  it('takes no empty argument for the current directory', async () => {
    for (const command of ['link', 'inspect', 'install', 'uninstall'])
      await refused([command, ''], 'an argument is empty', world.home.dir)
  })

  it('says what a directory that is no plugin lacks, in its own words', async () => {
    const dir = join(world.home.dir, 'own')
    const file = join(dir, 'package.json')
    await refused(['link', dir], `${dir} does not exist`)
    await mkdir(dir)
    await refused(['link', dir], `there is no ${file}`)
    await refused(['link'], 'there is no package.json', dir)
    await refused(['inspect'], 'there is no package.json', dir)
    for (const [content, why] of [
      ['{"token": SECRET}', 'is not a JSON object'],
      ['[]', 'is not a JSON object'],
      ['{"name": "own"}', 'has no "oclif" object, so it is not that of a plugin'],
      ['{"name": "own", "oclif": true}', 'has no "oclif" object, so it is not that of a plugin'],
      ['{"oclif": {}}', 'has no name'],
    ] as const) {
      await writeFile(file, content)
      await refused(['link', '--no-install', dir], `${file} ${why}`)
    }
    await refused(['link', file], `${file} is not a directory`)
    await writeFile(file, '{"name": "own", "version": "1.0.0", "oclif": {}}')
    const {exitCode, stderr} = await manage(['link', '--no-install', dir])
    expect(exitCode, stderr).to.equal(0)
  })

  it('says on stderr alone that a plugin is not there', async () => {
    const {stdout, stderr, exitCode} = await manage(['inspect', 'nosuch'])
    expect({stdout, exitCode}).to.deep.equal({stdout: '', exitCode: 8})
    expect(stderr).to.contain('Error: nosuch not installed (PluginFailed)')
  })

  it('says in its own words what is wrong with arguments and flags', async () => {
    await refused(['install'], 'an argument is missing: <plugin> (Plugin to install)')
    await refused(['install', 'a', '--silent', '--verbose'], '--silent cannot be given together with --verbose')
    const {stderr, exitCode} = await runCli(['rbac', 'restore-user-permissions', '-c', 'c1'], {
      home: world.home.dir,
    })
    expect(exitCode).to.equal(2)
    expect(stderr).to.equal(
      'Error: an argument is missing: <dir> (Folder of the backup, or the folder of one cluster in it) (InvalidUsage)\n' +
        '  Next: see `ack-ram-tool rbac restore-user-permissions --help`\n',
    )
  })

  it('says what a package that npm has installed lacks', async () => {
    const {dir} = world.home
    await world.home.write('plain/package.json', {name: 'plain', version: '1.0.0'})
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
    const packed = spawnSync(npm, ['pack', './plain'], {cwd: dir, shell: process.platform === 'win32'})
    expect(packed.status, String(packed.stderr)).to.equal(0)
    const {stderr, exitCode} = await manage(['install', './plain-1.0.0.tgz'], dir, NO_REGISTRY)
    expect(exitCode, stderr).to.equal(8)
    expect(stderr)
      .to.contain('Error: the package has no "oclif" object in its package.json, so it is not that of a plugin (Plugin')
      .and.contain('Next: check the name, the address or the file')
  })

  it('does not say of a registry that nobody reached what it has', async () => {
    const {stderr, exitCode} = await manage(['install', 'nosuch'], world.home.dir, NO_REGISTRY)
    expect(exitCode, stderr).to.equal(8)
    expect(stderr)
      .to.contain('Error: nosuch was not found: the registry does not have it, or could not be reached (PluginFailed)')
      .and.contain('ACK_RAM_TOOL_NPM_REGISTRY; `npm view nosuch` says more')
  })

  it('says in the help of link what links do here, and each flag', async () => {
    const {stdout} = await manage(['link', '--help'])
    expect(stdout)
      .to.contain('A plugin runs with your permissions')
      .and.contain('--no-install')
      .and.match(/--verbose +Show/)
      .and.not.contain('override')
  })
})
