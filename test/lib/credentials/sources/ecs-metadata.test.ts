import {expect} from 'chai'

import {timeLeftMs} from '../../../../src/lib/base/deadline.ts'
import {AckError} from '../../../../src/lib/base/errors.ts'
import type {Credentials} from '../../../../src/lib/credentials/credentials.ts'
import {ecsMetadataSource} from '../../../../src/lib/credentials/sources/ecs-metadata.ts'
import {instanceRegion} from '../../../../src/lib/credentials/sources/read-ecs-metadata.ts'
import type {HttpCall, HttpReply} from '../../../../src/lib/transport/http.ts'
import {jsonReply, SESSION_REPLY, TEST_ORIGIN, testContext, type TestContext} from '../../../support/source-context.ts'
import {failureOf} from '../../../support/failure-of.ts'

const BASE = 'http://100.100.100.200'
const ROLES = '/latest/meta-data/ram/security-credentials/'

type Replies = Readonly<Record<string, HttpReply>>

const serve =
  (replies: Replies) =>
  ({method, url}: HttpCall): HttpReply =>
    replies[`${method} ${new URL(url).pathname}`] ?? {status: 404, body: ''}

const GOOD: Replies = {
  'PUT /latest/api/token': {status: 200, body: 'SECRET-metadata-token\n'},
  [`GET ${ROLES}`]: {status: 200, body: 'node-role\n'},
  [`GET ${ROLES}node-role`]: jsonReply({Code: 'Success', ...SESSION_REPLY}),
}

const contextOf = (replies: Replies, env: Record<string, string> = {}): TestContext =>
  testContext({env, reply: serve(replies)})
const calls = ({calls: made}: TestContext): string[] => made.map(({method, url}) => `${method} ${url}`)

const load = (replies: Replies): Promise<Credentials> =>
  ecsMetadataSource({origin: TEST_ORIGIN}, contextOf(replies)).load()

