import {expect} from 'chai'

import {Secret} from '../../../src/lib/base/secret.ts'
import {parseRpcError, serviceError} from '../../../src/lib/transport/service-error.ts'
import {parseReplyObject} from '../../../src/lib/transport/http.ts'

const CALL = {
  action: 'AssumeRole',
  service: 'STS',
  method: 'POST',
  url: 'https://sts.aliyuncs.com/?RoleArn=SECRET-query',
} as const

describe('serviceError', () => {
  it('says what was called, and what the service says', () => {
    const error = serviceError(
      CALL,
      {status: 403, body: ''},
      {code: 'NoPermission', message: 'You may not.', requestId: 'R-1'},
    )
    expect(error).to.include({code: 'ServiceRefused', exitCode: 4})
    expect(error.message).to.equal(
      'AssumeRole at sts.aliyuncs.com was refused: HTTP 403, NoPermission, You may not. (RequestId R-1)',
    )
    expect(error.nextStep).to.contain('sts:AssumeRole')
  })

  it('blames the clock for a time that is off, not for one of another form', () => {
    const stepFor = (code: string): string => serviceError(CALL, {status: 400, body: ''}, {code}).nextStep
    expect(stepFor('InvalidTimeStamp.Expired')).to.contain('clock')
    expect(stepFor('InvalidTimeStamp.Format')).not.to.contain('clock')
  })

  it('names what says the parameter that a service refuses, not the credentials', () => {
    const stepFor = (code: string, service: 'STS' | 'RAM' = 'STS'): string =>
      serviceError({...CALL, service}, {status: 400, body: ''}, {code}).nextStep
    expect(stepFor('InvalidParameter.DurationSeconds')).to.contain('--role-duration').and.contain('expired_seconds')
    expect(stepFor('InvalidParameter.PolicyGrammar')).to.contain('--role-policy')
    expect(stepFor('InvalidParameter.PolicySize')).to.contain('--role-policy')
    expect(stepFor('InvalidParameter.RoleSessionName')).to.contain('2 to 64 letters, digits')
    expect(stepFor('InvalidParameter.RoleArn')).to.contain('correct the role ARN')
    for (const other of [stepFor('InvalidParameter.ExternalId'), stepFor('InvalidParameter.PolicyName', 'RAM')])
      expect(other).to.equal('correct what the message names')
  })

  it('tells a failure of the service from a refusal', () => {
    for (const [status, code] of [
      [500, 'X'],
      [400, 'Throttling.User'],
      [429, 'X'],
      [200, undefined],
    ] as const) {
      expect(serviceError(CALL, {status, body: ''}, code ? {code} : {}).exitCode, String(status)).to.equal(6)
    }
  })

  it('drops the message of codes that repeat what was signed', () => {
    for (const code of ['SignatureDoesNotMatch', 'IncompleteSignature']) {
      const {message, nextStep} = serviceError(
        CALL,
        {status: 400, body: ''},
        {code, message: 'server string is SECRET-token'},
      )
      expect(message).to.equal(`AssumeRole at sts.aliyuncs.com was refused: HTTP 400, ${code}`)
      expect(nextStep).to.contain('AccessKey secret')
    }
  })

  it('masks known secrets, and keeps a message short, on one line and harmless for a terminal', () => {
    const secret = new Secret('SECRET-in-a-message')
    const message = `a\nb\u001B[31m ${secret.reveal()} ${Array.from({length: 200}, (_, index) => index).join(' ')}`
    const error = serviceError(CALL, {status: 400, body: ''}, {code: 'X', message})
    expect(error.message).to.contain('a b [31m [secret] 0 1 2').and.not.contain('SECRET-in')
    expect(error.message.length).to.be.lessThan(400)
  })

  it('lets the caller say what to do', () => {
    expect(serviceError(CALL, {status: 403, body: ''}, {code: 'NoPermission'}, {nextStep: 'log in'}).nextStep).to.equal(
      'log in',
    )
  })
})

describe('parseRpcError', () => {
  it('knows the names that each service uses', () => {
    const expected = {code: 'c', message: 'm', requestId: 'r'}
    expect(parseRpcError({Code: 'c', Message: 'm', RequestId: 'r'})).to.deep.equal(expected)
    expect(parseRpcError({code: 'c', message: 'm', requestId: 'r'})).to.deep.equal(expected)
    expect(parseRpcError({ErrorCode: 'c', ErrorMessage: 'm', RequestId: 'r'})).to.deep.equal(expected)
    expect(parseRpcError({error: 'c', error_description: 'm', requestId: 'r'})).to.deep.equal(expected)
    expect(parseRpcError({Code: 1, Message: null})).to.deep.equal({})
  })
})

describe('parseReplyObject', () => {
  it('takes a JSON object and nothing else', () => {
    expect(parseReplyObject({status: 200, body: '{"a":1}'})).to.deep.equal({a: 1})
    for (const body of ['', 'SECRET', '[]', 'null', '"x"', '<html>'])
      expect(parseReplyObject({status: 200, body}), body).to.equal(undefined)
  })
})
