import {expect} from 'chai'

import type {LocalSts} from './sts.ts'
import {acs3Request, NOW, readReply, sendAcs3, startSts, USER} from './sts-client.ts'
import {assumeRole, assumeRoleWithOidc, keyOf} from './sts-role-client.ts'
import {callerIdentityHeaders, signAcs3, toTimestamp} from './signing.ts'

const POD = 'acs:ram::1:role/pod'
const PROVIDER = 'acs:ram::1:oidc-provider/ack-rrsa'
const TOKEN = 'SECRET.oidc.token'
const EXPIRED = 'SECRET.expired.token'
const QUERY = {RoleArn: POD, OIDCProviderArn: PROVIDER, RoleSessionName: 'pod-1'}

describe('startLocalSts, AssumeRoleWithOIDC', () => {
  let sts: LocalSts

  beforeEach(async () => {
    sts = await startSts({
      roles: [{arn: 'acs:ram::1:role/dev'}],
      oidc: [
        {providerArn: PROVIDER, token: TOKEN, roleArn: POD},
        {providerArn: PROVIDER, token: EXPIRED, roleArn: POD, expiration: NOW},
      ],
    })
  })
  afterEach(() => sts.close())

  const codeOf = async (
    query: Record<string, string>,
    form: Record<string, string> = {OIDCToken: TOKEN},
  ): Promise<string | undefined> => (await assumeRoleWithOidc(sts, {...QUERY, ...query}, form)).body.Code

  it('opens a session without a signature, parameters in query or form', async () => {
    for (const [query, form] of [
      [QUERY, {}],
      [{}, QUERY],
      [QUERY, {DurationSeconds: '900', Policy: '{}'}],
    ] as const) {
      const reply = await assumeRoleWithOidc(sts, query, {...form, OIDCToken: TOKEN})
      expect(reply.status).to.equal(200)
      expect(reply.body.AssumedRoleUser['Arn']).to.equal(`${POD}/pod-1`)
      const key = keyOf(reply)
      const request = acs3Request({headers: callerIdentityHeaders(NOW, key)})
      const {body} = await sendAcs3(sts, request, {authorization: signAcs3(request, key)})
      expect(body['Arn']).to.equal('acs:ram::1:assumed-role/pod/pod-1')
    }
  })

  it('takes the V3 form of an unsigned request', async () => {
    const headers = {
      'x-acs-action': 'AssumeRoleWithOIDC',
      'x-acs-version': '2015-04-01',
      'x-acs-date': toTimestamp(NOW),
    }
    const url = `${sts.endpoint}/?${new URLSearchParams(QUERY).toString()}`
    const body = new URLSearchParams({OIDCToken: TOKEN})
    expect((await readReply(fetch(url, {method: 'POST', headers, body}))).status).to.equal(200)
  })

  it('wants the token once, in the form, to the byte', async () => {
    expect(await codeOf({OIDCToken: TOKEN}, {})).to.equal('InvalidParameter.OIDCToken')
    expect(await codeOf({OIDCToken: TOKEN})).to.equal('InvalidParameter.OIDCToken')
    expect(await codeOf({}, {})).to.equal('MissingParameter')
    for (const token of [`${TOKEN}\n`, ` ${TOKEN}`, 'SECRET-other']) {
      expect(await codeOf({}, {OIDCToken: token}), token).to.equal('AuthenticationFail.OIDCToken.Invalid')
    }
    expect(await codeOf({}, {OIDCToken: EXPIRED})).to.equal('AuthenticationFail.OIDCToken.Expired')
    expect(sts.requests.map(({tokenInUrl = false}) => tokenInUrl).filter(Boolean)).to.have.length(2)
  })

  it('refuses parameters that are missing, wrong or unknown', async () => {
    for (const name of ['RoleArn', 'OIDCProviderArn', 'RoleSessionName', 'Timestamp', 'SignatureNonce']) {
      expect(await codeOf({[name]: ''}), name).to.equal('MissingParameter')
    }
    expect(await codeOf({RoleSessionName: 'a b'})).to.equal('InvalidParameter.RoleSessionName')
    expect(await codeOf({DurationSeconds: '3601'})).to.equal('InvalidParameter.DurationSeconds')
    expect(await codeOf({OIDCProviderArn: `${PROVIDER}2`})).to.equal('EntityNotExist.OIDCProvider')
    expect(await codeOf({RoleArn: 'acs:ram::1:role/unknown'})).to.equal('EntityNotExist.Role')
    expect(await codeOf({RoleArn: 'acs:ram::1:role/dev'})).to.equal('AuthenticationFail.NoPermission')
    expect(await codeOf({Timestamp: '2026-11-24T10:15:01Z'})).to.equal('InvalidTimeStamp.Expired')
    expect(await codeOf({Timestamp: '2026-11-24'})).to.equal('InvalidTimeStamp.Format')
  })

  it('lets nobody else assume a role that is for a token only', async () => {
    const {body} = await assumeRole(sts, {RoleArn: POD, RoleSessionName: 'pod-1'}, USER)
    expect(body.Code).to.equal('NoPermission')
  })

  it('records what was asked, without the token', async () => {
    await assumeRoleWithOidc(sts, QUERY, {OIDCToken: TOKEN})
    expect(sts.requests).to.deep.equal([
      {
        method: 'POST',
        style: 'RPC',
        action: 'AssumeRoleWithOIDC',
        roleArn: POD,
        roleSessionName: 'pod-1',
        oidcProviderArn: PROVIDER,
        status: 200,
      },
    ])
  })
})
