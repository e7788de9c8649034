import {createRequire} from 'node:module'

import {expect} from 'chai'

import type {LocalSts} from './sts.ts'
import {callAcs3, getRpc, NOW, rpcRequest, SESSION, startSts, USER} from './sts-client.ts'
import {callerIdentityHeaders, signRpc} from './signing.ts'

type SdkClient = {getCallerIdentity(): Promise<{readonly body: object}>}

// By require: Node and tsx disagree on what the default import of this CommonJS package is.
const {default: SdkClient} = createRequire(import.meta.url)('@alicloud/sts20150401') as {
  default: new (config: object) => SdkClient
}

describe('startLocalSts', () => {
  let sts: LocalSts

  afterEach(() => sts.close())

  it('does not know other actions, versions or paths', async () => {
    sts = await startSts()
    const headers = callerIdentityHeaders(NOW, USER)
    const changes = [
      {headers: {...headers, 'x-acs-action': 'AssumeRol'}},
      {headers: {...headers, 'x-acs-version': '2015-04-02'}},
      {path: '/x'},
      {method: 'PUT'},
    ]
    for (const change of changes) {
      expect(await callAcs3(sts, change))
        .to.deep.include({status: 404})
        .and.to.have.nested.property('body.Code', 'InvalidAction.NotFound')
    }
    expect((await getRpc(sts, {Format: 'JSON'})).body['Code']).to.equal('MissingParameter')
  })

  it('refuses a date of another form', async () => {
    sts = await startSts()
    for (const date of ['2026-11-24T10:00:00.000Z', '2026-11-24 10:00:00', '2026-13-24T10:00:00Z']) {
      const headers = {...callerIdentityHeaders(NOW, USER), 'x-acs-date': date}
      expect((await callAcs3(sts, {headers})).body['Code'], date).to.equal('InvalidTimeStamp.Format')
    }
  })

  it('records each request without its secrets', async () => {
    sts = await startSts()
    await callAcs3(sts, {}, SESSION)
    await getRpc(sts, signRpc('GET', rpcRequest(SESSION), 'SECRET'))
    expect(sts.requests).to.deep.equal([
      {method: 'POST', style: 'ACS3', action: 'GetCallerIdentity', accessKeyId: 'STS.session', status: 200},
      {
        method: 'GET',
        style: 'RPC',
        action: 'GetCallerIdentity',
        accessKeyId: 'STS.session',
        tokenInUrl: true,
        status: 400,
        code: 'SignatureDoesNotMatch',
      },
    ])
  })

  it('closes although a client keeps its connection, and closes twice', async () => {
    sts = await startSts()
    await callAcs3(sts)
    await sts.close()
    await sts.close()
    const refused = await fetch(sts.endpoint).catch((error: unknown) => error)
    expect(refused).to.be.instanceOf(Error)
  })

  it('serves the official SDK', async () => {
    sts = await startSts({now: () => new Date()})
    for (const {accessKeyId, accessKeySecret, securityToken, arn} of [{...USER, securityToken: undefined}, SESSION]) {
      const config = {
        accessKeyId,
        accessKeySecret,
        securityToken,
        endpoint: new URL(sts.endpoint).host,
        protocol: 'http',
      }
      const client = new SdkClient(config)
      expect((await client.getCallerIdentity()).body).to.include({arn, accountId: '1'})
    }
    expect(sts.requests.map(({style, status}) => `${style} ${status}`)).to.deep.equal(['ACS3 200', 'ACS3 200'])
  })
})
