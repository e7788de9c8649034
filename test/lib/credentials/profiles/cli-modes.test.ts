import {expect} from 'chai'

import {CLI_MODES} from '../../../../src/lib/credentials/profiles/cli-modes.ts'
import type {CredentialSource} from '../../../../src/lib/credentials/credentials.ts'
import {profileSource} from '../../../../src/lib/credentials/profiles/profile-source.ts'
import {AckError} from '../../../../src/lib/base/errors.ts'
import {parseCliConfig} from '../../../../src/lib/profile-files/cli-config.ts'
import {jsonReply, SESSION_REPLY, testContext, type TestContext} from '../../../support/source-context.ts'
import {failureOf} from '../../../support/failure-of.ts'

const PAIR = {access_key_id: 'LTAI1', access_key_secret: 'SECRET-1'}
const ROLE = {ram_role_arn: 'acs:ram::1:role/r', ram_session_name: 'my-session'}

type Fields = Readonly<Record<string, unknown>>

const stsContext = (given: Parameters<typeof testContext>[0] = {}): TestContext =>
  testContext({...given, reply: () => jsonReply({Credentials: SESSION_REPLY})})

/** The source of the first of some profiles, which stand in one file. */
const sourceOf = async (profiles: readonly Fields[], context: TestContext): Promise<CredentialSource> => {
  const text = JSON.stringify({profiles: profiles.map((fields, index) => ({name: `p${index}`, ...fields}))})
  const file = parseCliConfig(text, '/home/config.json')
  const [profile] = file.profiles
  if (!profile) throw new Error('no profile')
  return profileSource(profile, {context, file, trail: []}, CLI_MODES)
}

/** The error of profiles that give no source. */

/** What STS was asked, parameter by parameter. */
const asked = ({calls}: TestContext): Record<string, string>[] =>
  calls.map(({url, headers}) => ({
    host: new URL(url).host,
    action: headers?.['x-acs-action'] ?? '',
    ...Object.fromEntries(new URL(url).searchParams),
  }))

