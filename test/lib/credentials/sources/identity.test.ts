import {expect} from 'chai'

import type {CredentialSource} from '../../../../src/lib/credentials/credentials.ts'
import {originOf} from '../../../../src/lib/credentials/origin-of-source.ts'
import {assumeRoleSource, type RoleHop} from '../../../../src/lib/credentials/sources/assume-role.ts'
import {credentialsUriSource} from '../../../../src/lib/credentials/sources/credentials-uri.ts'
import {ecsMetadataSource} from '../../../../src/lib/credentials/sources/ecs-metadata.ts'
import {oidcRoleSource} from '../../../../src/lib/credentials/sources/oidc-role.ts'
import {askedSource, staticSource} from '../../../../src/lib/credentials/sources/static-source.ts'
import {selectSource} from '../../../../src/lib/credentials/selection/select-source.ts'
import type {Flags} from '../../../../src/lib/options/read-option.ts'
import {sha256Hex} from '../../../../src/lib/signing/hash.ts'
import {AckError} from '../../../../src/lib/base/errors.ts'
import {CLI_CONFIG, makeHome, type TestHome} from '../../../support/home.ts'
import {jsonReply, SESSION_REPLY, TEST_ORIGIN, testContext} from '../../../support/source-context.ts'

const PAIR = {accessKeyId: 'LTAI1', accessKeySecret: 'SECRET-1'}
const HOP: RoleHop = {
  roleArn: {value: 'acs:ram::1:role/r', from: 'x'},
  sessionName: {value: 'me', from: 'x'},
  endpoint: {scheme: 'https', host: 'sts.example'},
}
const stsContext = () => testContext({reply: () => jsonReply({Credentials: SESSION_REPLY})})
const load = async (source: CredentialSource): Promise<string> => (await source.load()).accessKeyId

