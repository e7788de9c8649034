import {spawnSync} from 'node:child_process'
import {chmod, chown, mkdir, rm, symlink, utimes, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {expect} from 'chai'

import {parseDefaults} from '../../src/lib/defaults/parse-defaults.ts'
import {RBAC_SCAN_OPTIONS} from '../../src/lib/options/rbac-definitions.ts'
import {readText} from '../../src/lib/options/read-option.ts'
import {LIST_OPTIONS} from '../../src/lib/options/tool-definitions.ts'
import {ALICE, CLUSTER_ID, envOf} from '../support/cluster-world.ts'
import {makeHome, type TestHome} from '../support/home.ts'
import {isRoot} from '../support/other-user.ts'
import {cliEnvironment, PROGRAM, runCli, runCliProcess, STANDALONE, type CliResult} from '../support/run-cli.ts'

const CONFIG = '.config/ack-ram-tool/config.yaml'
const GET_TOKEN = ['credential-plugin', 'get-token', '-c', CLUSTER_ID]

interface InForce {
  readonly files: readonly {readonly path: string; readonly state: string; readonly reason: string | null}[]
  readonly options: readonly {
    readonly name: string
    readonly value: unknown
    readonly source: string
    readonly from: string | null
  }[]
}

/** Reads the system's file from below the home directory: a test must not write into /etc. */
const SYSTEM_BELOW_HOME = `const fs = require('fs'), {join} = require('path')
const moved = (path) => (path === '/etc/ack-ram-tool/config.yaml' ? join(process.env.HOME, 'system.yaml') : path)
for (const name of ['existsSync', 'openSync', 'statSync']) {
  const real = fs[name]
  fs[name] = (path, ...rest) => real(moved(path), ...rest)
}
const real = fs.realpathSync.native
fs.realpathSync.native = (path, ...rest) => real(moved(path), ...rest)
require('module').syncBuiltinESMExports()`

describe('a defaults file', () => {
  let home: TestHome
  let path: string

  beforeEach(async () => {
    home = await makeHome()
    path = join(home.dir, CONFIG)
  })
  afterEach(() => home.remove())

  const run = (args: readonly string[], env: Record<string, string> = {}): Promise<CliResult> =>
    runCli(args, {home: home.dir, env: {...envOf(ALICE), ...env}})
  /** Value, source and origin of some options. */
  const optionsIn = ({stdout, stderr}: CliResult, ...names: readonly string[]): readonly (readonly unknown[])[] => {
    expect(stderr).to.equal('')
    const {options} = JSON.parse(stdout) as InForce
    return names.map((wanted) => {
      const found = options.find(({name}) => name === wanted)
      return [found?.value, found?.source, found?.from]
    })
  }
  const LIST = ['config', 'list', '-o', 'json']
  const apiVersionOf = ({stdout, stderr}: CliResult): unknown => {
    expect(stderr).to.equal('')
    return (JSON.parse(stdout) as {apiVersion: string}).apiVersion.split('/').at(-1)
  }

  it('gives way to variable and flag', async () => {
    await home.write(CONFIG, '# ours\ntimeout: 30s\nvpc-endpoint: true\n')
    const env = {ACK_RAM_TOOL_TIMEOUT: '40s', ACK_RAM_TOOL_VPC_ENDPOINT: 'false'}
    expect(optionsIn(await run(LIST), 'timeout', 'vpc-endpoint', 'log-level')).to.deep.equal([
      ['30s', 'file', `${path}:2`],
      [true, 'file', `${path}:3`],
      ['info', 'default', null],
    ])
    expect(optionsIn(await run(LIST, env), 'timeout', 'vpc-endpoint')).to.deep.equal([
      ['40s', 'environment', 'ACK_RAM_TOOL_TIMEOUT'],
      [false, 'environment', 'ACK_RAM_TOOL_VPC_ENDPOINT'],
    ])
    const typed = await run([...LIST, '--timeout', '50s', '--vpc-endpoint=false'], {ACK_RAM_TOOL_TIMEOUT: '40s'})
    expect(optionsIn(typed, 'timeout', 'vpc-endpoint')).to.deep.equal([
      ['50s', 'flag', '--timeout'],
      [false, 'flag', '--vpc-endpoint'],
    ])
  })

  it('gives way to a flag that switches a boolean off, as no variable that is true does: a warning says so, once', async () => {
    await home.write(CONFIG, 'no-cache: true\n')
    const off = [...LIST, '--no-cache=false', '--assume-yes=false']
    const {stdout, stderr} = await run(off, {ACK_RAM_TOOL_ASSUME_YES: 'true'})
    expect(stderr).to.match(
      /^[^\n]*warn[^\n]* --assume-yes=false changes nothing: ACK_RAM_TOOL_ASSUME_YES is true; [^\n]*\n$/i,
    )
    expect(optionsIn({...(await run(off)), stdout}, 'no-cache', 'assume-yes')).to.deep.equal([
      [false, 'flag', '--no-cache'],
      [true, 'environment', 'ACK_RAM_TOOL_ASSUME_YES'],
    ])
    for (const word of ['yes', 'off', ''])
      expect((await run(off, {ACK_RAM_TOOL_ASSUME_YES: word})).stderr, word).to.equal('')
    const forKubectl = await run([...GET_TOKEN, '--no-cache=false'], {ACK_RAM_TOOL_NO_CACHE: 'true'})
    expect(forKubectl).to.include({stderr: '', exitCode: 0})
  })

  it('holds for the commands that know its value, and for no other', async () => {
    await home.write(CONFIG, 'output: wide\n')
    expect((await run(['version'])).stdout).to.match(/^Version: /)
    expect(await run(['config', 'list'])).to.deep.include({stderr: '', exitCode: 0})
    expect(optionsIn(await run(LIST, {ACK_RAM_TOOL_OUTPUT: ''}), 'output')).to.deep.equal([
      ['json', 'flag', '--output'],
    ])
    const {stderr} = await run(['list-clusters'], {ACK_RAM_TOOL_OUTPUT: 'wide'})
    expect(stderr).to.contain('invalid value "wide" for ACK_RAM_TOOL_OUTPUT')
    const defaults = await parseDefaults(Buffer.from('output: wide'), path)
    for (const [definition, value] of [
      [RBAC_SCAN_OPTIONS.output, 'wide'],
      [LIST_OPTIONS.output, 'table'],
    ] as const)
      expect(readText('output', definition, {flags: {}, execInfo: {}, env: {}, defaults})?.value).to.equal(value)
  })

  it('with an external ID shows where it is from, not the value', async () => {
    await home.write(CONFIG, 'role-external-id: SECRET\n')
    expect(optionsIn(await run(LIST), 'role-external-id')).to.deep.equal([['***', 'file', `${path}:1`]])
  })

  it("of the user is stronger than the system's", async function () {
    if (STANDALONE || process.platform === 'win32') this.skip()
    await home.write('system.yaml', 'timeout: 30s\nlog-level: warn\n')
    await home.write(CONFIG, 'timeout: 40s\n')
    const preload = await home.write('preload.cjs', SYSTEM_BELOW_HOME)
    const result = await runCliProcess(['config', 'list', '-o', 'json'], {
      home: home.dir,
      env: {NODE_OPTIONS: `--require=${preload}`},
    })
    expect(optionsIn(result, 'timeout', 'log-level')).to.deep.equal([
      ['40s', 'file', `${path}:1`],
      ['warn', 'file', '/etc/ack-ram-tool/config.yaml:2'],
    ])
  })

  it('counts for get-token, and ACK_RAM_TOOL_CONFIG names another one or none', async () => {
    await home.write(CONFIG, 'api-version: v1\n')
    const other = await home.write('other.yaml', 'api-version: "v1beta1"\nerror-format: json\n')
    expect(apiVersionOf(await run(GET_TOKEN))).to.equal('v1')
    expect(apiVersionOf(await run(GET_TOKEN, {ACK_RAM_TOOL_CONFIG: other}))).to.equal('v1beta1')
    expect(apiVersionOf(await run(GET_TOKEN, {ACK_RAM_TOOL_CONFIG: 'none'}))).to.equal('v1beta1')
    const {stderr} = await run([...GET_TOKEN, '--timeout', 'x'], {ACK_RAM_TOOL_CONFIG: other})
    expect(JSON.parse(stderr)).to.have.nested.property('error.code', 'InvalidOption')
    for (const [named, what] of [
      ['other.yaml', 'ACK_RAM_TOOL_CONFIG is not an absolute path'],
      [join(home.dir, 'missing.yaml'), 'does not exist'],
    ] as const)
      expect((await run(GET_TOKEN, {ACK_RAM_TOOL_CONFIG: named})).stderr).to.contain(what)
  })

  it('counts whenever it was changed: images that are built reproducibly have files of 1970', async () => {
    await home.write(CONFIG, 'api-version: v1\n')
    for (const seconds of [0, 1, -1, 2 ** 33]) {
      await utimes(path, seconds, seconds)
      expect(apiVersionOf(await run(GET_TOKEN)), String(seconds)).to.equal('v1')
    }
  })

  it('in the working directory is not read, by any name', async function () {
    if (process.platform === 'win32') this.skip()
    for (const name of ['config.yaml', 'ack-ram-tool/config.yaml', '.config/config.yaml', 'x/ack-ram-tool/config.yaml'])
      await home.write(`cwd/${name}`, 'api-version: v1\n')
    const {stdout} = spawnSync('sh', ['-c', `cd "$HOME/cwd" && exec "$@"`, 'sh', ...PROGRAM, ...GET_TOKEN], {
      env: cliEnvironment(home.dir, {...envOf(ALICE), XDG_CONFIG_HOME: 'x'}),
      encoding: 'utf8',
    })
    expect(stdout).to.contain('"client.authentication.k8s.io/v1beta1"')
  })

  const WRONG: readonly (readonly [text: string | Uint8Array, code: string, said: string, next: string])[] = [
    ['timeout: 9s\nregion_id: cn-x\n', 'ConfigInvalid', ':2: region_id is not an option', 'did you mean region-id?'],
    ['timout: 9s', 'ConfigInvalid', ':1: timout is not an option', 'did you mean timeout?'],
    ['SECRET%: 9s', 'ConfigInvalid', ':1: a key is refused', 'aliyun configure'],
    ['x: 1', 'ConfigInvalid', ':1: x is not an option', 'use one of: api-version, '],
    ['access-key-secret: SECRETaaaa', 'ConfigInvalid', ':1: access-key-secret is refused', 'aliyun configure'],
    ['accessKeyId: SECRETaaaa', 'ConfigInvalid', ':1: accessKeyId is refused', 'aliyun configure'],
    ['sts_token: SECRETaaaa', 'ConfigInvalid', ':1: sts_token is refused', 'aliyun configure'],
    ['assume-yes: true', 'ConfigInvalid', ':1: assume-yes cannot have a default', '--assume-yes'],
    ['diff: true', 'ConfigInvalid', ':1: diff is not an option', ''],
    ['update-kubeconfig:\n  mode: token', 'ConfigInvalid', ':1: update-kubeconfig is not an option', ''],
    ['log-level: SECRETaaaa', 'ConfigInvalid', ':1: log-level has a value', 'use one of: debug, info'],
    ['vpc-endpoint: perhaps', 'ConfigInvalid', ':1: vpc-endpoint is neither true nor false', 'vpc-endpoint: true'],
    ['profile-name: true', 'ConfigInvalid', ':1: profile-name is not text', ''],
    ['profile-name:', 'ConfigInvalid', ':1: profile-name has no value', ''],
    ['timeout: [30s]', 'ConfigInvalid', ':1: timeout is not text', ''],
    ['role-arn: [{a: b}]', 'ConfigInvalid', ':1: role-arn is not text or a list of texts', ''],
    ['profile-file: creds.json', 'ConfigInvalid', ':1: profile-file is a relative path', 'whole path'],
    ['kubeconfig: ./config', 'ConfigInvalid', ':1: kubeconfig is a relative path', 'whole path'],
    ['role-policy: "@policy.json"', 'ConfigInvalid', ':1: role-policy is a relative path', 'begins with ~/, behind the @'],
    ['timeout: soon', 'InvalidOption', 'invalid duration for timeout in ', '90s'],
    ['\ntimeout: 99999h', 'InvalidOption', 'Error: timeout in ', '20s'],
    ['timeout: 0', 'InvalidOption', ':1 must be greater than zero', ''],
    ['output: wider', 'ConfigInvalid', ':1: output has a value', 'use one of: table, '],
    ['region-id: "cn_x"', 'InvalidOption', 'invalid region ID in ', 'cn-hangzhou'],
    ['timeout: 1s\n# a\ntimeout: 2s', 'ConfigInvalid', ':3: timeout is also in line 1', ''],
    ['{timeout: 1s}', 'ConfigInvalid', ':1 is not a list of options', ''],
    ['- timeout', 'ConfigInvalid', ':1 is not a list of options', ''],
    ['timeout: 1s\n---\nlog-level: warn', 'ConfigInvalid', ':2 begins another document', ''],
    ['timeout: "SECRETaaaa', 'ConfigInvalid', 'is not YAML: a quotation mark', ''],
    [new Uint8Array([0x61, 0xff, 0xfe]), 'ConfigInvalid', ' is not UTF-8', ''],
    ['#'.repeat(65 * 1024), 'ConfigInvalid', 'it is larger than 64 KiB', ''],
    [`a: &a [${'x,'.repeat(90)}x]\nb: &b [${'*a,'.repeat(90)}*a]\nc: [${'*b,'.repeat(90)}*b]`, 'ConfigInvalid', 'is not YAML: aliases', ''],
  ] // prettier-ignore
  for (const [text, code, said, next] of WRONG)
    it(`is refused, with its line: ${JSON.stringify(String(text).slice(0, 40))}`, async () => {
      await home.write(CONFIG, '')
      await writeFile(path, text)
      const {stdout, stderr, exitCode} = await run(GET_TOKEN)
      expect({stdout, exitCode}).to.deep.equal({stdout: '', exitCode: 2})
      expect(stderr).to.contain(path).and.contain(said).and.contain(`(${code})`).and.contain(next)
      expect(stderr).not.to.contain('SECRETaaaa')
      // It may be the system's.
      expect(stderr).to.match(/Next: .*, or set ACK_RAM_TOOL_CONFIG=none\n|Next: .*; or set ACK_RAM_TOOL_CONFIG=none\n/)
    })

  it('takes numbers, lists and booleans of YAML as they are written', async () => {
    await home.write(
      CONFIG,
      'expected-identity: 01234567890123456789\nno-cache: yes\nrole-arn:\n  - a\n  - b\ntimeout: 30\n',
    )
    const names = ['expected-identity', 'no-cache', 'role-arn', 'timeout']
    const values = optionsIn(await run(LIST), ...names).map(([value]) => value)
    expect(values).to.deep.equal(['01234567890123456789', true, 'a,b', '30'])
  })

  it('stops neither version, help nor what says where it is', async () => {
    await home.write(CONFIG, 'nonsense: 1\n')
    for (const args of [['version'], ['config', 'list', '--help'], ['--version']])
      expect(await run(args), args.join(' ')).to.include({stderr: '', exitCode: 0})
    expect((await run(['config', 'path'])).stdout).to.contain(`${path}  refused: ${path}:1: nonsense`)
    expect((await run(['doctor', '--offline'])).stdout).to.contain('~/.config/ack-ram-tool/config.yaml:1: nonsense')
    expect(await run(['config', 'list'])).to.deep.include({stdout: '', exitCode: 2})
  })

  it('is named by doctor, with what it sets', async () => {
    await home.write(CONFIG, 'timeout: 30s\nprofile-name: x\n')
    const {stdout} = await run(['doctor', '--offline'])
    expect(stdout).to.contain('~/.config/ack-ram-tool/config.yaml sets defaults of profile-name, timeout')
  })

  it('is listed beside variables with credentials, whose values are not shown', async () => {
    const {stdout} = await run(['config', 'list'])
    expect(stdout).to.match(/^ALIBABA_CLOUD_ACCESS_KEY_SECRET +set, not shown +environment$/m)
    expect(stdout).not.to.contain(ALICE.accessKeySecret).and.not.to.contain(ALICE.accessKeyId)
  })

  it('is listed without logins and queries of what should be a host or a URL', async () => {
    const urls = ['https://me:SECRETa@b@host', 'me:SECRETa@host', 'https://host?SECRETa', 'https://me:SECRETa/b@host']
    for (const url of urls) {
      const env = {
        ACK_RAM_TOOL_RAM_ENDPOINT: url,
        ACK_RAM_TOOL_IMS_ENDPOINT: url,
        ACK_RAM_TOOL_KUBECONFIG: `/a//${url}`,
      }
      for (const format of ['table', 'json']) {
        const {stdout} = await run(
          ['config', 'list', '-o', format],
          url.includes('?') ? {...env, ACK_RAM_TOOL_KUBECONFIG: ''} : env,
        )
        expect(stdout, url)
          .to.contain('ram-endpoint')
          .and.contain('***')
          .and.not.match(/SECRETa|@b@|\/b@/)
      }
    }
  })

  describe('of which others may decide', () => {
    before(function () {
      if (process.platform === 'win32') this.skip()
    })

    const refused = async (why: string): Promise<void> => {
      const {stdout, stderr, exitCode} = await run(GET_TOKEN)
      expect({stdout, exitCode}).to.deep.equal({stdout: '', exitCode: 2})
      expect(stderr).to.contain(`${path} sets the defaults of options, and ${why}`).and.contain('(ConfigUntrusted)')
    }

    it('is refused if every user can write it', async () => {
      await home.write(CONFIG, 'timeout: 30s\n')
      await chmod(path, 0o666)
      await refused('every user can write it')
    })

    it('is refused if another user owns it', async function () {
      if (!isRoot) this.skip()
      await home.write(CONFIG, 'timeout: 30s\n')
      await chown(path, 65_534, 65_534)
      await refused('another user owns it')
      await chown(home.dir, 65_534, 65_534)
      expect(await run(GET_TOKEN), 'where sudo has kept HOME').to.include({stderr: '', exitCode: 0})
    })

    it('is refused as a pipe, which is not waited for, or as a directory', async () => {
      await mkdir(join(path, '..'), {recursive: true})
      spawnSync('mkfifo', [path])
      await refused('it is not a regular file')
      await rm(path)
      await mkdir(path)
      await refused('it is not a regular file')
    })

    it('is refused as a link into a directory where others can exchange it', async () => {
      const real = await home.write('open/config.yaml', 'timeout: 30s\n')
      await mkdir(join(path, '..'), {recursive: true})
      await symlink(real, path)
      expect(await run(GET_TOKEN)).to.include({stderr: '', exitCode: 0})
      await chmod(join(home.dir, 'open'), 0o777)
      await refused('every user can write')
      if (!isRoot) return
      await chmod(join(home.dir, 'open'), 0o755)
      await chown(join(home.dir, 'open'), 65_534, 65_534)
      await refused('another user owns')
    })
  })
})
