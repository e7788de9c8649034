import {mkdir, readdir, readFile, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {expect} from 'chai'

import {authenticate} from '../local-cloud/authenticator.ts'
import {startCredentialsUriServer} from '../local-cloud/credentials-uri-server.ts'
import {startMetadataServer} from '../local-cloud/metadata-server.ts'
import {startProxyServer} from '../local-cloud/proxy-server.ts'
import {startLocalSts, type LocalSts} from '../local-cloud/sts.ts'
import {howMany} from '../support/full.ts'
import {CLI_CONFIG, CREDENTIALS_INI, makeHome, type TestHome} from '../support/home.ts'
import {cliEnvironment, PROGRAM, runCli, runCrowd, type CliResult} from '../support/run-cli.ts'

const CLUSTER_ID = 'c1'
const USER = {accessKeyId: 'LTAI-user', accessKeySecret: 'SECRET-of-user', arn: 'acs:ram::1:user/alice', accountId: '1'}
const SESSION = {
  accessKeyId: 'STS.session',
  accessKeySecret: 'SECRET-of-session',
  securityToken: 'SECRET-token-of-session',
  arn: 'acs:ram::1:assumed-role/dev/laptop',
  accountId: '1',
}
const FIRST = 'acs:ram::1:role/first'
const LAST = 'acs:ram::1:role/last'
const POD = 'acs:ram::1:role/pod'
const PROVIDER = 'acs:ram::1:oidc-provider/ack-rrsa'
const OIDC_TOKEN = 'SECRET-oidc-token'
const USER_ENV = {ALIBABA_CLOUD_ACCESS_KEY_ID: USER.accessKeyId, ALIBABA_CLOUD_ACCESS_KEY_SECRET: USER.accessKeySecret}
const PAIR = {access_key_id: USER.accessKeyId, access_key_secret: USER.accessKeySecret}

/** Every secret of these tests starts with it, and so do those that the local STS mints. */
const CANARY = /SECRET[-+]/

describe('get-token with credentials that must be fetched', () => {
  let home: TestHome
  let sts: LocalSts

  beforeEach(async () => {
    home = await makeHome()
    sts = await startLocalSts({
      identities: [USER, SESSION],
      roles: [{arn: FIRST}, {arn: LAST, externalId: 'right-id'}],
      oidc: [{providerArn: PROVIDER, token: OIDC_TOKEN, roleArn: POD}],
    })
  })
  afterEach(async () => {
    for (const request of sts.requests) expect(request, 'a security token in a URL').not.to.have.property('tokenInUrl')
    await sts.close()
    await home.remove()
  })

  const getToken = (args: readonly string[]): readonly string[] => [
    'credential-plugin',
    'get-token',
    `--cluster-id=${CLUSTER_ID}`,
    '--token-only',
    `--sts-endpoint=${sts.endpoint}`,
    ...args,
  ]
  const run = (args: readonly string[], env: Record<string, string> = {}): Promise<CliResult> =>
    runCli(getToken(args), {home: home.dir, env})
  const whoAmI = async (args: readonly string[], env: Record<string, string> = {}): Promise<string> => {
    const {stdout, stderr, exitCode} = await run(args, env)
    expect({stderr, exitCode}).to.deep.equal({stderr: '', exitCode: 0})
    return (await authenticate(stdout.trim(), {clusterId: CLUSTER_ID, sts})).arn
  }
  const assumed = (): readonly object[] => sts.requests.filter(({action}) => action !== 'GetCallerIdentity')
  const writeProfile = (fields: object): Promise<string> =>
    home.write(CLI_CONFIG, {current: 'p', profiles: [{name: 'p', ...fields}]})

  describe('assumes a role', () => {
    it('named by --role-arn, with all its options', async () => {
      const policy = join(home.dir, 'policy.json')
      await writeFile(policy, '{"Version": "1", "Statement": []}')
      const args = [
        '--role-arn',
        LAST,
        '--role-session-name',
        'me',
        '--role-external-id',
        'right-id',
        '--role-duration',
        '15m',
        '--role-policy',
        `@${policy}`,
      ]
      expect(await whoAmI(args, USER_ENV)).to.equal('acs:ram::1:assumed-role/last/me')
      expect(assumed()).to.have.length(1)
      expect(assumed()[0]).to.deep.include({
        action: 'AssumeRole',
        method: 'POST',
        status: 200,
        roleArn: LAST,
        roleSessionName: 'me',
        externalId: 'right-id',
        durationSeconds: '900',
        policy: '{"Version":"1","Statement":[]}',
      })
    })

    it('and then another, in their order', async () => {
      expect(
        await whoAmI(['--role-arn', FIRST, '--role-arn', LAST, '--role-external-id', 'right-id'], USER_ENV),
      ).to.equal('acs:ram::1:assumed-role/last/ack-ram-tool')
      expect(assumed()).to.have.length(2)
      expect(assumed()[0]).to.deep.include({roleArn: FIRST, roleSessionName: 'ack-ram-tool'})
      expect(assumed()[0]).not.to.have.property('externalId', 'right-id')
      expect(assumed()[1]).to.deep.include({roleArn: LAST, externalId: 'right-id'})
    })

    it('that environment variables name, and with their names for its session', async () => {
      const env = {
        ...USER_ENV,
        ACK_RAM_TOOL_ROLE_ARN: `${FIRST},${LAST}`,
        ACK_RAM_TOOL_ROLE_EXTERNAL_ID: 'right-id',
        ALICLOUD_ROLE_SESSION_NAME: 'by-env',
      }
      expect(await whoAmI([], env)).to.equal('acs:ram::1:assumed-role/last/by-env')
    })

    it('that the environment names beside an AccessKey, at the resolved endpoint', async () => {
      expect(await whoAmI([], {...USER_ENV, ALIBABA_CLOUD_ROLE_ARN: FIRST})).to.equal(
        'acs:ram::1:assumed-role/first/ack-ram-tool',
      )
    })

    it('but not beside an STS token, which is used as it is', async () => {
      const env = {
        ALIBABA_CLOUD_ACCESS_KEY_ID: SESSION.accessKeyId,
        ALIBABA_CLOUD_ACCESS_KEY_SECRET: SESSION.accessKeySecret,
        ALIBABA_CLOUD_SECURITY_TOKEN: SESSION.securityToken,
        ALIBABA_CLOUD_ROLE_ARN: FIRST,
      }
      expect(await whoAmI([], env)).to.equal(SESSION.arn)
      expect(assumed()).to.deep.equal([])
    })

    it('that kubectl names for the cluster, one or a list', async () => {
      for (const roleArn of [FIRST, [FIRST]]) {
        const info = {
          kind: 'ExecCredential',
          apiVersion: 'client.authentication.k8s.io/v1',
          spec: {cluster: {config: {roleArn}}},
        }
        expect(await whoAmI(['--no-cache'], {...USER_ENV, KUBERNETES_EXEC_INFO: JSON.stringify(info)})).to.contain(
          'assumed-role/first/',
        )
      }
    })

    it('of a profile, alone, chained, and of the INI file', async () => {
      const hop = {ram_role_arn: FIRST, ram_session_name: 'profile'}
      await writeProfile({mode: 'RamRoleArn', ...PAIR, ...hop})
      expect(await whoAmI([])).to.equal('acs:ram::1:assumed-role/first/profile')
      await home.write(CLI_CONFIG, {
        current: 'p',
        profiles: [
          {
            name: 'p',
            mode: 'ChainableRamRoleArn',
            source_profile: 'q',
            ram_role_arn: LAST,
            ram_session_name: 'chained',
            external_id: 'right-id',
          },
          {name: 'q', mode: 'RamRoleArn', ...PAIR, ...hop},
        ],
      })
      expect(await whoAmI([])).to.equal('acs:ram::1:assumed-role/last/chained')
      const lines = [
        'type=ram_role_arn',
        'access_key_id=LTAI-user',
        'access_key_secret=SECRET-of-user',
        `role_arn=${LAST}`,
        'role_session_name=ini',
        'external_id=right-id',
        'role_session_expiration=900',
      ]
      await home.write('x.ini', ['[default]', ...lines].join('\n'))
      expect(await whoAmI(['--profile-file', join(home.dir, 'x.ini')])).to.equal('acs:ram::1:assumed-role/last/ini')
      expect(assumed().at(-1)).to.deep.include({durationSeconds: '900'})
    })
  })

  describe('opens a role with an OIDC token', () => {
    const env = async (): Promise<Record<string, string>> => ({
      ALIBABA_CLOUD_ROLE_ARN: POD,
      ALIBABA_CLOUD_OIDC_PROVIDER_ARN: PROVIDER,
      ALIBABA_CLOUD_OIDC_TOKEN_FILE: await home.write('token', `${OIDC_TOKEN}\n`),
    })

    it('named by the environment, before an AccessKey, the token trimmed and in the body', async () => {
      expect(await whoAmI([], {...USER_ENV, ...(await env())})).to.equal('acs:ram::1:assumed-role/pod/ack-ram-tool')
      expect(assumed()[0]).to.deep.include({action: 'AssumeRoleWithOIDC', oidcProviderArn: PROVIDER})
    })

    it('named by a profile, without a region', async () => {
      const oidc_token_file = (await env())['ALIBABA_CLOUD_OIDC_TOKEN_FILE']
      await writeProfile({
        mode: 'OIDC',
        ram_role_arn: POD,
        ram_session_name: 'oidc',
        oidc_provider_arn: PROVIDER,
        oidc_token_file,
      })
      expect(await whoAmI([])).to.equal('acs:ram::1:assumed-role/pod/oidc')
    })

    it('and says which file is missing or empty', async () => {
      const given = await env()
      const {stderr, exitCode} = await run([], {
        ...given,
        ALIBABA_CLOUD_OIDC_TOKEN_FILE: await home.write('empty', '\n'),
      })
      expect(exitCode).to.equal(3)
      expect(stderr).to.contain(`the OIDC token file ${join(home.dir, 'empty')} is empty`)
    })
  })

  describe('asks the instance metadata', () => {
    it('because of a flag, a variable or a profile, whatever else there is', async () => {
      const metadata = await startMetadataServer({role: {name: 'node-role', credentials: SESSION}})
      try {
        const env = {
          ALIBABA_CLOUD_IMDS_ENDPOINT: metadata.endpoint,
          HTTP_PROXY: 'http://127.0.0.1:1',
          http_proxy: 'http://127.0.0.1:1',
        }
        await home.write(
          CREDENTIALS_INI,
          `[default]\ntype=access_key\naccess_key_id=${USER.accessKeyId}\naccess_key_secret=${USER.accessKeySecret}\n`,
        )
        expect(await whoAmI(['--credential-type', 'imds'], {...USER_ENV, ...env})).to.equal(SESSION.arn)
        expect(await whoAmI(['--no-cache'], {...env, ACK_RAM_TOOL_CREDENTIAL_TYPE: 'ecs-role'})).to.equal(SESSION.arn)
        await writeProfile({mode: 'EcsRamRole'})
        expect(await whoAmI([], env)).to.equal(SESSION.arn)
        expect(await whoAmI([], {...env, ALIBABA_CLOUD_ECS_METADATA: 'node-role'})).to.equal(SESSION.arn)
        await writeProfile({mode: 'RamRoleArnWithRoleName', ram_role_name: 'node-role', ram_role_arn: FIRST})
        expect(await whoAmI([], env)).to.equal('acs:ram::1:assumed-role/first/default-session-name')
      } finally {
        await metadata.close()
      }
    })
  })

  it('asks a credentials URI', async () => {
    const server = await startCredentialsUriServer({
      body: {
        AccessKeyId: SESSION.accessKeyId,
        AccessKeySecret: SESSION.accessKeySecret,
        SecurityToken: SESSION.securityToken,
      },
    })
    try {
      expect(await whoAmI([], {ALIBABA_CLOUD_CREDENTIALS_URI: server.url})).to.equal(SESSION.arn)
      await writeProfile({mode: 'CredentialsURI', credentials_uri: server.url})
      expect(await whoAmI([])).to.equal(SESSION.arn)
    } finally {
      await server.close()
    }
  })

  it('asks an external process, and the process that its output names', async () => {
    const script = async (name: string, profile: object): Promise<string> => {
      const path = await home.write(name, `process.stdout.write(${JSON.stringify(JSON.stringify(profile))})`)
      return `"${process.execPath}" "${path}"`
    }
    const inner = await script('in ner.cjs', {mode: 'AK', ...PAIR})
    const outer = await script('outer.cjs', {mode: 'External', process_command: inner})
    await writeProfile({mode: 'External', process_command: outer})
    expect(await whoAmI([])).to.equal(USER.arn)
    const {stderr, exitCode} = await run([], {ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS: '1'})
    expect(exitCode).to.equal(3)
    expect(stderr).to.contain('ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS')
  })

  it('never gives one caller what was cached for another, whoever a program answers with', async () => {
    const print = await home.write('print.cjs', `process.stdout.write(require('fs').readFileSync(process.argv[2]))`)
    const session = join(home.dir, 'session.json')
    await writeProfile({mode: 'External', process_command: `"${process.execPath}" "${print}" "${session}"`})
    const logIn = async (arn: string): Promise<void> => {
      const {AccessKeyId, AccessKeySecret, SecurityToken, Expiration} = sts.issue(arn)
      const keys = {access_key_id: AccessKeyId, access_key_secret: AccessKeySecret, sts_token: SecurityToken}
      await home.write('session.json', {mode: 'StsToken', ...keys, expiration: Expiration})
    }
    for (const arn of ['acs:ram::1:user/alice', 'acs:ram::1:user/bob', 'acs:ram::1:user/alice']) {
      await logIn(arn)
      expect(await whoAmI([])).to.equal(arn)
      const before = assumed().length
      for (let time = 0; time < 2; time += 1)
        expect(await whoAmI(['--role-arn', FIRST])).to.match(/assumed-role\/first/)
      expect(assumed().length - before, arn).to.equal(1)
    }
  })

  it('takes the INI file that the environment names, and passes over one that is not there', async () => {
    const path = await home.write(
      'x.ini',
      `[default]\ntype=access_key\naccess_key_id=${USER.accessKeyId}\naccess_key_secret=${USER.accessKeySecret}\n`,
    )
    expect(await whoAmI([], {ALIBABA_CLOUD_CREDENTIALS_FILE: path})).to.equal(USER.arn)
    const {stderr, exitCode} = await run([], {ALIBABA_CLOUD_CREDENTIALS_FILE: join(home.dir, 'gone')})
    expect(exitCode).to.equal(3)
    expect(stderr).to.match(/warn: ignoring \S+gone, named by ALIBABA_CLOUD_CREDENTIALS_FILE: it does not exist/)
  })

  it('asks STS through the company proxy, with its CA, and around it where NO_PROXY says so', async () => {
    const company = await startLocalSts({identities: [USER], roles: [{arn: FIRST}], tls: {names: ['sts.example.test']}})
    const proxy = await startProxyServer({
      auth: {username: 'me', password: 'SECRET-proxy'},
      names: {'sts.example.test:443': {host: '127.0.0.1', port: Number(new URL(company.endpoint).port)}},
    })
    try {
      const env = {...USER_ENV, HTTPS_PROXY: proxy.url, SSL_CERT_FILE: await home.write('ca.pem', company.caPem)}
      const args = [
        'credential-plugin',
        'get-token',
        '-c',
        CLUSTER_ID,
        '--role-arn',
        FIRST,
        '--no-cache',
        '--sts-endpoint',
        'sts.example.test',
      ]
      expect(await runCli(args, {home: home.dir, env})).to.include({stderr: '', exitCode: 0})
      expect(proxy.requests).to.have.length(1)
      const {stderr, exitCode} = await runCli(args, {home: home.dir, env: {...env, no_proxy: 'example.test'}})
      expect(exitCode).to.equal(5)
      expect(stderr).to.contain('AssumeRole at sts.example.test cannot be reached').and.not.match(CANARY)
      expect(proxy.requests).to.have.length(1)
    } finally {
      await proxy.close()
      await company.close()
    }
  })

  describe('is told by a service', () => {
    const refusal = async (args: readonly string[], env: Record<string, string>): Promise<CliResult> => {
      const result = await run(args, env)
      expect(result.stdout).to.equal('')
      expect(result.stderr)
        .to.match(/^Error: [^\n]+ \(\w+\)\n {2}Next: [^\n]+\n$/)
        .and.not.match(CANARY)
      return result
    }

    it('that it may not, with the action, the host, the code and the request id', async () => {
      const {stderr, exitCode} = await refusal(['--role-arn', 'acs:ram::1:role/unknown'], USER_ENV)
      expect(exitCode).to.equal(4)
      expect(stderr)
        .to.contain('AssumeRole at 127.0.0.1')
        .and.contain('EntityNotExist.Role')
        .and.match(/RequestId [0-9A-F-]{36}/)
    })

    it('that the secret is wrong, without the string to sign', async () => {
      const {stderr, exitCode} = await refusal(['--role-arn', FIRST], {
        ...USER_ENV,
        ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'SECRET-wrong',
      })
      expect(exitCode).to.equal(4)
      expect(stderr).to.contain('SignatureDoesNotMatch').and.not.contain('x-acs-').and.not.contain('RoleSessionName')
    })

    it('that it is busy, and is asked again', async () => {
      sts.failNext(2, {status: 400, code: 'Throttling.User'})
      expect(await whoAmI(['--role-arn', FIRST], USER_ENV)).to.contain('assumed-role/first/')
      expect(assumed()).to.have.length(3)
    })

    it('that it is broken, again and again', async () => {
      sts.failNext(9, {status: 503, code: 'ServiceUnavailable'})
      const {exitCode, stderr} = await refusal(['--role-arn', FIRST], USER_ENV)
      expect(exitCode).to.equal(6)
      expect(stderr).to.contain('HTTP 503')
    })

    it('nothing at all, until the deadline', async () => {
      sts.failNext(9, 'hang')
      const {exitCode, stderr} = await refusal(['--role-arn', FIRST, '--timeout', '1s'], USER_ENV)
      expect(exitCode).to.equal(5)
      expect(stderr).to.contain('DeadlineExceeded')
    })

    it('a page that repeats the request', async () => {
      sts.failNext(9, 'garbage')
      expect((await refusal(['--role-arn', FIRST], USER_ENV)).exitCode).to.be.oneOf([4, 6])
    })
  })

  describe('keeps what it fetched', () => {
    const cacheDir = (): string => join(home.dir, '.kube', 'cache', 'ack-ram-tool', 'credential-plugin')

    it('so that the second run makes no call', async () => {
      for (let index = 0; index < 3; index += 1)
        expect(await whoAmI(['--role-arn', FIRST], USER_ENV)).to.contain('assumed-role/first/')
      expect(assumed()).to.have.length(1)
      const [entry] = await readdir(cacheDir())
      expect(entry).to.match(/^[0-9a-f]{64}\.json$/)
      expect((await stat(cacheDir())).mode & 0o777).to.equal(0o700)
      expect((await stat(join(cacheDir(), entry ?? ''))).mode & 0o777).to.equal(0o600)
    })

    it('for that identity and no other', async () => {
      const variants: readonly (readonly [readonly string[], Record<string, string>])[] = [
        [['--role-arn', FIRST], USER_ENV],
        [['--role-arn', FIRST, '--role-session-name', 'other'], USER_ENV],
        [['--role-arn', FIRST, '--role-duration', '20m'], USER_ENV],
        [['--role-arn', FIRST, '--role-policy', '{}'], USER_ENV],
        [['--role-arn', FIRST, '--role-arn', FIRST], USER_ENV],
        [
          ['--role-arn', FIRST],
          {
            ALIBABA_CLOUD_ACCESS_KEY_ID: SESSION.accessKeyId,
            ALIBABA_CLOUD_ACCESS_KEY_SECRET: SESSION.accessKeySecret,
            ALIBABA_CLOUD_SECURITY_TOKEN: SESSION.securityToken,
          },
        ],
      ]
      for (const [args, env] of variants) await whoAmI(args, env)
      expect(assumed()).to.have.length(variants.length + 1)
      expect(await readdir(cacheDir())).to.have.length(variants.length)
      for (const [args, env] of variants) await whoAmI(args, env)
      expect(assumed()).to.have.length(variants.length + 1)
    })

    // The program's own compiled form, which is none of what is meant here.
    const WITHOUT_COMPILED = {...USER_ENV, NODE_DISABLE_COMPILE_CACHE: '1'}

    it('where KUBECACHEDIR or the flag says, or not at all', async () => {
      await whoAmI(['--role-arn', FIRST], {...WITHOUT_COMPILED, KUBECACHEDIR: join(home.dir, 'kube')})
      expect(await readdir(join(home.dir, 'kube', 'ack-ram-tool', 'credential-plugin'))).to.have.length(1)
      await whoAmI(['--role-arn', FIRST, '--credential-cache-dir', join(home.dir, 'flag')], WITHOUT_COMPILED)
      expect(await readdir(join(home.dir, 'flag'))).to.have.length(1)
      await whoAmI(['--role-arn', FIRST, '--no-cache'], WITHOUT_COMPILED)
      await whoAmI(['--role-arn', FIRST, '--no-cache'], WITHOUT_COMPILED)
      expect(assumed()).to.have.length(4)
      expect(await readdir(home.dir)).not.to.include('.kube')
    })

    it('and does without when it cannot', async () => {
      await mkdir(join(home.dir, '.kube'))
      await writeFile(join(home.dir, '.kube', 'cache'), 'in the way')
      const {exitCode, stdout, stderr} = await run(['--role-arn', FIRST], USER_ENV)
      expect(exitCode).to.equal(0)
      expect(stdout).to.match(/^k8s-ack-v2\./)
      expect(stderr).not.to.match(CANARY)
    })

    it('but never an AccessKey', async () => {
      await whoAmI([], WITHOUT_COMPILED)
      expect(await readdir(home.dir)).to.deep.equal([])
    })

    it('and uses it, with a warning, when it is about to end and cannot be renewed', async () => {
      await whoAmI(['--role-arn', FIRST], USER_ENV)
      const [name = ''] = await readdir(cacheDir())
      const path = join(cacheDir(), name)
      const soon = new Date(Math.floor(Date.now() / 1000) * 1000 + 300_000).toISOString()
      const entry = await readFile(path, 'utf8')
      await writeFile(path, entry.replaceAll(/"\d{4}-\d\d-\d\dT[^"]+Z"/g, JSON.stringify(soon)))
      sts.failNext(9, {status: 503, code: 'ServiceUnavailable'})
      const {exitCode, stdout, stderr} = await runCli(
        ['credential-plugin', 'get-token', '-c', CLUSTER_ID, '--sts-endpoint', sts.endpoint, '--role-arn', FIRST],
        {home: home.dir, env: USER_ENV},
      )
      expect(exitCode).to.equal(0)
      expect(stderr)
        .to.match(/warn: /)
        .and.not.match(CANARY)
      const {status} = JSON.parse(stdout) as {status: {expirationTimestamp: string}}
      expect(new Date(status.expirationTimestamp).toISOString()).to.equal(soon)
    })

    it('when many start together with an empty cache: one call', async function () {
      this.timeout(120_000)
      const command = [...PROGRAM, ...getToken(['--role-arn', FIRST, '--timeout', '60s'])] as const
      const results = await runCrowd({count: howMany(100, 12), command, env: cliEnvironment(home.dir, USER_ENV)})
      for (const {exitCode, stderr} of results) expect({exitCode, stderr}).to.deep.equal({exitCode: 0, stderr: ''})
      expect(assumed()).to.have.length(1)
    })
  })
})
