import {expect} from 'chai'

import type {Credentials} from '../../../src/lib/credentials/credentials.ts'
import {Secret} from '../../../src/lib/base/secret.ts'
import {tokenV1} from '../../../src/lib/token/token-v1.ts'
import {tokenV2} from '../../../src/lib/token/token-v2.ts'
import {readV1Vectors, readV2Vectors, type TokenVector} from '../../local-cloud/vectors.ts'

const credentialsOf = ({accessKeyId, accessKeySecret, securityToken}: TokenVector): Credentials => ({
  accessKeyId,
  accessKeySecret: new Secret(accessKeySecret),
  ...(securityToken === null ? {} : {securityToken: new Secret(securityToken)}),
})

const decode = (token: string, prefix: string): string => {
  expect(token.slice(0, prefix.length)).to.equal(prefix)
  const payload = Buffer.from(token.slice(prefix.length), 'base64')
  expect(payload.toString('base64'), 'standard, padded base64').to.equal(token.slice(prefix.length))
  return payload.toString('utf8')
}

interface PayloadV2 {
  readonly headers: {readonly Authorization: string; readonly 'user-agent': string}
}

describe('tokens of the Go tool', () => {
  for (const [index, vector] of readV2Vectors().entries()) {
    it(`v2 number ${index + 1}: the same payload and the same signature`, () => {
      const expected = JSON.parse(decode(vector.token, 'k8s-ack-v2.')) as PayloadV2
      const token = tokenV2({
        clusterId: vector.clusterId,
        credentials: credentialsOf(vector),
        signedAt: vector.signedAt,
        userAgent: expected.headers['user-agent'],
        extraQuery: new Map(Object.entries(vector.extraQuery)),
      })
      const payload = JSON.parse(decode(token, 'k8s-ack-v2.')) as PayloadV2
      expect(payload).to.deep.equal(expected)
      expect(payload.headers.Authorization).to.equal(expected.headers.Authorization)
    })
  }

  for (const [index, vector] of readV1Vectors().entries()) {
    it(`v1 number ${index + 1}: the same token, byte for byte`, () => {
      const url = new URL(decode(vector.token, 'k8s-ack-v1.'))
      const token = tokenV1({
        clusterId: vector.clusterId,
        credentials: credentialsOf(vector),
        signedAt: vector.signedAt,
        nonce: url.searchParams.get('SignatureNonce') ?? '',
        stsHost: url.host,
      })
      expect(token).to.equal(vector.token)
    })
  }
})

describe('tokenV2', () => {
  const credentials = {accessKeyId: 'LTAI1', accessKeySecret: new Secret('SECRET-1')}
  const signedAt = new Date('2026-01-02T03:04:05.999Z')
  const payloadOf = (extraQuery: ReadonlyMap<string, string>): string =>
    decode(tokenV2({clusterId: 'c1', credentials, signedAt, userAgent: 'ua', extraQuery}), 'k8s-ack-v2.')

  it('keeps the order of keys: the fixed ones, and those of query and headers sorted by bytes', () => {
    const payload = payloadOf(
      new Map([
        ['b', '1'],
        ['10', '2'],
        ['9', '3'],
        ['__proto__', '4'],
        ['\u{1F600}', '5'],
        ['\uFF5E', '6'],
      ]),
    )
    const keys = [...payload.matchAll(/"([^"]+)":/g)].map(([, key]) => key)
    expect(keys).to.deep.equal([
      'clusterId',
      'method',
      'path',
      'query',
      '10',
      '9',
      'ACKClusterId',
      '__proto__',
      'b',
      '\uFF5E',
      '\u{1F600}',
      'headers',
      'Authorization',
      'user-agent',
      'x-acs-action',
      'x-acs-content-sha256',
      'x-acs-date',
      'x-acs-version',
    ])
  })

  it('dates with whole seconds, rounded down', () => {
    expect(payloadOf(new Map())).to.contain('"x-acs-date":"2026-01-02T03:04:05Z"')
  })
})
