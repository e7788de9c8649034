import {createHash} from 'node:crypto'

import {expect} from 'chai'

import type {LocalSts} from './sts.ts'
import {acs3Request, callAcs3, NOW, readReply, sendAcs3, SESSION, startSts, USER} from './sts-client.ts'
import {callerIdentityHeaders, decodeTokenV2, signAcs3, toTimestamp} from './signing.ts'
import {identityOf, readV2Vectors} from './vectors.ts'

describe('startLocalSts, V3 signatures', () => {
  let sts: LocalSts

  afterEach(() => sts.close())

  it('accepts every v2 vector as the Go tool signed it, extra query keys included', async () => {
    for (const vector of readV2Vectors()) {
      sts = await startSts({identities: [identityOf(vector)], now: () => vector.signedAt})
      const {query, headers} = decodeTokenV2(vector.token)
      const url = `${sts.endpoint}/?${new URLSearchParams(query).toString()}`
      const reply = await readReply(fetch(url, {method: 'POST', headers}))
      await sts.close()
      expect(reply.status, JSON.stringify(reply.body)).to.equal(200)
    }
  })

  it('tells a user who it is', async () => {
    sts = await startSts()
    const {status, body} = await callAcs3(sts)
    expect(status).to.equal(200)
    expect(body).to.include({
      IdentityType: 'RAMUser',
      AccountId: '1',
      PrincipalId: '2',
      UserId: '2',
      Arn: 'acs:ram::1:user/bob',
    })
    expect(body['RequestId']).to.match(/^[0-9A-F-]{36}$/)
  })

  it("tells a role's session who it is", async () => {
    sts = await startSts()
    expect((await callAcs3(sts, {}, SESSION)).body).to.include({
      IdentityType: 'AssumedRoleUser',
      PrincipalId: '3:laptop',
      RoleId: '3',
    })
  })

  it('tells an account who it is', async () => {
    sts = await startSts({identities: [{...USER, arn: 'acs:ram::1:root'}]})
    expect((await callAcs3(sts)).body).to.include({IdentityType: 'Account', Arn: 'acs:ram::1:root'})
  })

  it('accepts GET, a query with odd characters, signed host and content-type, and a body', async () => {
    sts = await startSts()
    const host = new URL(sts.endpoint).host
    const query = {'a b': "~*'()!+ é", A: '', 集: '群𝒳'}
    const headers = {...callerIdentityHeaders(NOW, USER), host}
    expect((await callAcs3(sts, {method: 'GET', query, headers})).status).to.equal(200)
    const body = '{"a":"é"}'
    const posted = {
      ...headers,
      'content-type': 'application/json',
      'x-acs-content-sha256': createHash('sha256').update(body).digest('hex'),
    }
    expect((await callAcs3(sts, {headers: posted, body})).status).to.equal(200)
    expect((await callAcs3(sts, {headers: posted, body: `${body} `})).body['Code']).to.equal('SignatureDoesNotMatch')
  })

  it('refuses a query, a method or a header that is not the signed one', async () => {
    sts = await startSts()
    const headers = callerIdentityHeaders(NOW, USER)
    const request = {method: 'POST', path: '/', query: {a: '1'}, headers}
    const authorization = signAcs3(request, USER)
    const changed = [{query: {a: '2'}}, {query: {a: '1', b: ''}}, {method: 'GET'}, {query: {}}]
    for (const change of changed) {
      expect((await sendAcs3(sts, {...request, ...change}, {authorization})).body['Code']).to.equal(
        'SignatureDoesNotMatch',
      )
    }
    const later = {'x-acs-date': toTimestamp(new Date(NOW.getTime() + 1000))}
    expect((await sendAcs3(sts, request, {authorization, ...later})).body['Code']).to.equal('SignatureDoesNotMatch')
  })

  it('echoes what it signed, security token included, as the real one does', async () => {
    sts = await startSts({identities: [{...SESSION, accessKeySecret: 'SECRET-of-sessioN'}]})
    const {status, body} = await callAcs3(sts, {}, SESSION)
    expect(status).to.equal(400)
    expect(body).to.have.all.keys('RequestId', 'HostId', 'Code', 'Message', 'Recommend')
    expect(body['Message'])
      .to.include('server string to sign is:ACS3-HMAC-SHA256\n')
      .and.to.include(SESSION.securityToken)
  })

  it('wants every x-acs- header signed', async () => {
    sts = await startSts()
    const request = acs3Request()
    const authorization = signAcs3(request, USER)
    expect((await sendAcs3(sts, request, {authorization, 'x-acs-signature-nonce': '1'})).body['Code']).to.equal(
      'IncompleteSignature',
    )
  })

  it('wants the four mandatory headers, and signed', async () => {
    sts = await startSts()
    for (const name of ['x-acs-date', 'x-acs-content-sha256']) {
      const headers = Object.fromEntries(
        Object.entries(callerIdentityHeaders(NOW, USER)).filter(([key]) => key !== name),
      )
      expect((await callAcs3(sts, {headers})).body).to.include({Code: 'MissingParameter'}, name)
    }
  })

  it('refuses an Authorization that is missing, of another scheme, or with unsorted names', async () => {
    sts = await startSts()
    const request = acs3Request()
    const authorization = signAcs3(request, USER)
    const unsorted = authorization.replace('x-acs-action;x-acs-content-sha256', 'x-acs-content-sha256;x-acs-action')
    for (const other of ['', authorization.replace('ACS3-HMAC-SHA256', 'acs'), authorization.slice(0, -1), unsorted]) {
      expect((await sendAcs3(sts, request, {authorization: other})).body['Code'], other).to.equal('IncompleteSignature')
    }
  })

  it('refuses a query parameter that is given twice', async () => {
    sts = await startSts()
    const headers = callerIdentityHeaders(NOW, USER)
    const authorization = signAcs3({method: 'POST', path: '/', query: {a: '1'}, headers}, USER)
    const response = fetch(`${sts.endpoint}/?a=1&a=1`, {method: 'POST', headers: {...headers, authorization}})
    expect((await readReply(response)).body['Code']).to.equal('IncompleteSignature')
  })
})