describe('ecsMetadataSource', () => {
  it('gets a session token, finds the attached role, and sends the token with both requests', async () => {
    const context = contextOf(GOOD)
    const credentials = await ecsMetadataSource({origin: TEST_ORIGIN}, context).load()
    expect(calls(context)).to.deep.equal([
      `PUT ${BASE}/latest/api/token`,
      `GET ${BASE}${ROLES}`,
      `GET ${BASE}${ROLES}node-role`,
    ])
    const [put, ...gets] = context.calls
    expect(put?.headers).to.include({'x-aliyun-ecs-metadata-token-ttl-seconds': '3600'})
    for (const {headers} of gets) expect(headers).to.include({'x-aliyun-ecs-metadata-token': 'SECRET-metadata-token'})
    expect(credentials.securityToken?.reveal()).to.equal('SECRET-token-of-new')
    expect(credentials.expiration?.toISOString()).to.equal('2026-01-02T04:04:05.000Z')
  })

  it('never goes through a proxy, and gives up soon', async () => {
    const context = contextOf(GOOD)
    await ecsMetadataSource({origin: TEST_ORIGIN}, context).load()
    for (const call of context.calls)
      expect(call).to.deep.include({proxy: 'never', connectTimeoutMs: 1500, timeoutMs: 5000})
  })

  it('gives up after five seconds, however many calls it makes', async () => {
    const {transport, ...context} = contextOf(GOOD)
    const signals: (AbortSignal | undefined)[] = []
    const watched: typeof transport = (call, signal) => {
      signals.push(signal)
      return transport(call, signal)
    }
    await ecsMetadataSource({origin: TEST_ORIGIN}, {...context, transport: watched}).load()
    const [first] = signals
    expect(first && timeLeftMs(first)).to.be.within(1, 5000)
    expect(signals).to.deep.equal([first, first, first])
  })

  it('asks for the named role only, at the endpoint of the environment', async () => {
    const context = contextOf(GOOD, {ALIBABA_CLOUD_IMDS_ENDPOINT: 'http://127.0.0.1:1/'})
    await ecsMetadataSource({origin: TEST_ORIGIN, roleName: 'node-role'}, context).load()
    expect(calls(context)).to.deep.equal([
      'PUT http://127.0.0.1:1/latest/api/token',
      `GET http://127.0.0.1:1${ROLES}node-role`,
    ])
  })

  it('uses version 1 where a session token is refused or switched off, and only there', async () => {
    for (const status of [403, 404]) {
      const context = contextOf({...GOOD, 'PUT /latest/api/token': {status, body: 'SECRET-page'}})
      await ecsMetadataSource({origin: TEST_ORIGIN, roleName: 'node-role'}, context).load()
      expect(context.calls[1]?.headers).not.to.have.property('x-aliyun-ecs-metadata-token')
    }
    const context = contextOf(GOOD, {ALIBABA_CLOUD_IMDSV2_DISABLED: 'true'})
    await ecsMetadataSource({origin: TEST_ORIGIN, roleName: 'node-role'}, context).load()
    expect(calls(context)).to.deep.equal([`GET ${BASE}${ROLES}node-role`])
    expect(
      (await failureOf(load({...GOOD, 'PUT /latest/api/token': {status: 500, body: 'SECRET-page'}}))).code,
    ).to.equal('ServiceFailed')
  })

  it('does without version 1, or without metadata at all, where a variable says so', async () => {
    for (const status of [403, 404]) {
      const context = contextOf(
        {...GOOD, 'PUT /latest/api/token': {status, body: 'SECRET-page'}},
        {ALIBABA_CLOUD_IMDSV1_DISABLED: 'true'},
      )
      const {message} = await failureOf(ecsMetadataSource({origin: TEST_ORIGIN}, context).load())
      expect(message).to.contain('ALIBABA_CLOUD_IMDSV1_DISABLED forbids version 1')
      expect(context.calls).to.have.length(1)
    }
    const both = contextOf(GOOD, {ALIBABA_CLOUD_IMDSV1_DISABLED: 'true', ALIBABA_CLOUD_IMDSV2_DISABLED: 'true'})
    for (const asked of [ecsMetadataSource({origin: TEST_ORIGIN}, both).load(), instanceRegion(both)])
      expect(await failureOf(asked)).to.include({
        code: 'ProfileNotSupported',
        message:
          'ALIBABA_CLOUD_IMDSV1_DISABLED and ALIBABA_CLOUD_IMDSV2_DISABLED forbid both versions of ECS instance metadata',
      })
    expect(both.calls).to.deep.equal([])
    const context = contextOf(GOOD, {ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true'})
    expect(() => ecsMetadataSource({origin: TEST_ORIGIN}, context)).to.throw('ALIBABA_CLOUD_ECS_METADATA_DISABLED')
    expect(context.calls).to.deep.equal([])
  })

  it('says what is missing or wrong, and quotes no answer', async () => {
    const role = `GET ${ROLES}node-role`
    const faults: readonly (readonly [Replies, string, string])[] = [
      [{...GOOD, [`GET ${ROLES}`]: {status: 404, body: ''}}, 'CredentialsNotFound', 'has no RAM role attached'],
      [{...GOOD, [role]: {status: 404, body: ''}}, 'CredentialsNotFound', 'has no RAM role "'],
      [
        {...GOOD, [role]: jsonReply({Code: 'Failed', ...SESSION_REPLY})},
        'ServiceFailed',
        'returned no credentials for role',
      ],
      [{...GOOD, [role]: {status: 200, body: 'SECRET-page'}}, 'ServiceFailed', 'returned no credentials for role'],
      [
        {...GOOD, [role]: jsonReply({Code: 'Success', ...SESSION_REPLY, AccessKeyId: ''})},
        'ServiceFailed',
        'has no AccessKey pair',
      ],
      [
        {...GOOD, [role]: jsonReply({Code: 'Success', ...SESSION_REPLY, SecurityToken: null})},
        'ServiceFailed',
        'has no security token',
      ],
      [
        {...GOOD, [role]: jsonReply({Code: 'Success', ...SESSION_REPLY, Expiration: 'soon'})},
        'ServiceFailed',
        'has no valid expiration',
      ],
      [
        {...GOOD, [`GET ${ROLES}`]: {status: 200, body: '<html>SECRET</html>'}},
        'ServiceFailed',
        'did not name the attached role',
      ],
    ]
    for (const [replies, code, words] of faults) {
      const error = await failureOf(load(replies))
      expect(error.code, words).to.equal(code)
      expect(error.message).to.contain(words).and.not.contain('SECRET')
    }
  })

  it('names the variable whose address is none', () => {
    for (const text of ['SECRET-notaurl', '100.100.100.200', 'localhost:80', 'file:///SECRET'])
      expect(
        () => ecsMetadataSource({origin: TEST_ORIGIN}, testContext({env: {ALIBABA_CLOUD_IMDS_ENDPOINT: text}})),
        text,
      ).to.throw(AckError, /^ALIBABA_CLOUD_IMDS_ENDPOINT is not an http URL$/)
  })
})
