import {spawnSync} from 'node:child_process'
import {chmod} from 'node:fs/promises'
import {join} from 'node:path'

import {expect} from 'chai'

import {startCredentialsUriServer} from '../local-cloud/credentials-uri-server.ts'
import {CLI_CONFIG, CREDENTIALS_INI} from '../support/home.ts'
import {cliEnvironment, runCli, runCliProcess, SHELL_PROGRAM, type CliResult} from '../support/run-cli.ts'
import {FIRST, SESSION, USER, USER_ENV, useStsWorld} from '../support/sts-world.ts'
import {ENTER, hasTerminal, runInTerminal} from '../support/terminal.ts'

const SESSION_ENV = {
  ALIBABA_CLOUD_ACCESS_KEY_ID: SESSION.accessKeyId,
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: SESSION.accessKeySecret,
  ALIBABA_CLOUD_SECURITY_TOKEN: SESSION.securityToken,
}
const ODD_SECRET = 'SECRET-o\'dd "$(touch broken)` \\ #;'
const ODD_ENV = {...USER_ENV, ALIBABA_CLOUD_ACCESS_KEY_SECRET: ODD_SECRET}

const IDS = [
  'ALIBABA_CLOUD_ACCESS_KEY_ID',
  'ALICLOUD_ACCESS_KEY',
  'ALIBABACLOUD_ACCESS_KEY_ID',
  'ALIYUN_LOG_CLI_ACCESSID',
]
const SECRETS = [
  'ALIBABA_CLOUD_ACCESS_KEY_SECRET',
  'ALICLOUD_SECRET_KEY',
  'ALIBABACLOUD_ACCESS_KEY_SECRET',
  'ALIYUN_LOG_CLI_ACCESSKEY',
]
const TOKENS = [
  'ALIBABA_CLOUD_SECURITY_TOKEN',
  'ALICLOUD_SECURITY_TOKEN',
  'ALIBABACLOUD_SECURITY_TOKEN',
  'ALICLOUD_ACCESS_KEY_STS_TOKEN',
  'ALIYUN_LOG_CLI_STS_TOKEN',
]
/** What a program sees of an AccessKey, or of a session. */
const variables = (id: string, secret: string, token?: string): Record<string, string> => ({
  ...Object.fromEntries(IDS.map((name) => [name, id])),
  ...Object.fromEntries(SECRETS.map((name) => [name, secret])),
  ...Object.fromEntries(token === undefined ? [] : TOKENS.map((name) => [name, token])),
  ALIBABACLOUD_IGNORE_PROFILE: 'TRUE',
})

const hasShell = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0

/** Prints what names credentials, as JSON. */
/** Prints the variables of credentials, without the one that every test has. */
const SHOW = [
  process.execPath,
  '-e',
  String.raw`console.log(JSON.stringify(Object.fromEntries(Object.entries(process.env).filter(([name]) => /ALI|ACCESS_KEY|SECURITY|ACK_RAM(?!_TOOL_FOR_ANOTHER)/.test(name)))))`,
]