describe('what a source says of whose credentials they are', () => {
  it('is the AccessKey ID of given credentials, and no secret', async () => {
    const source = staticSource(TEST_ORIGIN, {...PAIR, securityToken: 'SECRET-2'})
    expect(source.identity).to.deep.equal([
      ['kind', 'test'],
      ['accessKeyId', 'LTAI1'],
    ])
    expect(source).to.include({namesCaller: true, isCacheable: false, description: 'a test'})
    expect(source.atHand()).to.equal(await source.load())
  })

  it('is all that STS was asked for a role, after what is said of whoever assumes it', async () => {
    const base = staticSource({...TEST_ORIGIN, variables: ['A']}, PAIR)
    const all = {...HOP, externalId: 'x', durationSeconds: 900, policy: '{}'}
    const source = assumeRoleSource(base, all, stsContext())
    expect(source.identity).to.deep.equal([
      ...base.identity,
      ['RoleArn', 'acs:ram::1:role/r'],
      ['RoleSessionName', 'me'],
      ['ExternalId', 'x'],
      ['DurationSeconds', '900'],
      ['Policy', '{}'],
      ['stsEndpoint', 'https://sts.example'],
    ])
    expect(source).to.deep.include({variables: ['A'], namesCaller: true, isCacheable: true})
    expect(source.atHand()).to.equal(undefined)
    expect(source).not.to.have.property('askCaller')
    expect(await load(source)).to.equal('STS.new')
    const plain = assumeRoleSource(staticSource(TEST_ORIGIN, PAIR), HOP, stsContext())
    expect(plain.identity.map(([name]) => name).slice(2)).to.deep.equal(['RoleArn', 'RoleSessionName', 'stsEndpoint'])
    expect(plain).not.to.have.property('variables')
  })

  it('is known only from the answer where a program, an instance or a URI decides it, also for a role on top', async () => {
    let answer = 'STS.one'
    const asked = askedSource(TEST_ORIGIN, () =>
      Promise.resolve({...staticSource(TEST_ORIGIN, PAIR).atHand()!, accessKeyId: answer}),
    )
    expect(asked).to.include({namesCaller: false, isCacheable: false})
    expect(asked.atHand()).to.equal(undefined)
    const role = assumeRoleSource(asked, HOP, stsContext())
    expect(role.namesCaller).to.equal(false)
    const known = async (source: CredentialSource): Promise<CredentialSource> => {
      const {askCaller} = source
      if (!askCaller) throw new Error('it does not ask')
      return askCaller()
    }
    expect((await known(asked)).identity).to.deep.equal([...TEST_ORIGIN.identity, ['accessKeyId', 'STS.one']])
    expect(JSON.stringify((await known(role)).identity))
      .to.contain('STS.one')
      .and.contain('acs:ram::1:role/r')
    answer = 'STS.two'
    expect(JSON.stringify((await known(role)).identity))
      .to.contain('STS.two')
      .and.not.contain('STS.one')
  })

  it('is the address of an instance with the role, and the variables that were read for it', () => {
    const env = {ALIBABA_CLOUD_ECS_METADATA: 'node-role', ALIBABA_CLOUD_IMDS_ENDPOINT: 'http://127.0.0.1:1'}
    const ofEnvironment = ecsMetadataSource({origin: {...TEST_ORIGIN, variables: ['A']}}, testContext({env}))
    expect(ofEnvironment.identity).to.deep.equal([
      ['kind', 'test'],
      ['imdsEndpoint', 'http://127.0.0.1:1'],
      ['roleName', 'node-role'],
    ])
    expect(ofEnvironment.variables).to.deep.equal(['A', 'ALIBABA_CLOUD_ECS_METADATA', 'ALIBABA_CLOUD_IMDS_ENDPOINT'])
    const named = ecsMetadataSource({origin: TEST_ORIGIN, roleName: 'other'}, testContext({env}))
    expect(named.identity.at(-1)).to.deep.equal(['roleName', 'other'])
    expect(named.variables).to.deep.equal(['ALIBABA_CLOUD_IMDS_ENDPOINT'])
    const attached = ecsMetadataSource({origin: TEST_ORIGIN}, testContext())
    expect(attached.identity.at(-1)).to.deep.equal(['roleName', ''])
    expect(attached.variables).to.deep.equal([])
    const disabled = testContext({env: {ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true'}})
    expect(() => ecsMetadataSource({origin: TEST_ORIGIN}, disabled))
      .to.throw(AckError, 'forbids ECS instance metadata, a test')
      .that.includes({code: 'ProfileNotSupported'})
  })

  it('is the hash of a whole URI, which may hold a secret', () => {
    const uri = 'http://127.0.0.1:8/SECRET'
    const source = credentialsUriSource(uri, TEST_ORIGIN, testContext())
    expect(source.identity).to.deep.equal([
      ['kind', 'test'],
      ['uriSha256', sha256Hex(uri)],
    ])
    expect(source.description).to.equal('the credentials URI at 127.0.0.1:8, a test')
  })

  describe('of an OIDC token', () => {
    let home: TestHome

    before(async () => {
      home = await makeHome()
    })
    after(() => home.remove())

    it('is whose token the file has now, with the role, and the file is read for every call', async () => {
      const context = stsContext()
      const role = {...HOP, policy: '{}', durationSeconds: 900, providerArn: 'acs:ram::1:oidc-provider/p'}
      const tokenFile = await home.write('token', 'SECRET-one')
      const source = oidcRoleSource(TEST_ORIGIN, {...role, tokenFile}, context)
      expect(source).to.include({namesCaller: false, isCacheable: true})
      expect(source.atHand()).to.equal(undefined)
      expect(source.description).to.equal('role acs:ram::1:role/r by OIDC, a test')
      const known = await source.askCaller?.()
      expect(known?.namesCaller).to.equal(true)
      expect(known?.identity).to.deep.equal([
        ['kind', 'test'],
        ['tokenSha256', sha256Hex('SECRET-one')],
        ['Policy', '{}'],
        ['OIDCProviderArn', 'acs:ram::1:oidc-provider/p'],
        ['RoleArn', 'acs:ram::1:role/r'],
        ['RoleSessionName', 'me'],
        ['DurationSeconds', '900'],
        ['stsEndpoint', 'https://sts.example'],
      ])
      await home.write('token', 'SECRET-two')
      expect(await load(source)).to.equal('STS.new')
      const form = new URLSearchParams(String(context.calls[0]?.body))
      expect(Object.fromEntries(form)).to.deep.equal({OIDCToken: 'SECRET-two', Policy: '{}'})
    })
  })
})

describe('originOf', () => {
  it('tells a profile of a file from variables', async () => {
    const env = {ALICLOUD_ACCESS_KEY: 'LTAI1', ACCESS_KEY_SECRET: 'SECRET-1'}
    expect(originOf((await selectSource(testContext({env}))).source)).to.deep.equal({
      source: 'the AccessKey of the environment (ALICLOUD_ACCESS_KEY, ACCESS_KEY_SECRET)',
      kind: 'environment AccessKey',
      profile: null,
      file: null,
      variables: ['ALICLOUD_ACCESS_KEY', 'ACCESS_KEY_SECRET'],
    })
    const home = await makeHome()
    try {
      const profile = {name: 'a', mode: 'AK', access_key_id: 'LTAI1', access_key_secret: 'SECRET-1'}
      const file = await home.write(CLI_CONFIG, {profiles: [profile]})
      const {source} = await selectSource(testContext({runtime: {homeDir: home.dir}}))
      expect(originOf(source)).to.deep.equal({
        source: `profile "a" of ${file}`,
        kind: 'AK',
        profile: 'a',
        file,
        variables: [],
      })
    } finally {
      await home.remove()
    }
    const {kind} = originOf({...staticSource(TEST_ORIGIN, PAIR), identity: []})
    expect(kind).to.equal('')
  })

  it('names every variable that led to the credentials, whatever the description says', async () => {
    const uri = {ALIBABA_CLOUD_CREDENTIALS_URI: 'http://127.0.0.1:8/'}
    const pod = {
      ALIBABA_CLOUD_ROLE_ARN: 'acs:ram::1:role/pod',
      ALIBABA_CLOUD_OIDC_PROVIDER_ARN: 'acs:ram::1:oidc-provider/p',
      ALIBABA_CLOUD_OIDC_TOKEN_FILE: '/token',
    }
    const instance = {ALIBABA_CLOUD_ECS_METADATA: 'node-role', ALIBABA_CLOUD_IMDS_ENDPOINT: 'http://127.0.0.1:1'}
    const home = await makeHome()
    const variablesOf = async (env: Record<string, string>, flags: Flags = {}): Promise<unknown> =>
      originOf((await selectSource(testContext({env, flags, runtime: {homeDir: home.dir}}))).source).variables
    try {
      expect(await variablesOf(uri)).to.deep.equal(Object.keys(uri))
      expect(await variablesOf(pod)).to.deep.equal(Object.keys(pod))
      expect(await variablesOf(instance)).to.deep.equal(Object.keys(instance))
      const ofFlag = await variablesOf(instance, {'credential-type': 'imds', 'role-arn': ['acs:ram::1:role/r']})
      expect(ofFlag, 'a role on top').to.deep.equal(Object.keys(instance))
      await home.write(CLI_CONFIG, {profiles: [{name: 'a', mode: 'CredentialsURI'}]})
      expect(await variablesOf(uri, {'ignore-env-credentials': true}), 'a profile').to.deep.equal(Object.keys(uri))
    } finally {
      await home.remove()
    }
    const described = {...TEST_ORIGIN, description: 'a plugin of the environment (NOT_READ)'}
    expect(originOf(staticSource(described, PAIR)).variables).to.deep.equal([])
  })
})
