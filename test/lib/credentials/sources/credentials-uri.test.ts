import {expect} from 'chai'

import type {Credentials} from '../../../../src/lib/credentials/credentials.ts'
import {credentialsUriSource} from '../../../../src/lib/credentials/sources/credentials-uri.ts'
import {AckError} from '../../../../src/lib/base/errors.ts'
import type {HttpReply} from '../../../../src/lib/transport/http.ts'
import {jsonReply, SESSION_REPLY, TEST_ORIGIN, testContext} from '../../../support/source-context.ts'

const URI = 'http://127.0.0.1:8/path?key=SECRET-of-uri'
const load = (reply: HttpReply): Promise<Credentials> =>
  credentialsUriSource(URI, TEST_ORIGIN, testContext({reply: () => reply})).load()

describe('credentialsUriSource', () => {
  it('reads the form of the instance metadata, with or without its code', async () => {
    for (const code of [{}, {Code: 'Success'}]) {
      const credentials = await load(jsonReply({...code, ...SESSION_REPLY}))
      expect(credentials.securityToken?.reveal()).to.equal('SECRET-token-of-new')
      expect(credentials.expiration?.toISOString()).to.equal('2026-01-02T04:04:05.000Z')
    }
  })

  it('takes an answer without a security token for an AccessKey', async () => {
    const credentials = await load(jsonReply({AccessKeyId: 'LTAI1', AccessKeySecret: 'SECRET-1'}))
    expect(credentials.accessKeyId).to.equal('LTAI1')
    expect(credentials).not.to.have.any.keys('securityToken', 'expiration')
  })

  it('shows neither the answer nor the URI when it cannot use it', async () => {
    const replies: readonly (readonly [HttpReply, string])[] = [
      [{status: 500, body: 'SECRET'}, 'answered with HTTP 500'],
      [{status: 200, body: 'SECRET'}, 'did not answer with a JSON object'],
      [jsonReply({...SESSION_REPLY, AccessKeyId: ''}), 'gave an answer that has no AccessKey pair'],
      [jsonReply({...SESSION_REPLY, Code: 'SECRET'}), 'the code Success'],
      [jsonReply({...SESSION_REPLY, Expiration: 'SECRET'}), 'answered with an invalid Expiration'],
    ]
    for (const [reply, words] of replies) {
      const error = await load(reply).catch((thrown: unknown) => thrown)
      expect(error).to.be.instanceOf(AckError)
      expect((error as AckError).message)
        .to.contain('at 127.0.0.1:8')
        .and.contain(words)
        .and.not.contain('SECRET')
    }
  })

  it('shows only the host of the URI, and keeps only its hash', () => {
    const {description, identity} = credentialsUriSource(URI, TEST_ORIGIN, testContext())
    expect(description + JSON.stringify(identity))
      .to.contain('127.0.0.1:8')
      .and.not.contain('SECRET')
  })

  it('refuses a text that is not a URI, and all of them where processes are forbidden', () => {
    expect(() => credentialsUriSource('SECRET', TEST_ORIGIN, testContext())).to.throw(
      AckError,
      /^a test has an invalid credentials URI$/,
    )
    for (const uri of ['file:///etc/SECRET', 'data:,SECRET', 'SECRET:x'])
      expect(() => credentialsUriSource(uri, TEST_ORIGIN, testContext())).to.throw(
        AckError,
        /^a test has a credentials URI that is neither https nor http$/,
      )
    const context = testContext({env: {ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS: 'TRUE'}})
    expect(() => credentialsUriSource(URI, TEST_ORIGIN, context)).to.throw(
      AckError,
      'ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS forbids',
    )
  })
})
