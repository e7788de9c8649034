import {expect} from 'chai'

import type {CredentialSource} from '../../../../src/lib/credentials/credentials.ts'
import {INI_TYPES} from '../../../../src/lib/credentials/profiles/ini-types.ts'
import {profileSource} from '../../../../src/lib/credentials/profiles/profile-source.ts'
import {parseCredentialsIni} from '../../../../src/lib/profile-files/credentials-ini.ts'
import {failureOf} from '../../../support/failure-of.ts'
import {jsonReply, SESSION_REPLY, testContext, type TestContext} from '../../../support/source-context.ts'

type Fields = Readonly<Record<string, string>>

const PAIR = {access_key_id: 'LTAI1', access_key_secret: 'SECRET-1'}
const ROLE = {type: 'ram_role_arn', ...PAIR, role_arn: 'acs:ram::1:role/r', role_session_name: 'my-session'}

const sourceOf = async (
  fields: Fields,
  context = testContext(),
  path = '/home/credentials',
): Promise<CredentialSource> => {
  const lines = Object.entries(fields).map(([key, value]) => `${key} = ${value}`)
  const file = parseCredentialsIni(['[default]', ...lines].join('\n'), path)
  const [profile] = file.profiles
  if (!profile) throw new Error('no profile')
  return profileSource(profile, {context, file, trail: []}, INI_TYPES)
}
const stsContext = (): TestContext => testContext({reply: () => jsonReply({Credentials: SESSION_REPLY})})

describe('types of the INI file', () => {
  it('access_key is a pair, and sts a session', async () => {
    const pair = await (await sourceOf({type: 'access_key', ...PAIR})).load()
    expect([pair.accessKeyId, pair.accessKeySecret.reveal(), pair.securityToken]).to.deep.equal([
      'LTAI1',
      'SECRET-1',
      undefined,
    ])
    const session = await (await sourceOf({type: 'sts', ...PAIR, sts_token: 'SECRET-2'})).load()
    expect(session.securityToken?.reveal()).to.equal('SECRET-2')
  })

  it('is corrected in its file, whatever that is called: `aliyun configure` writes none of these', async () => {
    for (const path of ['/home/credentials', '/home/credentials.json'])
      expect(await failureOf(sourceOf({type: 'access_key', access_key_id: 'LTAI1'}, testContext(), path))).to.include({
        message: `profile "default" of ${path} has no access_key_secret`,
        nextStep: 'correct the file',
      })
  })

  it('ram_role_arn assumes the role with all that the section says of it', async () => {
    const context = stsContext()
    const fields = {
      ...ROLE,
      security_token: 'SECRET-2',
      external_id: 'x',
      role_session_expiration: '900',
      policy: '{"Version":"1"}',
      sts_endpoint: 'sts.example',
    }
    expect((await (await sourceOf(fields, context)).load()).accessKeyId).to.equal('STS.new')
    const [call] = context.calls
    const {host, searchParams} = new URL(call?.url ?? '')
    expect(host).to.equal('sts.example')
    expect(Object.fromEntries(searchParams)).to.deep.equal({
      RoleArn: 'acs:ram::1:role/r',
      RoleSessionName: 'my-session',
      ExternalId: 'x',
      DurationSeconds: '900',
      Policy: '{"Version":"1"}',
    })
    expect(call?.headers).to.include({'x-acs-security-token': 'SECRET-2'})
    const old = stsContext()
    await (await sourceOf({...ROLE, sts_token: 'SECRET-3', role_session_expiration: '899'}, old)).load()
    expect(old.calls[0]?.headers).to.include({'x-acs-security-token': 'SECRET-3'})
    expect(new URL(old.calls[0]?.url ?? '').searchParams.has('DurationSeconds')).to.equal(false)
  })

  it('ecs_ram_role and credentials_uri ask where the section says', async () => {
    expect((await sourceOf({type: 'ecs_ram_role', role_name: 'node-role'})).description).to.contain('role node-role')
    expect((await sourceOf({type: 'ecs_ram_role'})).description).to.contain('the attached role')
    const uri = await sourceOf({type: 'credentials_uri', credentials_uri: 'http://127.0.0.1:8/'})
    expect(uri.description).to.contain('127.0.0.1:8')
  })

  it('external runs the command, whose profile has a mode of config.json', async () => {
    const source = await sourceOf({type: 'external', process_command: 'program SECRET'})
    expect(source.description).to.match(/^the external process of profile "default"/)
  })

  it('names what a section lacks', async () => {
    const {type: _type, ...withoutType} = ROLE
    for (const [fields, field] of [
      [withoutType, 'type'],
      [{...ROLE, role_arn: ''}, 'role_arn'],
      [{...ROLE, role_session_name: ''}, 'role_session_name'],
      [{...ROLE, access_key_secret: ''}, 'access_key_secret'],
      [{type: 'sts', ...PAIR}, 'sts_token'],
      [{type: 'credentials_uri'}, 'credentials_uri'],
      [{type: 'external'}, 'process_command'],
    ] as const) {
      const {code, message} = await failureOf(sourceOf(fields))
      expect([code, message.includes(` ${field}`)], message).to.deep.equal(['ProfileInvalid', true])
    }
  })

  it('says what to do instead of types that cannot sign, and which there are', async () => {
    for (const type of ['rsa_key_pair', 'bearer']) {
      const {code, message, nextStep} = await failureOf(sourceOf({type, ...PAIR}))
      expect([code, message]).to.deep.equal([
        'ProfileNotSupported',
        `profile "default" of /home/credentials has type "${type}", which cannot sign a token`,
      ])
      expect(nextStep).to.contain('use the type access_key')
    }
    const {message, nextStep} = await failureOf(sourceOf({type: 'constructor'}))
    expect(message).to.contain('has type "constructor", which is not supported')
    expect(nextStep).to.equal(
      'choose a profile whose type is one of: access_key, sts, ram_role_arn, ecs_ram_role, credentials_uri, external; or install a plugin that supports it',
    )
  })
})