describe('export-credentials', () => {
  const world = useStsWorld()

  const run = (args: readonly string[], env: Record<string, string> = USER_ENV): Promise<CliResult> =>
    runCli(['export-credentials', ...args], {home: world.home.dir, env})
  const printed = async (...given: Parameters<typeof run>): Promise<string> => {
    const {stdout, stderr, exitCode} = await run(...given)
    expect({stderr, exitCode}).to.deep.equal({stderr: '', exitCode: 0})
    return stdout
  }
  const withCommand = (args: readonly string[], env: Record<string, string> = USER_ENV): Promise<CliResult> =>
    runCliProcess(['export-credentials', ...args], {home: world.home.dir, env})

  it('prints what the aliyun CLI reads from a process, in the layout of the Go tool', async () => {
    const expected = `{\n  "mode": "AK",\n  "access_key_id": "${USER.accessKeyId}",\n  "access_key_secret": "${USER.accessKeySecret}"\n }\n`
    for (const args of [[], ['-f', 'aliyuncli-json'], ['--format=aliyun-cli-config-json']])
      expect(await printed(args)).to.equal(expected)
    expect(JSON.parse(await printed(['-f', 'aliyuncli-json'], SESSION_ENV))).to.deep.equal({
      mode: 'StsToken',
      access_key_id: SESSION.accessKeyId,
      access_key_secret: SESSION.accessKeySecret,
      sts_token: SESSION.securityToken,
    })
  })

  it('prints what a credentials URI answers, with the true end, and for an AccessKey one that has readers ask again', async () => {
    const read = async (args: readonly string[]): Promise<Record<string, string>> =>
      JSON.parse(await printed(args)) as Record<string, string>
    const role = ['--role-arn', FIRST, '--sts-endpoint', world.sts.endpoint]
    for (const format of ['aliyun-cli-uri-json', 'aliyuncli-uri', 'ecs-metadata-json', 'ecs']) {
      const {Code, AccessKeyId, SecurityToken, Expiration = ''} = await read(['-f', format, ...role])
      expect({Code, id: AccessKeyId?.slice(0, 4)}).to.deep.equal({Code: 'Success', id: 'STS.'})
      expect(SecurityToken).to.match(/SECRET/)
      expect(new Date(Expiration).getTime() - Date.now(), Expiration).to.be.within(50 * 60_000, 61 * 60_000)
    }
    const {SecurityToken, Expiration = ''} = await read(['-f', 'ecs'])
    expect(SecurityToken).to.equal('')
    expect(new Date(Expiration).getTime() - Date.now()).to.be.within(5 * 60_000, 11 * 60_000)
  })

  it('prints variables that a shell takes, whatever the secret holds, and removes those of other credentials', async () => {
    const stale = {
      ...ODD_ENV,
      ALIBABA_CLOUD_ROLE_ARN: 'acs:ram::1:role/stale',
      ALIBABA_CLOUD_CREDENTIALS_URI: 'http://127.0.0.1:1',
    }
    const commands = {
      env: ['bash', '-c'],
      fish: ['fish', '-c'],
      powershell: ['pwsh', '-NoProfile', '-Command'],
    } as const
    for (const [format, [shell, ...flags]] of Object.entries(commands)) {
      if (!hasShell(shell)) continue
      const text = await printed(['-f', format, '--ignore-aliyun-cli-credentials', '--credential-type=auto'], {
        ...ODD_ENV,
        ALIBABA_CLOUD_CREDENTIALS_URI: 'http://127.0.0.1:1',
      })
      const show = SHOW.map((word) => `'${word}'`).join(' ')
      const {stdout, stderr} = spawnSync(shell, [...flags, `${text}\n${shell === 'pwsh' ? '& ' : ''}${show}`], {
        env: {...cliEnvironment(world.home.dir, stale), ALIBABA_CLOUD_ROLE_ARN: undefined},
        encoding: 'utf8',
        cwd: world.home.dir,
      })
      expect(stderr, shell).to.equal('')
      expect(JSON.parse(stdout), shell).to.deep.equal(variables(USER.accessKeyId, ODD_SECRET))
    }
  })

  it('prints each name once, below comments', async () => {
    const lines = (await printed(['-f', 'environment-variables'], SESSION_ENV)).trimEnd().split('\n')
    expect(lines.filter((line) => line.startsWith('#'))).to.deep.equal([
      '# for aliyun cli:',
      '# for terraform:',
      '# for other tools:',
    ])
    const names = lines.flatMap((line) => /^export (\w+)=/.exec(line)?.[1] ?? [])
    expect(names).to.have.members([...IDS, ...SECRETS, ...TOKENS, 'ALIBABACLOUD_IGNORE_PROFILE'])
    const dotenv = (await printed(['-f', 'dotenv'], SESSION_ENV)).trimEnd().split('\n')
    expect(Object.fromEntries(dotenv.map((line) => line.split('=')))).to.deep.equal(
      variables(SESSION.accessKeyId, SESSION.accessKeySecret, SESSION.securityToken),
    )
  })

  it('refuses a format that it does not know, and one that a command cannot be given', async () => {
    for (const args of [
      ['-f', 'bogus'],
      ['-f', 'ENV'],
      ['-f', 'ini', '--', 'true'],
      ['-f', 'env', '--'],
      ['--nonsense', '--', 'true'],
    ]) {
      const {stdout, exitCode} = await run(args)
      expect({stdout, exitCode}, args.join(' ')).to.deep.equal({stdout: '', exitCode: 2})
    }
  })

  it('refuses credentials that have expired', async () => {
    await world.writeProfile({
      mode: 'StsToken',
      access_key_id: 'STS.x',
      access_key_secret: 'SECRET-x',
      sts_token: 'SECRET-t',
      sts_expiration: 1,
    })
    const {stdout, stderr, exitCode} = await run([], {})
    expect({stdout, exitCode}).to.deep.equal({stdout: '', exitCode: 4})
    expect(stderr).to.contain('CredentialsExpired').and.not.to.contain('SECRET')
  })

  describe('before a command', () => {
    it('gives it the credentials, and takes away all that names others', async () => {
      const stale = {
        ALIBABA_CLOUD_SECURITY_TOKEN: 'SECRET-stale',
        SECURITY_TOKEN: 'SECRET-stale',
        ALIBABA_CLOUD_ROLE_ARN: 'acs:ram::1:role/stale',
        ALIBABA_CLOUD_OIDC_PROVIDER_ARN: 'acs:ram::1:oidc-provider/stale',
        ALIBABA_CLOUD_OIDC_TOKEN_FILE: '/stale',
        ALIBABA_CLOUD_ROLE_SESSION_NAME: 'stale',
        ALIBABA_CLOUD_CREDENTIALS_URI: 'http://127.0.0.1:1',
        ALIBABA_CLOUD_ECS_METADATA: 'stale',
        ALIBABA_CLOUD_PROFILE: 'p',
        ALIBABA_CLOUD_CREDENTIALS_FILE: '/stale',
        ALICLOUD_ACCESS_KEY: 'LTAI-stale',
        ACCESS_KEY_ID: 'LTAI-stale',
        ACK_RAM_TOOL_PROFILE_NAME: 'p',
      }
      await world.writeProfile({mode: 'AK', access_key_id: USER.accessKeyId, access_key_secret: USER.accessKeySecret})
      const {stdout, stderr, exitCode} = await withCommand(['--ignore-env-credentials', '--', ...SHOW], stale)
      expect({stderr, exitCode}).to.deep.equal({stderr: '', exitCode: 0})
      expect(JSON.parse(stdout)).to.deep.equal(variables(USER.accessKeyId, USER.accessKeySecret))
    })

    it('passes its exit code on, and 128 and the number of the signal that ended it', async function () {
      if (process.platform === 'win32') this.skip()
      expect((await withCommand(['--', 'sh', '-c', 'exit 7'])).exitCode).to.equal(7)
      const given = {DEBUG: 'app:*,sdk', DIAGNOSTICS: 'yes', XDG_DATA_HOME: 'data'}
      const show = 'echo "$DEBUG $DIAGNOSTICS $XDG_DATA_HOME"'
      const shown = await withCommand(['--log-level', 'warn', '--', 'sh', '-c', show], {...USER_ENV, ...given})
      expect(shown.stdout).to.equal('app:*,sdk yes data\n')
      expect((await withCommand(['-f', 'env', '--', 'sh', '-c', 'kill -TERM $$'])).exitCode).to.equal(128 + 15)
      const plain = await world.home.write('plain', 'not a program')
      const {exitCode, stderr} = await withCommand(['--', plain])
      expect({exitCode, stderr: stderr.includes('EACCES')}).to.deep.equal({exitCode: 126, stderr: true})
      const missing = await withCommand(['--', 'no-such-command', '--help'])
      expect(missing.exitCode).to.equal(127)
      expect(missing.stderr).to.contain('"no-such-command" was not found').and.not.to.contain('SECRET')
      for (const [program, code] of [
        ['no-such-command', 127],
        [plain, 126],
      ] as const) {
        const reported = await withCommand(['--error-format', 'json', '--', program])
        expect(JSON.parse(reported.stderr)).to.nested.include({'error.exitCode': code})
        expect(reported.exitCode).to.equal(code)
      }
    })
  })

  describe('read back', () => {
    /** The AccessKey ID of what this program finds. */
    const readBack = async (env: Record<string, string> = {}, ...args: string[]): Promise<unknown> =>
      JSON.parse(await printed(['-f', 'aliyuncli-json', ...args], env))
    const SESSION_PROFILE = {
      mode: 'StsToken',
      access_key_id: SESSION.accessKeyId,
      access_key_secret: SESSION.accessKeySecret,
      sts_token: SESSION.securityToken,
    }

    it('by this program: the INI file', async () => {
      const text = await printed(['-f', 'ini'], SESSION_ENV)
      expect(text, 'for the Go tool').to.contain(`\nsts_token = ${SESSION.securityToken}\n`)
      expect(text, "for Alibaba Cloud's SDKs").to.contain(`\nsecurity_token = ${SESSION.securityToken}\n`)
      await world.home.write(CREDENTIALS_INI, text)
      expect(await readBack()).to.deep.equal(SESSION_PROFILE)
      expect(await printed(['-f', 'credential-file-ini'])).to.match(/^\[default\]\nenable = true\ntype = access_key\n/)
    })

    it('by this program: what a credentials URI answers', async () => {
      const body = JSON.parse(await printed(['-f', 'ecs'], SESSION_ENV)) as object
      const server = await startCredentialsUriServer({body})
      try {
        expect(await readBack({ALIBABA_CLOUD_CREDENTIALS_URI: server.url})).to.include(SESSION_PROFILE)
      } finally {
        await server.close()
      }
    })

    it('by mode External of the aliyun CLI and of this program, by the documented process_command', async function () {
      if (process.platform === 'win32') this.skip()
      await chmod(await world.home.write('bin/ack-ram-tool', `#!/bin/sh\nexec ${SHELL_PROGRAM} "$@"\n`), 0o755)
      await world.home.write(CREDENTIALS_INI, await printed(['-f', 'ini'], SESSION_ENV))
      await world.home.write(CLI_CONFIG, {
        current: 'p',
        profiles: [
          {
            name: 'p',
            mode: 'External',
            process_command: 'ack-ram-tool export-credentials -f aliyuncli-json --ignore-aliyun-cli-credentials',
          },
        ],
      })
      const path = `${join(world.home.dir, 'bin')}:${process.env['PATH'] ?? ''}`
      expect(await readBack({PATH: path})).to.deep.equal(SESSION_PROFILE)
    })
  })

  describe('on a terminal', () => {
    before(function () {
      if (!hasTerminal()) this.skip()
    })
    const onTerminal = (args: string, answer?: string): ReturnType<typeof runInTerminal> =>
      runInTerminal(
        `${SHELL_PROGRAM} export-credentials ${args}`,
        cliEnvironment(world.home.dir, USER_ENV),
        answer === undefined ? [] : [{shows: /Show the secret/, type: answer + ENTER}],
      )

    it('asks before it shows a secret', async () => {
      const refused = await onTerminal('', 'n')
      expect(refused.exitCode).to.equal(130)
      expect(refused.screen).not.to.contain('SECRET')
      expect((await onTerminal('-f env', 'y')).screen).to.contain(USER.accessKeySecret)
    })

    it('says what to do where nobody can be asked', async () => {
      const {screen, exitCode} = await onTerminal('< /dev/null')
      expect(exitCode, screen).to.equal(2)
      expect(screen).to.contain('--assume-yes').and.not.to.contain('SECRET')
    })

    it('takes -y for an answer, and asks nothing where it shows nothing', async () => {
      expect((await onTerminal('-y')).screen).to.contain(USER.accessKeySecret)
      const {screen, exitCode} = await onTerminal('-- echo done')
      expect({screen: screen.trim(), exitCode}).to.deep.equal({screen: 'done', exitCode: 0})
    })
  })
})
