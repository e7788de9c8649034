import {expect} from 'chai'

import type {LocalSts} from './sts.ts'
import {getRpc, postRpc, rpcRequest, SESSION, startSts, USER} from './sts-client.ts'
import {signRpc} from './signing.ts'

describe('startLocalSts, RPC signatures', () => {
  let sts: LocalSts

  afterEach(() => sts.close())

  it('accepts a GET, for a session as for a user', async () => {
    sts = await startSts()
    for (const key of [USER, SESSION]) {
      const query = signRpc('GET', rpcRequest(key), key.accessKeySecret)
      expect((await getRpc(sts, query)).body).to.include({Arn: key.arn})
    }
  })

  it('accepts a POST whose parameters are spread over query and form', async () => {
    sts = await startSts()
    const {Action = '', Version = '', ...form} = signRpc('POST', rpcRequest(SESSION), SESSION.accessKeySecret)
    expect((await postRpc(sts, {Action, Version}, form)).body).to.include({Arn: SESSION.arn})
  })

  it('wants each parameter once, in query and form together', async () => {
    sts = await startSts()
    const parameters = signRpc('POST', rpcRequest(USER), USER.accessKeySecret)
    expect((await postRpc(sts, {Action: 'GetCallerIdentity'}, parameters)).body['Code']).to.equal('IncompleteSignature')
  })

  it('refuses another secret, and echoes the string to sign', async () => {
    sts = await startSts()
    const query = signRpc('GET', rpcRequest(SESSION), 'SECRET-of-sessioN')
    const {body} = await getRpc(sts, query)
    expect(body['Code']).to.equal('SignatureDoesNotMatch')
    expect(body['Message']).to.include('server string to sign is:GET&%2F&AccessKeyId%3DSTS.session')
  })

  it('wants every parameter of the signature', async () => {
    sts = await startSts()
    const parameters = signRpc('GET', rpcRequest(USER), USER.accessKeySecret)
    const names = Object.keys(parameters).filter((name) => name !== 'Format')
    for (const name of names) {
      const rest = Object.fromEntries(Object.entries(parameters).filter(([key]) => key !== name))
      expect((await getRpc(sts, rest)).body['Code'], name).to.equal('MissingParameter')
    }
  })

  it('answers in XML unless it is asked for JSON', async () => {
    sts = await startSts()
    const {Format, ...parameters} = rpcRequest(USER)
    expect(Format).to.equal('JSON')
    const query = new URLSearchParams(signRpc('GET', parameters, USER.accessKeySecret)).toString()
    const text = await (await fetch(`${sts.endpoint}/?${query}`)).text()
    expect(text).to.include('<GetCallerIdentityResponse>').and.to.include('<Arn>acs:ram::1:user/bob</Arn>')
  })
})
