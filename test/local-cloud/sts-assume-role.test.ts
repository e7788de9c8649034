import {createRequire} from 'node:module'

import {expect} from 'chai'

import type {LocalSts} from './sts.ts'
import {acs3Request, getRpc, NOW, rpcRequest, sendAcs3, SESSION, startSts, USER} from './sts-client.ts'
import {assumeRole, keyOf, WAYS} from './sts-role-client.ts'
import {callerIdentityHeaders, signAcs3, signRpc} from './signing.ts'

type SdkReply = {
  readonly body: {readonly assumedRoleUser: object; readonly credentials: {readonly accessKeyId: string}}
}

// By require: Node and tsx disagree on what the default import of this CommonJS package is.
const {default: SdkClient, AssumeRoleRequest} = createRequire(import.meta.url)('@alicloud/sts20150401') as {
  default: new (config: object) => {assumeRole(request: object): Promise<SdkReply>}
  AssumeRoleRequest: new (parameters: object) => object
}

const DEV = 'acs:ram::1:role/dev'
const NEXT = 'acs:ram::2:role/next'
const PARAMETERS = {RoleArn: DEV, RoleSessionName: 'alice@example.com'}

describe('startLocalSts, AssumeRole', () => {
  let sts: LocalSts
  let now: Date

  beforeEach(async () => {
    now = NOW
    const roles = [
      {arn: DEV, maxSessionDuration: 7200},
      {arn: NEXT, externalId: 'right-id', trusts: (arn: string) => arn.startsWith('acs:ram::1:assumed-role/dev/')},
    ]
    sts = await startSts({roles, now: () => now})
  })
  afterEach(() => sts.close())

  const codeOf = async (changes: Record<string, string>, key = USER): Promise<string | undefined> =>
    (await assumeRole(sts, {...PARAMETERS, ...changes}, key)).body.Code

  it('opens a session, however it is asked', async () => {
    const ids = new Set<string>()
    for (const way of WAYS) {
      const {status, body} = await assumeRole(sts, PARAMETERS, USER, way)
      expect(status, way).to.equal(200)
      expect(body).to.have.all.keys('RequestId', 'AssumedRoleUser', 'Credentials')
      expect(body.AssumedRoleUser['Arn']).to.equal(`${DEV}/alice@example.com`)
      expect(body.AssumedRoleUser['AssumedRoleId']).to.match(/^3\d{17}:alice@example\.com$/)
      const {AccessKeyId, AccessKeySecret, SecurityToken, Expiration} = body.Credentials
      expect(AccessKeyId).to.match(/^STS\./)
      expect([AccessKeySecret, SecurityToken].every((secret) => secret.includes('SECRET'))).to.equal(true)
      expect(Expiration).to.equal('2026-11-24T11:00:00Z')
      for (const value of [AccessKeyId, AccessKeySecret, SecurityToken]) ids.add(value)
    }
    expect(ids.size).to.equal(WAYS.length * 3)
  })

  it('answers in XML too', async () => {
    const parameters = {...rpcRequest(USER), Action: 'AssumeRole', ...PARAMETERS, Format: 'XML'}
    const query = new URLSearchParams(signRpc('GET', parameters, USER.accessKeySecret)).toString()
    const text = await (await fetch(`${sts.endpoint}/?${query}`)).text()
    expect(text).to.match(/<AssumeRoleResponse><AssumedRoleUser><Arn>[^<]+<\/Arn>.*<Credentials><AccessKeyId>STS\./)
  })

  it('knows the session: who it is, at the next hop, and when it ends', async () => {
    const first = keyOf(await assumeRole(sts, PARAMETERS, USER))
    const hop = {RoleArn: NEXT, RoleSessionName: 'hop', ExternalId: 'right-id', DurationSeconds: '900'}
    for (const way of WAYS) {
      const second = keyOf(await assumeRole(sts, hop, first, way))
      const request = acs3Request({headers: callerIdentityHeaders(NOW, second)})
      const whoAmI = (): ReturnType<typeof sendAcs3> =>
        sendAcs3(sts, request, {authorization: signAcs3(request, second)})
      expect((await whoAmI()).body).to.include({Arn: 'acs:ram::2:assumed-role/next/hop', AccountId: '2'})
      now = new Date(NOW.getTime() + 900_000)
      expect((await whoAmI()).body['Code']).to.equal('InvalidSecurityToken.Expired')
      now = NOW
    }
  })

  it('serves the official SDK', async () => {
    now = new Date()
    const {accessKeyId, accessKeySecret} = USER
    const endpoint = new URL(sts.endpoint).host
    const client = new SdkClient({accessKeyId, accessKeySecret, endpoint, protocol: 'http'})
    const request = new AssumeRoleRequest({roleArn: DEV, roleSessionName: 'sdk', durationSeconds: 900, policy: '{}'})
    const {body} = await client.assumeRole(request)
    expect(body.assumedRoleUser).to.include({arn: `${DEV}/sdk`})
    expect(body.credentials.accessKeyId).to.match(/^STS\./)
    expect(sts.requests[0]).to.include({style: 'ACS3', durationSeconds: '900', policy: '{}', status: 200})
  })

  it('issues credentials for other services', async () => {
    const {AccessKeyId, AccessKeySecret, SecurityToken, Expiration} = sts.issue('acs:ram::1:user/carol', 60)
    expect(Expiration).to.equal('2026-11-24T10:01:00Z')
    const parameters = rpcRequest({accessKeyId: AccessKeyId, securityToken: SecurityToken})
    const {body} = await getRpc(sts, signRpc('GET', parameters, AccessKeySecret))
    expect(body).to.include({Arn: 'acs:ram::1:user/carol', AccountId: '1', IdentityType: 'RAMUser'})
  })

  it('wants the signature to cover the form, and each parameter once', async () => {
    const headers = {...callerIdentityHeaders(NOW, USER), 'x-acs-action': 'AssumeRole'}
    const type = {'content-type': 'application/x-www-form-urlencoded'}
    const request = acs3Request({headers, query: PARAMETERS})
    const authorization = signAcs3(request, USER)
    const tampered = {...request, body: 'ExternalId=other'}
    expect((await sendAcs3(sts, tampered, {authorization, ...type})).body['Code']).to.equal('SignatureDoesNotMatch')
    const twice = {...request, body: 'RoleArn=other'}
    expect((await sendAcs3(sts, twice, {authorization, ...type})).body['Code']).to.equal('IncompleteSignature')
  })

  it('refuses parameters that are missing or wrong', async () => {
    expect(await codeOf({RoleArn: ''})).to.equal('MissingParameter')
    expect(await codeOf({RoleSessionName: ''})).to.equal('MissingParameter')
    for (const arn of ['acs:ram::1:user/dev', 'dev', 'acs:ram::x:role/dev']) {
      expect(await codeOf({RoleArn: arn}), arn).to.equal('InvalidParameter.RoleArn')
    }
    for (const name of ['a', 'a'.repeat(65), 'a b', 'a/b', 'é1']) {
      expect(await codeOf({RoleSessionName: name}), name).to.equal('InvalidParameter.RoleSessionName')
    }
    for (const seconds of ['899', '7201', '1e3', '-900', '900.5']) {
      expect(await codeOf({DurationSeconds: seconds}), seconds).to.equal('InvalidParameter.DurationSeconds')
    }
    for (const policy of ['{', '[]', '1', 'null']) {
      expect(await codeOf({Policy: policy}), policy).to.equal('InvalidParameter.PolicyGrammar')
    }
    expect(await codeOf({Policy: `{"a":"${'a'.repeat(2048)}"}`})).to.equal('InvalidParameter.PolicySize')
  })

  it('takes them at their limits', async () => {
    for (const name of ['ab', 'a'.repeat(64), 'A9.@_-']) {
      expect(await codeOf({RoleSessionName: name}), name).to.equal(undefined)
    }
    for (const seconds of ['900', '7200']) expect(await codeOf({DurationSeconds: seconds})).to.equal(undefined)
    expect(await codeOf({Policy: '{"Version":"1","Statement":[]}'})).to.equal(undefined)
  })

  it('refuses who may not, with the status that goes with it', async () => {
    const unknown = await assumeRole(sts, {...PARAMETERS, RoleArn: 'acs:ram::1:role/unknown'}, USER)
    expect([unknown.status, unknown.body.Code]).to.deep.equal([404, 'EntityNotExist.Role'])
    const hop = {RoleArn: NEXT, RoleSessionName: 'hop'}
    for (const [parameters, key] of [
      [{...hop, ExternalId: 'right-id'}, USER],
      [{...hop, ExternalId: 'wrong-id'}, SESSION],
      [hop, SESSION],
    ] as const) {
      const {status, body} = await assumeRole(sts, parameters, key)
      expect([status, body.Code]).to.deep.equal([403, 'NoPermission'])
    }
    expect((await assumeRole(sts, {...hop, ExternalId: 'right-id'}, SESSION)).status).to.equal(200)
    await sts.close()
    sts = await startSts({identities: [{...USER, arn: 'acs:ram::1:root'}], roles: [{arn: DEV}]})
    expect(await codeOf({})).to.equal('NoPermission')
  })

  it('wants a right signature first', async () => {
    expect(await codeOf({RoleArn: 'x'}, {...USER, accessKeySecret: 'SECRET-other'})).to.equal('SignatureDoesNotMatch')
    const {body} = await getRpc(sts, {Action: 'AssumeRole', Version: '2015-04-01', Format: 'JSON', ...PARAMETERS})
    expect(body['Code']).to.equal('MissingParameter')
  })

  it('records what was asked, and whether a token stood in the URL', async () => {
    const asked = {...PARAMETERS, ExternalId: 'x', DurationSeconds: '0900', Policy: '{}'}
    await assumeRole(sts, asked, SESSION)
    await assumeRole(sts, PARAMETERS, SESSION, 'RPC query')
    await assumeRole(sts, {...PARAMETERS, Policy: SESSION.securityToken}, SESSION, 'ACS3 query')
    expect(sts.requests[0]).to.deep.equal({
      method: 'POST',
      style: 'ACS3',
      action: 'AssumeRole',
      accessKeyId: SESSION.accessKeyId,
      roleArn: DEV,
      roleSessionName: 'alice@example.com',
      externalId: 'x',
      durationSeconds: '0900',
      policy: '{}',
      status: 200,
    })
    expect(sts.requests.map(({tokenInUrl}) => tokenInUrl)).to.deep.equal([undefined, true, true])
  })
})
