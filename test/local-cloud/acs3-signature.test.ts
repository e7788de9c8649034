import {createHash} from 'node:crypto'

import {expect} from 'chai'

import {findAcs3Fault, parseAcs3Authorization} from './acs3-signature.ts'
import type {ReceivedRequest} from './received-request.ts'
import {signAcs3} from './signing.ts'

// The worked example of Alibaba Cloud's documentation of the V3 signature.
const HEADERS = {
  host: 'ecs.cn-shanghai.aliyuncs.com',
  'x-acs-action': 'RunInstances',
  'x-acs-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  'x-acs-date': '2023-10-26T10:22:32Z',
  'x-acs-signature-nonce': '3156853299f313e23d1673dc12e1703d',
  'x-acs-version': '2014-05-26',
}
const AUTHORIZATION =
  'ACS3-HMAC-SHA256 Credential=YourAccessKeyId,' +
  'SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,' +
  'Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0'
const SECRET = 'YourAccessKeySecret'

const request = (authorization: string, parts: Partial<ReceivedRequest> = {}): ReceivedRequest => ({
  method: 'POST',
  path: '/',
  query: [
    ['ImageId', 'win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd'],
    ['RegionId', 'cn-shanghai'],
  ],
  headers: [...Object.entries(HEADERS), ['authorization', authorization]],
  body: Buffer.alloc(0),
  form: [],
  ...parts,
})

describe('findAcs3Fault', () => {
  it("accepts the documentation's example", () => {
    expect(findAcs3Fault(request(AUTHORIZATION), SECRET)).to.equal(undefined)
    expect(findAcs3Fault(request(AUTHORIZATION), `${SECRET}x`)?.code).to.equal('SignatureDoesNotMatch')
  })

  it('covers the path and the body', () => {
    const body = '{"a":1}'
    const hash = createHash('sha256').update(body).digest('hex')
    const headers = {...HEADERS, 'x-acs-content-sha256': hash}
    const path = '/k8s/c%201%2B/user_config'
    const key = {accessKeyId: 'id', accessKeySecret: SECRET}
    const authorization = signAcs3({method: 'PUT', path, query: {}, headers, body}, key)
    const received = request(authorization, {
      method: 'PUT',
      path,
      query: [],
      headers: [...Object.entries(headers), ['authorization', authorization]],
      body: Buffer.from(body),
    })
    expect(findAcs3Fault(received, SECRET)).to.equal(undefined)
    for (const change of [{path: '/k8s/c%201%2B'}, {body: Buffer.from('{}')}]) {
      expect(findAcs3Fault({...received, ...change}, SECRET)?.code).to.equal('SignatureDoesNotMatch')
    }
  })

  it('wants action, version, date and body hash to be signed, even if they were not sent', () => {
    for (const name of ['x-acs-action', 'x-acs-version', 'x-acs-date', 'x-acs-content-sha256']) {
      const headers = Object.fromEntries(Object.entries(HEADERS).filter(([key]) => key !== name))
      const key = {accessKeyId: 'id', accessKeySecret: SECRET}
      const authorization = signAcs3({method: 'POST', path: '/', query: {}, headers}, key)
      const received = request(authorization, {
        query: [],
        headers: [...Object.entries(headers), ['authorization', authorization]],
      })
      expect(findAcs3Fault(received, SECRET)?.code, name).to.equal('IncompleteSignature')
    }
  })

  it('refuses a signed header that was sent twice', () => {
    const headers = [...request(AUTHORIZATION).headers, ['x-acs-action', 'RunInstances'] as const]
    expect(findAcs3Fault(request(AUTHORIZATION, {headers}), SECRET)?.code).to.equal('IncompleteSignature')
  })
})

describe('parseAcs3Authorization', () => {
  it('takes the three parts apart', () => {
    expect(parseAcs3Authorization(request(AUTHORIZATION))).to.deep.equal({
      accessKeyId: 'YourAccessKeyId',
      signedHeaders: Object.keys(HEADERS),
      signature: '06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0',
    })
  })

  it('takes exactly one header', () => {
    expect(parseAcs3Authorization(request('', {headers: []}))).to.equal(undefined)
    const twice = request('', {
      headers: [
        ['authorization', AUTHORIZATION],
        ['authorization', AUTHORIZATION],
      ],
    })
    expect(parseAcs3Authorization(twice)).to.equal(undefined)
  })
})
