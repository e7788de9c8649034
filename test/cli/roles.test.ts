import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {expect} from 'chai'

import {CLI_CONFIG} from '../support/home.ts'
import {
  FIRST,
  LAST,
  OIDC_TOKEN,
  PAIR,
  POD,
  podToken,
  PROVIDER,
  SESSION,
  USER_ENV,
  useStsWorld,
} from '../support/sts-world.ts'

describe('get-token with a role', () => {
  const world = useStsWorld()
  const {run, whoAmI, assumed, writeProfile} = world

  describe('assumes a role', () => {
    it('named by --role-arn, with all its options', async () => {
      const policy = join(world.home.dir, 'policy.json')
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

    it('with a policy of a file below the home directory, by flag, variable or defaults file', async () => {
      await world.home.write('policy.json', '{"Version": "1", "Statement": []}')
      const path = '@~/policy.json'
      const args = ['--no-cache', '--role-arn', FIRST]
      await whoAmI([...args, '--role-policy', path], USER_ENV)
      await whoAmI(args, {...USER_ENV, ACK_RAM_TOOL_ROLE_POLICY: path})
      const file = await world.home.write('defaults.yaml', `role-policy: "${path}"\n`)
      await whoAmI(args, {...USER_ENV, ACK_RAM_TOOL_CONFIG: file})
      expect(assumed()).to.have.length(3)
      for (const call of assumed()) expect(call).to.include({policy: '{"Version":"1","Statement":[]}'})
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
      await world.home.write(CLI_CONFIG, {
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
      await world.home.write('x.ini', ['[default]', ...lines].join('\n'))
      expect(await whoAmI(['--profile-file', join(world.home.dir, 'x.ini')])).to.equal(
        'acs:ram::1:assumed-role/last/ini',
      )
      expect(assumed().at(-1)).to.deep.include({durationSeconds: '900'})
    })
  })

  describe('opens a role with an OIDC token', () => {
    const env = async (): Promise<Record<string, string>> => ({
      ALIBABA_CLOUD_ROLE_ARN: POD,
      ALIBABA_CLOUD_OIDC_PROVIDER_ARN: PROVIDER,
      ALIBABA_CLOUD_OIDC_TOKEN_FILE: await world.home.write('token', `${OIDC_TOKEN}\n`),
    })

    it('named by the environment, before an AccessKey, the token trimmed and in the body', async () => {
      expect(await whoAmI([], {...USER_ENV, ...(await env())})).to.equal('acs:ram::1:assumed-role/pod/ack-ram-tool')
      expect(assumed()[0]).to.deep.include({action: 'AssumeRoleWithOIDC', oidcProviderArn: PROVIDER})
    })

    it('once, where --role-arn or an entry names it too, with the settings of that option', async () => {
      const given = await env()
      const policy = '{"Version":"1","Statement":[]}'
      const session = ['--role-session-name', 'me', '--role-duration', '30m', '--role-policy', policy]
      expect(await whoAmI(['--role-arn', POD], given)).to.equal('acs:ram::1:assumed-role/pod/ack-ram-tool')
      expect(await whoAmI(['--role-arn', POD, ...session], given)).to.equal('acs:ram::1:assumed-role/pod/me')
      expect(await whoAmI([], {...given, ACK_RAM_TOOL_ROLE_ARN: POD, ACK_RAM_TOOL_ROLE_DURATION: '1h'})).to.equal(
        'acs:ram::1:assumed-role/pod/ack-ram-tool',
      )
      expect(assumed()).to.have.length(3)
      for (const call of assumed()) expect(call).to.deep.include({action: 'AssumeRoleWithOIDC', roleArn: POD})
      expect(assumed()[0]).not.to.have.any.keys('durationSeconds', 'policy')
      expect(assumed()[1]).to.include({durationSeconds: '1800', policy})
      expect(assumed()[2]).to.include({durationSeconds: '3600'})
    })

    it('before the next role, which alone has the settings', async () => {
      const args = ['--role-arn', POD, '--role-arn', LAST, '--role-external-id', 'right-id', '--role-duration', '30m']
      expect(await whoAmI(args, await env())).to.equal('acs:ram::1:assumed-role/last/ack-ram-tool')
      const [first, second, ...more] = assumed()
      expect(first).to.include({action: 'AssumeRoleWithOIDC', roleArn: POD}).and.not.have.property('durationSeconds')
      expect(second).to.include({action: 'AssumeRole', roleArn: LAST, durationSeconds: '1800', externalId: 'right-id'})
      expect(more).to.deep.equal([])
    })

    it('and refuses an external ID for it, which no such call can send', async () => {
      const {stdout, stderr, exitCode} = await run(['--role-arn', POD, '--role-external-id', 'SECRET-id'], await env())
      expect({stdout, exitCode}).to.deep.equal({stdout: '', exitCode: 2})
      expect(stderr).to.contain('an external ID cannot be sent with an OIDC token').and.not.contain('SECRET')
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

    it('and keeps the session for whom the token names, renewed or not, and for nobody else', async () => {
      const given = await env()
      for (const [calls, token] of [
        [1, podToken('a', 1)],
        [1, podToken('a', 2)],
        [2, podToken('b', 1)],
        [2, podToken('a', 1)],
      ] as const) {
        await world.home.write('token', token)
        await whoAmI([], given)
        expect(assumed()).to.have.length(calls)
      }
    })

    it('and says which file is missing or empty', async () => {
      const given = await env()
      const {stderr, exitCode} = await run([], {
        ...given,
        ALIBABA_CLOUD_OIDC_TOKEN_FILE: await world.home.write('empty', '\n'),
      })
      expect(exitCode).to.equal(3)
      expect(stderr).to.contain(`the OIDC token file ${join(world.home.dir, 'empty')} is empty`)
    })
  })
})
