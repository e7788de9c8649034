import {writeFile} from 'node:fs/promises'

import {expect} from 'chai'

import {CLI_CONFIG, CREDENTIALS_INI, makeHome, type TestHome} from '../support/home.ts'
import {cliEnvironment, runCli, SHELL_PROGRAM, type CliResult} from '../support/run-cli.ts'
import {runApart} from '../support/run-apart.ts'

const GET_TOKEN = ['credential-plugin', 'get-token', '-c', 'c1', '--token-only']

const jsonOf = (...names: readonly string[]): string =>
  JSON.stringify({
    current: names.at(-1),
    profiles: names.map((name, index) => ({
      name,
      mode: 'AK',
      access_key_id: `LTAI-${index}`,
      access_key_secret: 'SECRET-x',
    })),
  })
const iniOf = (...names: readonly string[]): string =>
  names
    .map((name, index) => `[${name}]\ntype = access_key\naccess_key_id = LTAI-${index}\naccess_key_secret = SECRET-x\n`)
    .join('')

/** 生产 and 测试: two names whose bytes are four wrong ones each, if they are read as UTF-8. */
const GBK = ['\u00c9\u00fa\u00b2\u00fa', '\u00b2\u00e2\u00ca\u00d4'] as const
const LATIN1 = ['caf\u00e8', 'caf\u00e9'] as const

describe('a credential file that is not UTF-8', () => {
  let home: TestHome

  beforeEach(async () => {
    home = await makeHome()
  })
  afterEach(() => home.remove())

  const expectRefusal = ({stdout, stderr, exitCode}: CliResult, code: string, ...says: readonly string[]): void => {
    expect({stdout, exitCode}, stderr).to.deep.equal({stdout: '', exitCode: code === 'InvalidOption' ? 2 : 3})
    for (const text of [`(${code})`, ...says]) expect(stderr).to.contain(text)
    expect(stderr).not.to.contain('SECRET')
  }

  for (const [what, name, text] of [
    ['config.json in GBK', CLI_CONFIG, jsonOf(...GBK)],
    ['config.json in Latin-1', CLI_CONFIG, jsonOf(...LATIN1)],
    ['an INI file in GBK', CREDENTIALS_INI, iniOf(...GBK)],
    ['an INI file in Latin-1', CREDENTIALS_INI, iniOf(...LATIN1)],
    ['an INI file with such a comment', CREDENTIALS_INI, `# caf\u00e9\n${iniOf('default')}`],
  ] as const) {
    it(`is refused, so that no other profile is taken: ${what}`, async () => {
      const path = await home.write(name, '')
      await writeFile(path, text, 'latin1')
      for (const args of [[], ['--profile-file', path], ['--profile-name', 'caf\u00e9']]) {
        const env = name === CREDENTIALS_INI ? {ALIBABA_CLOUD_CREDENTIALS_FILE: path} : {}
        for (const variables of [{}, env])
          expectRefusal(
            await runCli([...GET_TOKEN, ...args], {home: home.dir, env: variables}),
            'CredentialFileInvalid',
            `${path} is not UTF-8`,
            'save it as UTF-8',
          )
      }
    })
  }

  it('is another thing than names in other letters, which are told apart', async () => {
    await home.write(CLI_CONFIG, jsonOf('生产', '测试'))
    const idOf = async (args: readonly string[]): Promise<string> => {
      const {stdout, stderr, exitCode} = await runCli(['export-credentials', '-f', 'credential-file-ini', ...args], {
        home: home.dir,
      })
      expect({stderr, exitCode}).to.deep.equal({stderr: '', exitCode: 0})
      return /access_key_id *= *(\S+)/.exec(stdout)?.[1] ?? ''
    }
    expect(await idOf([])).to.equal('LTAI-1')
    expect(await idOf(['--profile-name', '生产'])).to.equal('LTAI-0')
  })

  it('is not where a name may be written in it: such a name in an argument or a variable is refused', async function () {
    if (process.platform === 'win32') this.skip()
    await home.write(CLI_CONFIG, jsonOf('caf\u00e9', 'caf\uFFFD'))
    const shell = (line: string): Promise<CliResult> =>
      runApart(['sh', '-c', `name=$(printf 'caf\\350'); ${line}`], cliEnvironment(home.dir, {}))
    const line = `${SHELL_PROGRAM} ${GET_TOKEN.join(' ')}`
    for (const [written, from] of [
      [`${line} --profile-name "$name"`, '--profile-name'],
      [`ACK_RAM_TOOL_PROFILE_NAME="$name" ${line}`, 'ACK_RAM_TOOL_PROFILE_NAME'],
      [`ALIBABA_CLOUD_PROFILE="$name" ${line}`, 'ALIBABA_CLOUD_PROFILE'],
    ] as const)
      expectRefusal(await shell(written), 'InvalidOption', `the profile name in ${from} is not UTF-8`)
  })
})
