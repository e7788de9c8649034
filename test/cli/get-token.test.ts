import {spawnSync} from 'node:child_process'
import {existsSync, mkdirSync, mkdtempSync} from 'node:fs'
import {join} from 'node:path'

import {expect} from 'chai'

import {authenticate, type AuthenticatorOptions} from '../local-cloud/authenticator.ts'
import {decodeTokenV2} from '../local-cloud/signing.ts'
import {startLocalSts, type LocalSts} from '../local-cloud/sts.ts'
import {CLI_CONFIG, CREDENTIALS_INI, makeHome, type TestHome} from '../support/home.ts'
import {cliEnvironment, type CliResult, runCli, SHELL_PROGRAM} from '../support/run-cli.ts'

const GET_TOKEN = ['credential-plugin', 'get-token']
const USER = {accessKeyId: 'LTAI-user', accessKeySecret: 'SECRET-of-user', arn: 'acs:ram::1:user/alice', accountId: '1'}
const SESSION = {
  accessKeyId: 'STS.session',
  accessKeySecret: 'SECRET-of-session',
  securityToken: 'SECRET+security/token==',
  arn: 'acs:ram::1:assumed-role/dev/laptop',
  accountId: '1',
}
const USER_ENV = {ALIBABA_CLOUD_ACCESS_KEY_ID: USER.accessKeyId, ALIBABA_CLOUD_ACCESS_KEY_SECRET: USER.accessKeySecret}
const SESSION_ENV = {
  ALIBABA_CLOUD_ACCESS_KEY_ID: SESSION.accessKeyId,
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: SESSION.accessKeySecret,
  ALIBABA_CLOUD_SECURITY_TOKEN: SESSION.securityToken,
}

/** Every secret of these tests starts with it. */
const CANARY = /SECRET[-+]/

