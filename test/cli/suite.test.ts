import {spawnSync} from 'node:child_process'
import {readFile} from 'node:fs/promises'

import {expect} from 'chai'

import {LIST_OPTIONS} from '../../src/lib/options/tool-definitions.ts'
import {CERTIFICATE_OPTIONS, TOKEN_OPTIONS} from '../../src/lib/options/exec-definitions.ts'
import {KUBECONFIG_OPTIONS, UPDATE_OPTIONS} from '../../src/lib/options/kubeconfig-definitions.ts'
import {GLOBAL_OPTIONS, type OptionDefinitions} from '../../src/lib/options/definitions.ts'
import {makeHome, type TestHome} from '../support/home.ts'
import {cliEnvironment, type CliResult, runCli, SHELL_PROGRAM, STANDALONE} from '../support/run-cli.ts'

const ALL_OPTIONS: OptionDefinitions = {...GLOBAL_OPTIONS, ...TOKEN_OPTIONS}

describe('the command suite', () => {
  let home: TestHome

  beforeEach(async () => {
    home = await makeHome()
  })
  afterEach(() => home.remove())

  const run = (...args: string[]): Promise<CliResult> =>
    runCli(args, {home: home.dir, env: {COLUMNS: '200', OCLIF_COLUMNS: '200'}})

  it('shows its topics and commands', async () => {
    const {stdout, exitCode} = await run('--help')
    expect(exitCode).to.equal(0)
    expect(stdout)
      .to.contain('credential-plugin  Credentials for kubectl')
      .and.contain('autocomplete')
      .and.contain('help')
    expect((await run()).stdout).to.equal(stdout)
  })

  it('shows every option of get-token with its variable by --help-all, and the same by --help, -h and help', async () => {
    const {stdout, exitCode} = await run('credential-plugin', 'get-token', '--help-all')
    expect(exitCode).to.equal(0)
    for (const [name, {char, env}] of Object.entries(ALL_OPTIONS)) {
      // Help breaks lines where it likes.
      expect(stdout.replaceAll(/\s+/g, ' ')).to.contain(`--${name}`).and.contain(`env: ${env[0]}`)
      if (char) expect(stdout).to.contain(`-${char}, --${name}`)
    }
    const short = (await run('credential-plugin', 'get-token', '--help')).stdout
    expect((await run('credential-plugin', 'get-token', '-h')).stdout).to.equal(short)
    expect((await run('help', 'credential-plugin', 'get-token')).stdout).to.equal(short)
  })

  it('keeps the names, short forms and defaults of the document', () => {
    const documented = {
      'api-version': 'v1beta1',
      'cluster-id': undefined,
      'role-arn': undefined,
      'assume-yes': undefined,
      'ignore-aliyun-cli-credentials': undefined,
      'ignore-env-credentials': undefined,
      'log-level': 'info',
      'profile-file': undefined,
      'profile-name': undefined,
      'region-id': 'cn-hangzhou',
    }
    for (const [name, standard] of Object.entries(documented)) {
      const definition = ALL_OPTIONS[name]
      expect(definition, name).to.be.an('object')
      expect(definition && 'default' in definition ? definition.default : undefined, name).to.equal(standard)
    }
    expect(ALL_OPTIONS['cluster-id']?.char).to.equal('c')
    expect(ALL_OPTIONS['assume-yes']?.char).to.equal('y')
    expect(ALL_OPTIONS['verbose']?.char).to.equal('v')
  })

  it('shows every option of the other commands', async () => {
    const commands = {
      'credential-plugin get-credential': CERTIFICATE_OPTIONS,
      'get-kubeconfig': KUBECONFIG_OPTIONS,
      'credential-plugin get-kubeconfig': KUBECONFIG_OPTIONS,
      'credential-plugin update-kubeconfig': UPDATE_OPTIONS,
      'update-kubeconfig': UPDATE_OPTIONS,
      'list-clusters': LIST_OPTIONS,
    }
    for (const [command, options] of Object.entries<OptionDefinitions>(commands)) {
      const {stdout} = await run(...command.split(' '), '--help-all')
      for (const name of Object.keys({...GLOBAL_OPTIONS, ...options}))
        expect(stdout, command).to.match(new RegExp(`--${name}\\b`))
    }
  })

  it('says its version', async () => {
    const {version} = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string
    }
    expect((await run('--version')).stdout).to.match(new RegExp(`^ack-ram-tool/${version.replaceAll('.', '\\.')} `))
  })

  it('leaves quietly when the reader of its help goes away', async function () {
    if (process.platform === 'win32') this.skip()
    const command = `${SHELL_PROGRAM} credential-plugin get-token --help | true`
    const {stdout, stderr} = spawnSync('/bin/sh', ['-c', command], {
      env: cliEnvironment(home.dir, {}),
      encoding: 'utf8',
    })
    expect({stdout, stderr}).to.deep.equal({stdout: '', stderr: ''})
  })

  it('says what a standalone executable cannot do, and what to do then', async function () {
    if (!STANDALONE) this.skip()
    const {stderr, exitCode} = await run('plugins', 'install', 'any')
    expect(exitCode).to.equal(2)
    expect(stderr)
      .to.contain('a standalone executable cannot install, list or run plugins')
      .and.contain('(InvalidUsage)')
    expect(stderr).to.contain('Next: ').and.not.contain('://')
  })
})
