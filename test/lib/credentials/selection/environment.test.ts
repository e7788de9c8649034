import {expect} from 'chai'

import {environmentSource} from '../../../../src/lib/credentials/selection/environment.ts'
import type {CredentialSource} from '../../../../src/lib/credentials/credentials.ts'
import {AckError} from '../../../../src/lib/base/errors.ts'
import {testContext} from '../../../support/source-context.ts'

const IDS = [
  'ALIBABA_CLOUD_ACCESS_KEY_ID',
  'ALICLOUD_ACCESS_KEY',
  'ALIBABACLOUD_ACCESS_KEY_ID',
  'ALICLOUD_ACCESS_KEY_ID',
  'ACCESS_KEY_ID',
]
const SECRETS = [
  'ALIBABA_CLOUD_ACCESS_KEY_SECRET',
  'ALICLOUD_SECRET_KEY',
  'ALIBABACLOUD_ACCESS_KEY_SECRET',
  'ALICLOUD_ACCESS_KEY_SECRET',
  'ACCESS_KEY_SECRET',
]
const TOKENS = [
  'ALIBABA_CLOUD_SECURITY_TOKEN',
  'ALICLOUD_ACCESS_KEY_STS_TOKEN',
  'ALIBABACLOUD_SECURITY_TOKEN',
  'ALICLOUD_SECURITY_TOKEN',
  'SECURITY_TOKEN',
]

/** Each name holds its own name as its value. */
const holding = (names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, `${name}-SECRET`]))

const sourceOf = (env: Record<string, string>): CredentialSource | undefined =>
  environmentSource(testContext({env}))?.source

const load = async (
  env: Record<string, string>,
): Promise<{id: string; secret: string; token: string | undefined} | undefined> => {
  const credentials = await sourceOf(env)?.load()
  return (
    credentials && {
      id: credentials.accessKeyId,
      secret: credentials.accessKeySecret.reveal(),
      token: credentials.securityToken?.reveal(),
    }
  )
}