describe('modes of config.json', () => {
  it('RamRoleArn assumes the role with all that the profile says of it', async () => {
    const context = stsContext()
    const fields = {
      mode: 'RamRoleArn',
      ...PAIR,
      ...ROLE,
      sts_token: 'SECRET-2',
      external_id: 'x',
      expired_seconds: 1800,
      policy: '{"Version":"1"}',
    }
    const credentials = await (await sourceOf([fields], context)).load()
    expect(credentials.accessKeyId).to.equal('STS.new')
    expect(asked(context)).to.deep.equal([
      {
        host: 'sts.aliyuncs.com',
        action: 'AssumeRole',
        RoleArn: ROLE.ram_role_arn,
        RoleSessionName: 'my-session',
        ExternalId: 'x',
        DurationSeconds: '1800',
        Policy: '{"Version":"1"}',
      },
    ])
    expect(context.calls[0]?.headers).to.include({'x-acs-security-token': 'SECRET-2'})
    expect(context.calls[0]?.url).not.to.contain('SECRET')
  })

  it('leaves a duration to STS that STS would not take', async () => {
    const context = stsContext()
    await (await sourceOf([{mode: 'RamRoleArn', ...PAIR, ...ROLE, expired_seconds: '899'}], context)).load()
    expect(asked(context)[0]).not.to.have.property('DurationSeconds')
  })

  it("goes to the user's STS endpoint, then the profile's, its region's, the user's region", async () => {
    const hostFor = async (fields: Fields, flags: Record<string, string>): Promise<string | undefined> => {
      const context = stsContext({flags})
      await (await sourceOf([{mode: 'RamRoleArn', ...PAIR, ...ROLE, ...fields}], context)).load()
      return asked(context)[0]?.['host']
    }
    const fields = {sts_endpoint: 'sts.of.profile', sts_region: 'cn-beijing'}
    expect(await hostFor(fields, {'sts-endpoint': 'sts.of.user', 'region-id': 'eu-central-1'})).to.equal('sts.of.user')
    expect(await hostFor(fields, {'region-id': 'eu-central-1'})).to.equal('sts.of.profile')
    expect(await hostFor({sts_region: 'cn-beijing'}, {'region-id': 'eu-central-1'})).to.equal(
      'sts.cn-beijing.aliyuncs.com',
    )
    expect(await hostFor({}, {'region-id': 'eu-central-1'})).to.equal('sts.eu-central-1.aliyuncs.com')
  })

  it('ChainableRamRoleArn assumes one role after the other', async () => {
    const context = stsContext()
    const last = {
      mode: 'ChainableRamRoleArn',
      source_profile: 'p1',
      ...ROLE,
      ram_role_arn: 'acs:ram::1:role/last',
      external_id: 'x',
    }
    const first = {mode: 'RamRoleArn', ...PAIR, ...ROLE, ram_role_arn: 'acs:ram::1:role/first'}
    await (await sourceOf([last, first], context)).load()
    expect(asked(context).map(({RoleArn, ExternalId}) => [RoleArn, ExternalId])).to.deep.equal([
      ['acs:ram::1:role/first', undefined],
      ['acs:ram::1:role/last', 'x'],
    ])
    expect(context.calls[1]?.headers).to.include({'x-acs-security-token': 'SECRET-token-of-new'})
  })

  it('finds a circle of source profiles, and one that is not there or not whole', async () => {
    const chained = (source: string): Fields => ({mode: 'ChainableRamRoleArn', source_profile: source, ...ROLE})
    const message = async (...profiles: Fields[]): Promise<string> =>
      (await failureOf(sourceOf(profiles, testContext()))).message
    expect(await message(chained('p0'))).to.match(/ has a cycle of source_profile: "p0" → "p0"$/)
    expect(await message(chained('p1'), chained('p2'), chained('p0'))).to.match(/: "p0" → "p1" → "p2" → "p0"$/)
    expect(await message(chained('gone'))).to.contain('has the source_profile "gone", which is not in the file')
    expect(await message(chained('p1'), {mode: 'AK', access_key_id: 'x'})).to.contain(
      'profile "p1" of /home/config.json has no access_key_secret',
    )
  })

  it('follows a chain of source_profile, and refuses one that no real file has', async () => {
    const chain = (length: number): Fields[] => [
      ...Array.from({length}, (_, index) => ({mode: 'ChainableRamRoleArn', source_profile: `p${index + 1}`, ...ROLE})),
      {mode: 'AK', ...PAIR},
    ]
    const context = stsContext()
    await (await sourceOf(chain(20), context)).load()
    expect(context.calls).to.have.length(20)
    for (const length of [21, 3000])
      expect(await failureOf(sourceOf(chain(length), testContext()))).to.include({
        code: 'ProfileInvalid',
        message: 'profile "p0" of /home/config.json has a chain of more than 20 source_profile',
        nextStep: 'name a source_profile that is nearer to the end of the chain',
      })
  })

  it('EcsRamRole and RamRoleArnWithRoleName ask the instance, the second one for a role on top', async () => {
    const ask = async (fields: Fields, flags: Record<string, string> = {}): Promise<TestContext> => {
      const context = testContext({
        flags,
        reply: ({url}) =>
          url.includes('100.100.100.200')
            ? url.endsWith('token')
              ? {status: 200, body: 'SECRET-metadata'}
              : jsonReply({Code: 'Success', ...SESSION_REPLY, AccessKeyId: 'STS.instance'})
            : jsonReply({Credentials: SESSION_REPLY}),
      })
      const {accessKeyId} = await (await sourceOf([fields], context)).load()
      expect(accessKeyId).to.equal(fields['mode'] === 'EcsRamRole' ? 'STS.instance' : 'STS.new')
      return context
    }
    const named = await ask({mode: 'EcsRamRole', ram_role_name: 'node-role'})
    expect(named.calls.map(({url}) => url).at(-1)).to.match(/\/security-credentials\/node-role$/)
    const onTop = {mode: 'RamRoleArnWithRoleName', ram_role_name: 'node-role', ram_role_arn: ROLE.ram_role_arn}
    const sessionOf = async (fields: Fields, flags?: Record<string, string>): Promise<string | undefined> => {
      const last = asked(await ask(fields, flags)).at(-1)
      expect(last?.['RoleArn']).to.equal(ROLE.ram_role_arn)
      return last?.['RoleSessionName']
    }
    expect(await sessionOf(onTop)).to.equal('default-session-name')
    expect(await sessionOf({...onTop, ram_session_name: 'my-session'}, {'role-session-name': 'me'})).to.equal(
      'my-session',
    )
    expect(await sessionOf(onTop, {'role-session-name': 'me'})).to.equal('me')
  })

  it('makes a source of every mode that it names, for its own profile', async () => {
    const SSO = {access_token: 'SECRET-a', cloud_sso_sign_in_url: 'https://signin-x.alibabacloudsso.com/x/login'}
    const modes: Readonly<Record<string, readonly [Fields, RegExp]>> = {
      AK: [PAIR, /^profile "p0"/],
      StsToken: [{...PAIR, sts_token: 'SECRET-2'}, /^profile "p0"/],
      EcsRamRole: [{}, /^ECS instance metadata \(the attached role\), profile "p0"/],
      CredentialsURI: [{credentials_uri: 'http://127.0.0.1:8/'}, /127\.0\.0\.1:8/],
      External: [{process_command: 'program'}, /^the external process of profile "p0"/],
    }
    for (const [mode, [fields, description]] of Object.entries(modes))
      expect((await sourceOf([{mode, ...fields}], testContext())).description, mode).to.match(description)
    const identityOf = async (fields: Fields): Promise<string> =>
      JSON.stringify((await sourceOf([fields], testContext())).identity)
    const login = {...SSO, cloud_sso_access_config: 'ac-1', cloud_sso_account_id: '1'}
    expect(await identityOf({mode: 'CloudSSO', ...login})).to.contain('"accessConfiguration","ac-1"')
    expect(await identityOf({mode: 'OAuth', oauth_site_type: 'CN'})).to.contain('"site","CN"')
  })

  describe('asks plugins about a mode that it does not know', () => {
    const profile = {name: 'p0', mode: 'Vault', access_key_id: 'x'}

    it('with what they may know of the profile, and takes what they offer', async () => {
      const asked: unknown[] = []
      const offered = await sourceOf([{mode: 'AK', ...PAIR}], testContext())
      const context: TestContext = {
        ...testContext({flags: {'region-id': 'eu-central-1'}}),
        askPlugins: (request) => {
          asked.push(request)
          return Promise.resolve(offered)
        },
      }
      expect(await sourceOf([profile], context)).to.equal(offered)
      expect(JSON.parse(JSON.stringify(asked))).to.deep.equal([
        {kind: 'Vault', profile: {name: 'p0', file: '/home/config.json'}, regionId: 'eu-central-1'},
      ])
      const refused = await failureOf(sourceOf([{mode: 'BearerToken', ...PAIR}], context))
      expect(refused.message).to.contain('which cannot sign a token')
      expect(asked).to.have.length(1)
    })

    it('and names the modes that there are where none of them has one', async () => {
      for (const context of [testContext(), {...testContext(), askPlugins: () => Promise.resolve(undefined)}]) {
        const {code, message, nextStep} = await failureOf(sourceOf([profile], context))
        expect(code).to.equal('ProfileNotSupported')
        expect(message).to.contain('has mode "Vault", which is not supported')
        expect(nextStep).to.contain('one of: AK, StsToken, RamRoleArn, EcsRamRole,')
      }
    })
  })

  it('OIDC needs no region, and sends the token of the file in the body', async () => {
    const context = stsContext()
    const fields = {
      mode: 'OIDC',
      ...ROLE,
      oidc_provider_arn: 'acs:ram::1:oidc-provider/p',
      oidc_token_file: '/nowhere/SECRET',
    }
    const source = await sourceOf([fields], context)
    const outcome = await source.load().catch((error: unknown) => error)
    expect(outcome).to.be.instanceOf(AckError)
    expect((outcome as AckError).message).to.contain('the OIDC token file /nowhere/SECRET cannot be read: ENOENT')
  })

  it('names what a profile lacks', async () => {
    const lacking: readonly (readonly [Fields, string])[] = [
      [{mode: 'RamRoleArn', ...PAIR, ram_role_arn: 'acs:ram::1:role/r'}, 'ram_session_name'],
      [{mode: 'RamRoleArn', ...PAIR, ram_session_name: 'aa'}, 'ram_role_arn'],
      [{mode: 'RamRoleArn', ...ROLE}, 'access_key_id'],
      [{mode: 'RamRoleArnWithRoleName'}, 'ram_role_arn'],
      [{mode: 'OIDC', ...ROLE, oidc_provider_arn: 'x'}, 'oidc_token_file'],
      [{mode: 'OIDC', ...ROLE, oidc_token_file: 'x'}, 'oidc_provider_arn'],
      [{mode: 'CredentialsURI'}, 'credentials_uri'],
      [{mode: 'External', process_command: '  '}, 'process_command'],
    ]
    for (const [fields, field] of lacking) {
      const {code, message} = await failureOf(sourceOf([fields], testContext()))
      expect(message, JSON.stringify(fields)).to.contain(field)
      expect(code).to.equal('ProfileInvalid')
    }
  })

  it('refuses what STS would: a role that is no ARN, a session name of one letter', async () => {
    const fields = {mode: 'RamRoleArn', ...PAIR, ...ROLE}
    expect((await failureOf(sourceOf([{...fields, ram_role_arn: 'role/r'}], testContext()))).message).to.contain(
      'ram_role_arn of profile "p0"',
    )
    expect((await failureOf(sourceOf([{...fields, ram_session_name: 'x'}], testContext()))).message).to.contain(
      'ram_session_name of profile "p0"',
    )
    expect((await failureOf(sourceOf([{...fields, sts_region: 'eu central'}], testContext()))).message).to.contain(
      'sts_region of profile "p0"',
    )
  })

  it('takes a URI of the environment where the profile has none', async () => {
    const context = testContext({env: {ALIBABA_CLOUD_CREDENTIALS_URI: 'http://127.0.0.1:8/'}})
    const ofEnvironment = await sourceOf([{mode: 'CredentialsURI'}], context)
    expect(ofEnvironment.description).to.contain('127.0.0.1:8')
    expect(ofEnvironment.variables).to.deep.equal(['ALIBABA_CLOUD_CREDENTIALS_URI'])
    const own = await sourceOf([{mode: 'CredentialsURI', credentials_uri: 'http://127.0.0.1:9/'}], context)
    expect(own.description).to.contain('127.0.0.1:9')
    expect(own.variables).to.deep.equal([])
  })

  it('says what to do instead of modes that cannot sign', async () => {
    for (const mode of ['RsaKeyPair', 'BearerToken', 'Anonymous']) {
      const profile = {name: 'my profile', mode, ...PAIR, bearer_token: 'SECRET'}
      const {message, nextStep} = await failureOf(sourceOf([profile], testContext()))
      expect(message).to.contain(`has mode "${mode}", which cannot sign a token`)
      // Without a name it would be the current profile that is overwritten.
      expect(nextStep).to.contain("run `aliyun configure --mode AK --profile 'my profile'` for an AccessKey")
    }
  })

  describe('tell one identity from another', () => {
    const identityOf = async (fields: Fields, flags: Record<string, string> = {}): Promise<string> =>
      JSON.stringify(
        (await sourceOf([{mode: 'RamRoleArn', ...PAIR, ...ROLE, ...fields}], testContext({flags}))).identity,
      )

    it('by everything that decides whose credentials they are, and by nothing secret', async () => {
      const same = await identityOf({})
      expect(await identityOf({access_key_secret: 'SECRET-other'})).to.equal(same)
      const others: readonly Fields[] = [
        {access_key_id: 'LTAI2'},
        {ram_role_arn: 'acs:ram::1:role/other'},
        {ram_session_name: 'other'},
        {external_id: 'x'},
        {expired_seconds: 900},
        {sts_endpoint: 'sts.other'},
        {sts_region: 'cn-beijing'},
        {name: 'other'},
      ]
      for (const fields of others) expect(await identityOf(fields), JSON.stringify(fields)).not.to.equal(same)
      expect(await identityOf({}, {'region-id': 'eu-central-1'})).not.to.equal(same)
      expect(same).not.to.contain('SECRET')
    })
  })
})
