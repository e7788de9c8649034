import {expect} from 'chai'

import {staticSource} from '../../../src/lib/credentials/sources/static-source.ts'
import {AckError} from '../../../src/lib/base/errors.ts'
import type {IssuedToken} from '../../../src/lib/exec/exec-credential.ts'
import {getToken} from '../../../src/lib/use-cases/get-token.ts'
import {recordingLog} from '../../support/runtime.ts'
import {testContext, TEST_ORIGIN} from '../../support/source-context.ts'
import {failureOf} from '../../support/failure-of.ts'

interface Given {
  readonly expiration?: Date
  readonly securityToken?: string
  readonly clusterId?: string
  readonly tokenVersion?: 'v1' | 'v2'
  readonly flags?: Record<string, string>
  readonly env?: Record<string, string>
}

let log = recordingLog()

const issue = ({
  expiration,
  securityToken,
  clusterId = 'c1',
  tokenVersion = 'v2',
  flags = {},
  env = {},
}: Given): Promise<IssuedToken> => {
  const source = staticSource(TEST_ORIGIN, {
    accessKeyId: 'STS.1',
    accessKeySecret: 'SECRET-1',
    securityToken,
    expiration,
  })
  const tokenOptions = {
    clusterId,
    apiVersion: 'v1',
    tokenVersion,
    tokenOnly: false,
    expectedIdentity: undefined,
  } as const
  const context = testContext({flags, env})
  log = context.log
  return getToken(source, tokenOptions, context)
}

const urlOf = ({token}: IssuedToken): URL => new URL(Buffer.from(token.replace('k8s-ack-v1.', ''), 'base64').toString())

describe('getToken', () => {
  describe('expiration', () => {
    it('is ten minutes after the second that the signature names', async () => {
      expect((await issue({})).expiresAt.toISOString()).to.equal('2026-01-02T03:14:05.000Z')
      expect((await issue({expiration: new Date('2026-01-02T03:14:06Z')})).expiresAt.toISOString()).to.equal(
        '2026-01-02T03:14:05.000Z',
      )
    })

    it('is never later than the end of the credentials', async () => {
      expect((await issue({expiration: new Date('2026-01-02T03:04:06.900Z')})).expiresAt.toISOString()).to.equal(
        '2026-01-02T03:04:06.000Z',
      )
    })

    it('is never in the past: credentials that have ended are refused', async () => {
      for (const end of ['2026-01-02T03:04:05.999Z', '2026-01-02T03:04:05Z', '2020-01-01T00:00:00Z']) {
        const error = await failureOf(issue({expiration: new Date(end)}))
        expect(error).to.include({code: 'CredentialsExpired', exitCode: 4})
        expect(error.message).to.contain('the credentials of a test expired at')
      }
    })
  })

  describe('size', () => {
    const securityToken = (length: number): string => 'S'.repeat(length)

    it('is refused above what authenticators take, naming the longest part', async () => {
      const error = await failureOf(issue({securityToken: securityToken(5000)}))
      expect(error).to.include({code: 'TokenTooLarge', exitCode: 4})
      expect(error.message).to.match(
        /^the token has \d+ bytes, and authenticators accept at most 4096; its longest part is the security token \(5000 characters\)$/,
      )
      expect((await failureOf(issue({clusterId: 'c'.repeat(3000)}))).message).to.contain(
        'the cluster ID (3000 characters)',
      )
      const env = {ACK_RAM_TOOL_TOKEN_EXTRA_KEY_PREFIX: 'X_', X_A: 'v'.repeat(4000)}
      expect((await failureOf(issue({env}))).message).to.contain('the extra query (4001 characters)')
    })

    it('is exactly 4096 at most, and warned of from 3500 on', async () => {
      let longest = 0
      for (let length = 1700; length < 2500; length += 1) {
        const outcome = await issue({securityToken: securityToken(length)}).catch((error: unknown) => error)
        if (outcome instanceof AckError) break
        const {token} = outcome as IssuedToken
        longest = token.length
        expect(log.lines.some((line) => line.startsWith('warn: the token has'))).to.equal(token.length >= 3500)
      }
      expect(longest).to.be.greaterThan(4090).and.at.most(4096)
    })
  })

  describe('version 1', () => {
    it("goes to the global STS, the region's, or the given endpoint, always by https", async () => {
      expect(urlOf(await issue({tokenVersion: 'v1'})).origin).to.equal('https://sts.aliyuncs.com')
      expect(urlOf(await issue({tokenVersion: 'v1', flags: {'region-id': 'eu-central-1'}})).host).to.equal(
        'sts.eu-central-1.aliyuncs.com',
      )
      const flags = {'region-id': 'eu-central-1', 'sts-endpoint': 'http://127.0.0.1:1'}
      expect(urlOf(await issue({tokenVersion: 'v1', flags})).origin).to.equal('https://127.0.0.1:1')
      expect(log.lines[0]).to.equal(
        'warn: authenticators refuse version 1 tokens for 127.0.0.1:1: remove --sts-endpoint',
      )
    })
  })

  it('signs extra query keys in version 2', async () => {
    const env = {ACK_RAM_TOOL_TOKEN_EXTRA_KEY_PREFIX: 'X_', X_TEAM: 'ci', X_EMPTY: '', X_: 'no name', OTHER: 'x'}
    const {token} = await issue({env})
    const {query} = JSON.parse(Buffer.from(token.slice('k8s-ack-v2.'.length), 'base64').toString()) as {query: object}
    expect(query).to.deep.equal({ACKClusterId: 'c1', team: 'ci'})
  })

  it('says at debug what it issued, and nothing that is secret', async () => {
    const {token} = await issue({securityToken: 'SECRET-2'})
    expect(log.lines).to.deep.equal([
      'debug: credentials: a test, AccessKey ID STS.1, without an end',
      `debug: token v2 for cluster "c1": ${token.length} bytes, valid until 2026-01-02T03:14:05Z`,
    ])
  })
})