describe('environmentSource', () => {
  it('takes the strongest family of each field', async () => {
    for (let weakest = 0; weakest < IDS.length; weakest += 1) {
      const names = [...IDS.slice(weakest), ...SECRETS.slice(weakest), ...TOKENS.slice(weakest)]
      expect(await load(holding(names))).to.deep.equal({
        id: `${IDS[weakest]}-SECRET`,
        secret: `${SECRETS[weakest]}-SECRET`,
        token: `${TOKENS[weakest]}-SECRET`,
      })
    }
  })

  it('lets families mix, and takes an empty variable for none', async () => {
    const env = {ALIBABA_CLOUD_ACCESS_KEY_ID: '', ALICLOUD_ACCESS_KEY: 'LTAI1', ACCESS_KEY_SECRET: 'SECRET-1'}
    expect(await load(env)).to.deep.equal({id: 'LTAI1', secret: 'SECRET-1', token: undefined})
    expect(sourceOf(env)?.description).to.equal(
      'the AccessKey of the environment (ALICLOUD_ACCESS_KEY, ACCESS_KEY_SECRET)',
    )
  })

  it('uses an STS token as it is although a role is named', async () => {
    const env = {
      ACCESS_KEY_ID: 'STS.1',
      ACCESS_KEY_SECRET: 'SECRET-1',
      SECURITY_TOKEN: 'SECRET-2',
      ALIBABA_CLOUD_ROLE_ARN: 'acs:ram::1:role/r',
    }
    expect(await load(env)).to.deep.equal({id: 'STS.1', secret: 'SECRET-1', token: 'SECRET-2'})
  })

  it('says of what kind the credentials are, and by which variables', () => {
    const pair = {ACCESS_KEY_ID: 'LTAI1', ACCESS_KEY_SECRET: 'SECRET-1'}
    const oidc = {
      ALIBABA_CLOUD_ROLE_ARN: 'acs:ram::1:role/r',
      ALIBABA_CLOUD_OIDC_PROVIDER_ARN: 'acs:ram::1:oidc-provider/p',
      ALIBABA_CLOUD_OIDC_TOKEN_FILE: '/token',
    }
    for (const [kind, env] of [
      ['AccessKey', pair],
      ['STS token', {...pair, SECURITY_TOKEN: 'SECRET-2'}],
      ['OIDC token', oidc],
      ['URI', {ALIBABA_CLOUD_CREDENTIALS_URI: 'http://127.0.0.1/'}],
      ['role', {ALIBABA_CLOUD_ECS_METADATA: 'node-role'}],
    ] as const) {
      const source = sourceOf(env)
      expect(source?.identity[0], kind).to.deep.equal(['kind', `environment ${kind}`])
      expect(source?.description).to.contain(`${kind} of the environment (${Object.keys(env).join(', ')})`)
      expect(source?.variables).to.deep.equal(Object.keys(env))
    }
  })

  it('describes nothing where nothing is set', () => {
    expect(sourceOf({})).to.equal(undefined)
  })

  it('refuses half an AccessKey, naming what is set and what is missing', () => {
    const ID_MISSING = 'not ALIBABA_CLOUD_ACCESS_KEY_ID'
    const SECRET_MISSING = 'not ALIBABA_CLOUD_ACCESS_KEY_SECRET'
    for (const [env, complaint] of [
      [{ALICLOUD_ACCESS_KEY: 'LTAI1'}, `ALICLOUD_ACCESS_KEY, but ${SECRET_MISSING}`],
      [{ACCESS_KEY_SECRET: 'SECRET-1'}, `ACCESS_KEY_SECRET, but ${ID_MISSING}`],
      [{ACCESS_KEY_ID: 'STS.1', SECURITY_TOKEN: 'SECRET-2'}, `ACCESS_KEY_ID and SECURITY_TOKEN, but ${SECRET_MISSING}`],
      [{ACCESS_KEY_SECRET: 'SECRET-1', ALIBABA_CLOUD_ROLE_ARN: 'acs:ram::1:role/r'}, ID_MISSING],
      [{ACCESS_KEY_ID: 'LTAI1', ALIBABA_CLOUD_OIDC_TOKEN_FILE: '/token'}, SECRET_MISSING],
    ] as const)
      expect(() => sourceOf(env), JSON.stringify(env))
        .to.throw(AckError, complaint)
        .that.satisfies(({code, message}: AckError) => code === 'CredentialsInvalid' && !message.includes('SECRET-'))
  })

  it('refuses a part of a source also where the next one is complete', () => {
    const next = [{ALIBABA_CLOUD_CREDENTIALS_URI: 'http://127.0.0.1/'}, {ALIBABA_CLOUD_ECS_METADATA: 'node-role'}]
    for (const part of [
      {ACCESS_KEY_ID: 'LTAI1'},
      {SECURITY_TOKEN: 'SECRET-2'},
      {ALIBABA_CLOUD_ROLE_ARN: 'acs:ram::1:role/r'},
      {ALIBABA_CLOUD_OIDC_TOKEN_FILE: '/token'},
    ])
      for (const source of next) expect(() => sourceOf({...part, ...source})).to.throw(AckError, Object.keys(part)[0])
  })

  it('refuses a part of what a role or an STS token needs, naming what is set and what is missing', () => {
    const role = {ALIBABA_CLOUD_ROLE_ARN: 'acs:ram::1:role/r'}
    const provider = {ALIBABA_CLOUD_OIDC_PROVIDER_ARN: 'acs:ram::1:oidc-provider/p'}
    const file = {ALIBABA_CLOUD_OIDC_TOKEN_FILE: '/token'}
    const token = {SECURITY_TOKEN: 'SECRET-token'}
    for (const env of [role, provider, file, {...role, ...file}, {...role, ...provider}, {...provider, ...file}, token])
      expect(() => sourceOf(env), JSON.stringify(env))
        .to.throw(AckError)
        .that.satisfies(
          ({code, message}: AckError) =>
            code === 'CredentialsInvalid' &&
            Object.keys(env).every((name) => message.includes(name)) &&
            !message.includes('SECRET-token'),
        )
    expect(() => sourceOf(token)).to.throw(
      AckError,
      /has SECURITY_TOKEN, but not ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET$/,
    )
    expect(() => sourceOf({...role, ...file})).to.throw(
      AckError,
      'neither ALIBABA_CLOUD_OIDC_PROVIDER_ARN nor an AccessKey',
    )
  })

  it('assumes a role with a pair, opens one with an OIDC token, in that order of strength', () => {
    const role = {ALIBABA_CLOUD_ROLE_ARN: 'acs:ram::1:role/r'}
    const oidc = {
      ...role,
      ALIBABA_CLOUD_OIDC_PROVIDER_ARN: 'acs:ram::1:oidc-provider/p',
      ALIBABA_CLOUD_OIDC_TOKEN_FILE: '/token',
    }
    const pair = {ACCESS_KEY_ID: 'LTAI1', ACCESS_KEY_SECRET: 'SECRET-1'}
    expect(environmentSource(testContext({env: {...pair, ...role}}))).to.deep.include({
      environmentRole: {value: 'acs:ram::1:role/r', from: 'ALIBABA_CLOUD_ROLE_ARN'},
    })
    expect(sourceOf({...pair, ...oidc})?.description).to.contain('by OIDC')
    expect(sourceOf(oidc)?.description).to.contain('by OIDC')
    const otherNames = Object.fromEntries(
      Object.entries(oidc).map(([name, value]) => [name.replace('ALIBABA_CLOUD', 'ALIBABACLOUD'), value]),
    )
    expect(sourceOf(otherNames)?.description).to.contain('by OIDC').and.contain('ALIBABACLOUD_OIDC_TOKEN_FILE')
  })

  it('asks a URI, then the instance metadata, when there is no AccessKey', () => {
    const uri = {ALIBABA_CLOUD_CREDENTIALS_URI: 'http://127.0.0.1/SECRET'}
    const metadata = {ALIBABA_CLOUD_ECS_METADATA: 'node-role'}
    expect(sourceOf({...uri, ...metadata})?.description)
      .to.contain('the credentials URI at 127.0.0.1')
      .and.not.contain('SECRET')
    expect(sourceOf(metadata)?.description).to.contain('ECS instance metadata (role node-role)')
  })

  it('refuses a value with a line break, naming the field and not the value', () => {
    expect(() => sourceOf({ACCESS_KEY_ID: 'LTAI1', ACCESS_KEY_SECRET: 'SECRET-1\n'}))
      .to.throw(AckError, 'the AccessKey secret of the AccessKey of the environment')
      .that.satisfies(({code, message}: AckError) => code === 'CredentialsInvalid' && !message.includes('SECRET-1'))
  })

  it('refuses an AccessKey ID that cannot be one, naming the variable and not the value', () => {
    for (const id of [
      '"LTAI1"',
      "'LTAI1'",
      ' LTAI1',
      'LTAI1 ',
      'LTAI 1',
      'LTAI1\u00A0',
      '<your-access-key-id>',
      '$(ACCESS_KEY_ID)',
      '${ACCESS_KEY_ID}',
      '$ACCESS_KEY_ID',
      '%ACCESS_KEY_ID%',
      '{{ access_key_id }}',
      '[secret]',
      '***',
      'LTAI1,LTAI2',
      'LTAI1;',
      'LTAI…',
      'your-access-key-id',
      'YOUR_ACCESS_KEY_ID',
      'AccessKeyId',
      'undefined',
      'null',
    ])
      for (const token of ['', 'SECRET-2'])
        expect(
          () => sourceOf({ALICLOUD_ACCESS_KEY: id, ACCESS_KEY_SECRET: 'SECRET-1', SECURITY_TOKEN: token}),
          JSON.stringify(id),
        )
          .to.throw(AckError, 'the AccessKey ID (ALICLOUD_ACCESS_KEY) of')
          .that.satisfies(({code, message}: AckError) => code === 'CredentialsInvalid' && !message.includes(id))
  })

  it('refuses a secret or a token that is plainly none, naming which and not the value', () => {
    for (const value of [
      '"SECRET-1"',
      "'SECRET-1'",
      'SECRET-1"',
      '<secret>',
      '<your-access-key-secret>',
      '$(SECRET)',
      '${SECRET}',
      '$SECRET',
      '{{ .Secret }}',
      '%SECRET%',
      '[SECRET]',
      '******',
      'your-access-key-secret',
      'YOUR_SECRET',
      'null',
      'undefined',
      'SECRET-\u00E9',
      'SECRET\u200B',
      '\uFEFFSECRET',
      'SECRET\u0085',
    ])
      for (const [env, field] of [
        [{ACCESS_KEY_ID: 'STS.1', ACCESS_KEY_SECRET: value, SECURITY_TOKEN: 'SECRET-2'}, 'AccessKey secret'],
        [{ACCESS_KEY_ID: 'STS.1', ACCESS_KEY_SECRET: 'SECRET-1', SECURITY_TOKEN: value}, 'security token'],
      ] as const)
        expect(() => sourceOf(env), JSON.stringify(value))
          .to.throw(AckError, `the ${field} of the STS token of the environment`)
          .that.satisfies(({code, message}: AckError) => code === 'CredentialsInvalid' && !message.includes(value))
  })

  it('takes every secret and token that could be one', () => {
    for (const value of [
      'a1B2c3D4e5F6g7H8i9J0kLmNoPqRsT',
      'CAIS8gF1q6Ft5B2yfSjIr5fkEsrg+/xYz==',
      'eyJh.eyJz_-.sig~',
      'x',
      'a<b>c',
      'a$(b)c',
      'it"s',
      'a b',
      '!#&*,:;?@[]^|',
    ]) {
      const found = sourceOf({ACCESS_KEY_ID: 'STS.1', ACCESS_KEY_SECRET: value, SECURITY_TOKEN: value})?.atHand()
      expect([found?.accessKeySecret.reveal(), found?.securityToken?.reveal()]).to.deep.equal([value, value])
    }
  })

  it('takes every AccessKey ID that could be one', () => {
    for (const id of ['LTAI5tAbCdEfGhIjKlMnOpQr', 'STS.NTxyz', 'TMP.3Ke', 'LTAI-demo', 'a_b@c+d/e=', 'x'])
      expect(sourceOf({ACCESS_KEY_ID: id, ACCESS_KEY_SECRET: 'SECRET-1'})?.atHand()?.accessKeyId).to.equal(id)
  })

  it('strips of a security token what HTTP strips, and nothing else', () => {
    const tokenOf = (token: string): string | undefined =>
      sourceOf({ACCESS_KEY_ID: 'STS.1', ACCESS_KEY_SECRET: 'SECRET-1', SECURITY_TOKEN: token})
        ?.atHand()
        ?.securityToken?.reveal()
    expect(tokenOf(' \tSECRET-2 \r\n')).to.equal('SECRET-2')
    for (const more of ['\u00A0SECRET-2', 'SECRET-2\uFEFF']) expect(() => tokenOf(more)).to.throw(AckError)
    expect(() => tokenOf('SECRET\n-2')).to.throw(AckError, 'the security token of')
  })
})