describe('credential-plugin get-token', () => {
  let home: TestHome
  let sts: LocalSts

  before(async () => {
    sts = await startLocalSts({identities: [USER, SESSION]})
  })
  after(() => sts.close())
  beforeEach(async () => {
    home = await makeHome()
  })
  afterEach(() => home.remove())

  const run = (args: readonly string[], env: Record<string, string> = {}): Promise<CliResult> =>
    runCli([...GET_TOKEN, ...args], {home: home.dir, env})
  const tokenOf = async (args: readonly string[], env: Record<string, string> = {}): Promise<string> => {
    const {stdout, stderr, exitCode} = await run([...args, '--token-only'], env)
    expect({stderr, exitCode}).to.deep.equal({stderr: '', exitCode: 0})
    expect(stdout).to.match(/^\S+\n$/)
    return stdout.trim()
  }
  const whoIs = async (
    token: string,
    clusterId: string,
    tokenVersion?: AuthenticatorOptions['tokenVersion'],
  ): Promise<string> => (await authenticate(token, {clusterId, sts, ...(tokenVersion ? {tokenVersion} : {})})).arn
  const expectFailure = async (
    args: readonly string[],
    env: Record<string, string>,
    expected: {exitCode: number; code: string; says: string},
  ): Promise<CliResult> => {
    const result = await run(args, env)
    expect(result.stdout).to.equal('')
    expect(result.stderr).to.match(/^Error: [^\n]+ \(\w+\)\n( {2}Next: [^\n]+\n)?$/)
    expect(result.stderr).to.contain(`(${expected.code})`).and.contain(expected.says).and.not.match(CANARY)
    expect(result.exitCode).to.equal(expected.exitCode)
    return result
  }

  describe('prints', () => {
    it('an ExecCredential as the Go tool prints it, and nothing on stderr', async () => {
      const before = Date.now()
      const {stdout, stderr, exitCode} = await run(['--cluster-id', 'c1'], USER_ENV)
      expect({stderr, exitCode}).to.deep.equal({stderr: '', exitCode: 0})
      expect(stdout).to.match(
        /^\{\n "kind": "ExecCredential",\n "apiVersion": "client.authentication.k8s.io\/v1beta1",\n "spec": \{\n {2}"interactive": false\n \},\n "status": \{\n {2}"expirationTimestamp": "[^"]+Z",\n {2}"token": "k8s-ack-v2\.[^"]+"\n \}\n\}\n$/,
      )
      const {status} = JSON.parse(stdout) as {status: {expirationTimestamp: string; token: string}}
      const lifetime = Date.parse(status.expirationTimestamp) - before
      expect(lifetime).to.be.within(9 * 60_000, 11 * 60_000)
      expect(await whoIs(status.token, 'c1')).to.equal(USER.arn)
    })

    it('the apiVersion that was asked for, or under kubectl the one that kubectl accepts', async () => {
      const apiVersion = async (args: readonly string[], env: Record<string, string> = {}): Promise<string> =>
        (JSON.parse((await run(['-c', 'c1', ...args], {...USER_ENV, ...env})).stdout) as {apiVersion: string})
          .apiVersion
      const info = (version: string): string =>
        JSON.stringify({kind: 'ExecCredential', apiVersion: `client.authentication.k8s.io/${version}`, spec: {}})
      expect(await apiVersion(['--api-version', 'v1'])).to.equal('client.authentication.k8s.io/v1')
      expect(await apiVersion([], {KUBERNETES_EXEC_INFO: ''})).to.equal('client.authentication.k8s.io/v1beta1')
      // kubectl cannot read a bare token.
      for (const word of ['1', 'true'])
        expect(await apiVersion([], {KUBERNETES_EXEC_INFO: info('v1'), ACK_RAM_TOOL_TOKEN_ONLY: word})).to.equal(
          'client.authentication.k8s.io/v1',
        )
      expect(await apiVersion(['--api-version', 'v1beta1'], {KUBERNETES_EXEC_INFO: info('v1')})).to.equal(
        'client.authentication.k8s.io/v1',
      )
      expect(await apiVersion(['--api-version', 'v1'], {KUBERNETES_EXEC_INFO: info('v1beta1')})).to.equal(
        'client.authentication.k8s.io/v1beta1',
      )
    })

    it('a token that the authenticator accepts, for users, role sessions, and cluster ids of every kind', async () => {
      for (const clusterId of ['c1', 'c\'q"&=?#%', 'c 1+2*3~4/5', 'c<>& x', '集群', '😀']) {
        expect(await whoIs(await tokenOf(['-c', clusterId], USER_ENV), clusterId)).to.equal(USER.arn)
        expect(await whoIs(await tokenOf(['-c', clusterId], SESSION_ENV), clusterId)).to.equal(SESSION.arn)
      }
    })

    it('a token of version 1 on request, by flag or variable', async () => {
      expect(await whoIs(await tokenOf(['-c', 'c1', '--token-version', 'v1'], USER_ENV), 'c1', 'v1')).to.equal(USER.arn)
      expect(
        await whoIs(await tokenOf(['-c', '集群'], {...SESSION_ENV, ACK_RAM_TOOL_TOKEN_VERSION: 'v1'}), '集群', 'v1'),
      ).to.equal(SESSION.arn)
    })

    it('a token with extra query keys', async () => {
      const env = {...USER_ENV, ACK_RAM_TOOL_TOKEN_EXTRA_KEY_PREFIX: 'MY_KEY_', MY_KEY_TEAM: 'ci'}
      expect(decodeTokenV2(await tokenOf(['-c', 'c1'], env)).query).to.deep.equal({ACKClusterId: 'c1', team: 'ci'})
    })
  })

  describe('takes the cluster id', () => {
    const clusterId = async (args: readonly string[], env: Record<string, string>): Promise<unknown> =>
      decodeTokenV2(await tokenOf(args, {...USER_ENV, ...env})).query['ACKClusterId']
    const info = {
      kind: 'ExecCredential',
      apiVersion: 'client.authentication.k8s.io/v1',
      spec: {cluster: {config: {clusterId: 'c-exec-info'}}},
    }

    it('from the flag, then exec info, then the environment', async () => {
      const env = {KUBERNETES_EXEC_INFO: JSON.stringify(info), ACK_RAM_TOOL_CLUSTER_ID: 'c-env'}
      expect(await clusterId(['--cluster-id', 'c-flag'], env)).to.equal('c-flag')
      expect(await clusterId([], env)).to.equal('c-exec-info')
      expect(await clusterId([], {ACK_RAM_TOOL_CLUSTER_ID: 'c-env'})).to.equal('c-env')
    })
  })

  describe("takes the Go tool's command lines", () => {
    it('that its get-kubeconfig writes', async () => {
      await home.write(CLI_CONFIG, {
        current: 'x',
        profiles: [{name: 'p', mode: 'AK', access_key_id: USER.accessKeyId, access_key_secret: USER.accessKeySecret}],
      })
      const args = [
        '--cluster-id',
        'c1',
        '--api-version',
        'v1beta1',
        '--log-level',
        'ERROR',
        '--profile-name',
        'p',
        '--ignore-env-credentials',
      ]
      expect(await whoIs(await tokenOf(args, SESSION_ENV), 'c1')).to.equal(USER.arn)
    })

    it('with global flags first, flags given twice and booleans with values', async () => {
      const result = await runCli(
        [
          '--log-level',
          'error',
          '-y',
          ...GET_TOKEN,
          '-c',
          'c0',
          '-c=c1',
          '--ignore-env-credentials=false',
          '--token-only',
        ],
        {
          home: home.dir,
          env: USER_ENV,
        },
      )
      expect(result).to.include({stderr: '', exitCode: 0})
      expect(await whoIs(result.stdout.trim(), 'c1')).to.equal(USER.arn)
    })
  })

  describe('says in the log', () => {
    it('at debug which source won and why others did not, and no secret', async () => {
      const config = await home.write(CLI_CONFIG, {
        profiles: [
          {
            name: 'p',
            mode: 'StsToken',
            access_key_id: SESSION.accessKeyId,
            access_key_secret: SESSION.accessKeySecret,
            sts_token: SESSION.securityToken,
          },
        ],
      })
      for (const [args, env] of [
        [['--log-level', 'DEBUG'], {}],
        [['-v'], {}],
        [[], {ACK_RAM_TOOL_LOG_LEVEL: 'debug'}],
        [[], {DEBUG: 'sdk'}],
      ] as const) {
        const {stderr, exitCode} = await run(['-c', 'c1', ...args], {...env})
        expect(exitCode).to.equal(0)
        expect(stderr).to.match(/debug: credentials: skipped environment: no credential variables set/)
        expect(stderr).to.contain(`debug: credentials: using profile "p" of ${config}`)
        expect(stderr).not.to.match(CANARY)
      }
    })

    it('as JSON lines for machines', async () => {
      const {stderr} = await run(['-c', 'c1', '-v', '--log-format', 'json'], USER_ENV)
      const lines = stderr
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as {level: string; message: string; timestamp: string})
      expect(lines.length).to.be.greaterThan(1)
      for (const line of lines) expect(line).to.have.all.keys('level', 'message', 'timestamp')
    })

    it('a warning when the flag --profile-name is not what decides', async () => {
      const {stderr, exitCode} = await run(['-c', 'c1', '--profile-name', 'p'], USER_ENV)
      expect(exitCode).to.equal(0)
      expect(stderr).to.match(/^\S+ warn: ignoring --profile-name: [^\n]+\n$/)
      expect((await run(['-c', 'c1', '--profile-name', 'p', '--log-level', 'error'], USER_ENV)).stderr).to.equal('')
    })
  })

  describe('ends in an exact error', () => {
    const none = {}

    it('without a cluster id', () =>
      expectFailure([], USER_ENV, {exitCode: 2, code: 'ClusterIdMissing', says: '--cluster-id'}))

    it('without credentials', () =>
      expectFailure(['-c', 'c1'], none, {exitCode: 3, code: 'CredentialsNotFound', says: 'aliyun configure'}))

    it('with a damaged config.json, a secret in it', async () => {
      await home.write(
        CLI_CONFIG,
        '{"current":"a","profiles":[{"name":"a","mode":"AK","access_key_id":"x","access_key_secret": SECRET-raw}]}',
      )
      await home.write(CREDENTIALS_INI, '[default]\ntype=access_key\naccess_key_id=a\naccess_key_secret=SECRET-b\n')
      await expectFailure(['-c', 'c1'], none, {
        exitCode: 3,
        code: 'CredentialFileInvalid',
        says: 'config.json is not JSON',
      })
    })

    it('with an unknown profile', async () => {
      await home.write(CLI_CONFIG, {
        current: 'a',
        profiles: [{name: 'a', mode: 'AK', access_key_id: 'x', access_key_secret: 'SECRET-a'}],
      })
      await expectFailure(['-c', 'c1', '--profile-name', 'b'], none, {
        exitCode: 3,
        code: 'ProfileNotFound',
        says: 'choose one of: a',
      })
    })

    it('with several profiles and none chosen', async () => {
      await home.write(CLI_CONFIG, {
        profiles: ['a', 'b'].map((name) => ({name, mode: 'AK', access_key_id: 'x', access_key_secret: 'SECRET-a'})),
      })
      await expectFailure(['-c', 'c1'], none, {exitCode: 2, code: 'ProfileAmbiguous', says: '--profile-name'})
    })

    it('with an unknown flag, whose value is not repeated', async () => {
      await expectFailure(['-c', 'c1', '--access-key-secret=SECRET-typed'], none, {
        exitCode: 2,
        code: 'InvalidUsage',
        says: 'unknown flag: --access-key-secret',
      })
      await expectFailure(['-c', 'c1', '--access-key-secret', 'SECRET-typed'], none, {
        exitCode: 2,
        code: 'InvalidUsage',
        says: '--access-key-secret',
      })
      for (const before of [[], ['-c', 'c1']])
        await expectFailure([...before, 'SECRET-typed'], none, {
          exitCode: 2,
          code: 'InvalidUsage',
          says: 'unexpected argument',
        })
    })

    it('with a flag whose value is missing', () =>
      expectFailure(['--cluster-id'], none, {exitCode: 2, code: 'InvalidUsage', says: '--cluster-id expects a value'}))

    it('with an apiVersion or token version that does not exist, by flag or variable', async () => {
      await expectFailure(['-c', 'c1', '--api-version', 'v9'], USER_ENV, {
        exitCode: 2,
        code: 'InvalidOption',
        says: 'use one of: v1, v1beta1',
      })
      await expectFailure(
        ['-c', 'c1'],
        {...USER_ENV, ACK_RAM_TOOL_TOKEN_VERSION: 'v3'},
        {exitCode: 2, code: 'InvalidOption', says: 'ACK_RAM_TOOL_TOKEN_VERSION'},
      )
    })

    it('with a boolean that has a value Go does not know', () =>
      expectFailure(['-c', 'c1', '--assume-yes=maybe'], USER_ENV, {
        exitCode: 2,
        code: 'InvalidOption',
        says: '--assume-yes',
      }))

    it('with a role that is none, whoever names it', async () => {
      const expected = {exitCode: 2, code: 'InvalidOption'}
      await expectFailure(['-c', 'c1', '--role-arn', 'r'], USER_ENV, {
        ...expected,
        says: 'invalid RAM role ARN in --role-arn',
      })
      await expectFailure(
        ['-c', 'c1'],
        {...USER_ENV, ACK_RAM_TOOL_ROLE_ARN: 'r'},
        {...expected, says: 'ACK_RAM_TOOL_ROLE_ARN'},
      )
      await expectFailure(
        ['-c', 'c1'],
        {...USER_ENV, ALIBABA_CLOUD_ROLE_ARN: 'r'},
        {...expected, says: 'ALIBABA_CLOUD_ROLE_ARN'},
      )
      const role = ['--role-arn', 'acs:ram::1:role/r', '--role-session-name', 'x']
      await expectFailure(['-c', 'c1', ...role], USER_ENV, {...expected, says: '--role-session-name'})
    })

    it('with a wrong type in the extension of the cluster, whatever cluster a variable names', async () => {
      const others = {...USER_ENV, ACK_RAM_TOOL_CLUSTER_ID: 'c-other', ACK_RAM_TOOL_REGION_ID: 'cn-other'}
      for (const [config, says] of [
        [{clusterId: 5}, 'clusterId is not text'],
        [{clusterId: ['c1']}, 'clusterId is not text'],
        [{clusterId: 'c1', regionId: ['x']}, 'regionId is not text'],
      ] as const) {
        const info = {apiVersion: 'client.authentication.k8s.io/v1', spec: {cluster: {config}}}
        await expectFailure(
          [],
          {...others, KUBERNETES_EXEC_INFO: JSON.stringify(info)},
          {exitCode: 2, code: 'ExecInfoInvalid', says},
        )
      }
    })

    it('with malformed exec info', () =>
      expectFailure(
        ['-c', 'c1'],
        {...USER_ENV, KUBERNETES_EXEC_INFO: '{"SECRET-info'},
        {exitCode: 2, code: 'ExecInfoInvalid', says: 'KUBERNETES_EXEC_INFO is not JSON'},
      ))

    it('with a security token that makes the token too large', async () => {
      const env = {...SESSION_ENV, ALIBABA_CLOUD_SECURITY_TOKEN: 'SECRET-'.padEnd(5000, 'x')}
      await expectFailure(['-c', 'c1'], env, {
        exitCode: 4,
        code: 'TokenTooLarge',
        says: 'the security token (5000 characters)',
      })
    })

    it('with credentials whose end is past', async () => {
      const profile = {
        name: 'a',
        mode: 'StsToken',
        access_key_id: 'STS.x',
        access_key_secret: 'SECRET-a',
        sts_token: 'SECRET-t',
        sts_expiration: 1_600_000_000,
      }
      await home.write(CLI_CONFIG, {current: 'a', profiles: [profile]})
      await expectFailure(['-c', 'c1'], none, {exitCode: 4, code: 'CredentialsExpired', says: 'expired at 2020-09-13'})
    })

    it('as one JSON object, where asked for', async () => {
      for (const [args, env] of [
        [['--error-format', 'json'], {}],
        [[], {ACK_RAM_TOOL_ERROR_FORMAT: 'json'}],
        [['--error-format=json', '--unknown'], {}],
      ] as const) {
        const {stdout, stderr, exitCode} = await run(args, {...env})
        expect({stdout, exitCode}).to.deep.equal({stdout: '', exitCode: 2})
        expect((JSON.parse(stderr) as {error: object}).error).to.have.all.keys(
          'code',
          'message',
          'nextStep',
          'exitCode',
        )
      }
    })

    it('when the answer cannot be written', function () {
      if (!existsSync('/dev/full')) this.skip()
      const command = `${SHELL_PROGRAM} ${GET_TOKEN.join(' ')} -c c1 > /dev/full`
      const {status, stderr} = spawnSync('/bin/sh', ['-c', command], {
        env: cliEnvironment(home.dir, USER_ENV),
        encoding: 'utf8',
      })
      expect(status).to.equal(1)
      expect(stderr).to.match(
        /^Error: cannot write the answer to stdout: ENOSPC \(OutputFailed\)\n {2}Next: check [^\n]+\n$/,
      )
    })

    it('without a word when what reads the answer has seen enough', function () {
      if (process.platform === 'win32') this.skip()
      for (const command of ['version', 'config path', `${GET_TOKEN.join(' ')} -c c1`]) {
        // The reader has ended before the program begins.
        const script = `{ read -r _ < gone; ${SHELL_PROGRAM} ${command}; echo "$?" > ended; } | { exec <&-; echo > gone; }`
        const {stderr} = spawnSync('/bin/sh', ['-c', `mkfifo gone; ${script}`], {
          cwd: mkdtempSync(join(home.dir, 'pipe-')),
          env: cliEnvironment(home.dir, USER_ENV),
          encoding: 'utf8',
        })
        expect(stderr, command).to.equal('')
      }
    })
  })

  it('does not need a home directory that can be written to, nor one that exists', async () => {
    const gone = join(home.dir, 'gone')
    expect((await runCli([...GET_TOKEN, '-c', 'c1'], {home: gone, env: USER_ENV})).exitCode).to.equal(0)
    mkdirSync(gone, {mode: 0o500})
    expect((await runCli([...GET_TOKEN, '-c', 'c1'], {home: gone, env: USER_ENV})).exitCode).to.equal(0)
  })
})
