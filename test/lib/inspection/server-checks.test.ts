import {readFileSync} from 'node:fs'

import {expect} from 'chai'

import {checkToken, signatureCheck} from '../../../src/lib/inspection/server-checks.ts'
import type {Check} from '../../../src/lib/inspection/check.ts'
import {Secret} from '../../../src/lib/base/secret.ts'

interface Vector {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly clusterId: string
  readonly extraQuery: Readonly<Record<string, string>>
  readonly token: string
}

const vectors = (version: 'v1' | 'v2'): readonly Vector[] =>
  JSON.parse(
    readFileSync(new URL(`../../fixtures/token-${version}.json`, import.meta.url), 'utf8'),
  ) as readonly Vector[]

/** When the Go tool made them. */
const NOW = new Date('2026-11-24T10:25:00Z')

const inspect = (token: string, clusterId: string | undefined, tokenVersion: 'v1' | 'v2'): readonly Check[] =>
  checkToken(token, {clusterId, tokenVersion, now: NOW}).checks
const failed = (checks: readonly Check[]): readonly string[] =>
  checks.filter(({result}) => result === 'fail').map(({check}) => check)

describe('the checks of a server', () => {
  for (const version of ['v1', 'v2'] as const)
    it(`find nothing wrong with what the Go tool makes, and the same signature by the secret: ${version}`, () => {
      for (const {token, clusterId, accessKeyId, accessKeySecret} of vectors(version)) {
        const {checks, request} = checkToken(token, {clusterId, tokenVersion: version, now: NOW})
        expect(failed(checks).filter((check) => check !== 'size' || token.length <= 4096)).to.deep.equal([])
        if (!request) throw new Error('it was not read')
        const of = (secret: string): string =>
          signatureCheck(request, {accessKeyId, accessKeySecret: new Secret(secret), source: 'the vector'}).result
        expect(of(accessKeySecret), clusterId).to.equal('pass')
        expect(of(`${accessKeySecret}x`)).to.equal('fail')
      }
    })

  const [vector] = vectors('v2')
  const token = vector?.token ?? ''
  const payload = (): {query: Record<string, string>; headers: Record<string, string>} =>
    JSON.parse(Buffer.from(token.slice(11), 'base64').toString()) as never
  const remade = (change: (object: ReturnType<typeof payload>) => void): string => {
    const object = payload()
    change(object)
    return `k8s-ack-v2.${Buffer.from(JSON.stringify(object)).toString('base64')}`
  }

  it('name what has been changed in a token, each its own', () => {
    const changes: Readonly<Record<string, string>> = {
      size: `${token}${'A'.repeat(4096)}`,
      prefix: token.replace('v2', 'v1'),
      base64: token.replaceAll('=', ''),
      JSON: `k8s-ack-v2.${Buffer.from('{"query":').toString('base64')}`,
      'cluster id': remade(({query}) => (query['ACKClusterId'] = vector?.clusterId.toUpperCase() ?? '')),
      action: remade(({headers}) => (headers['x-acs-action'] = 'AssumeRole')),
      headers: remade(({headers}) => delete headers['x-acs-version']),
      date: remade(({headers}) => (headers['x-acs-date'] = '2026-11-24T09:25:00Z')),
      credentials: remade(
        ({headers}) =>
          (headers['Authorization'] = (headers['Authorization'] ?? '').replace('Credential=', 'Credential=STS.')),
      ),
    }
    for (const [check, changed] of Object.entries(changes))
      expect(failed(inspect(changed, vector?.clusterId, 'v2')), check).to.include(check)
  })

  it('stand in the order of the server', () => {
    expect(inspect(token, undefined, 'v2').map(({check}) => check)).to.deep.equal([
      'size',
      'prefix',
      'base64',
      'JSON',
      'cluster id',
      'action',
      'query keys',
      'headers',
      'date',
      'credentials',
    ])
  })

  it('take a date for good up to 15 minutes on either side', () => {
    for (const [date, result] of [
      ['2026-11-24T10:40:00Z', 'pass'],
      ['2026-11-24T10:40:01Z', 'fail'],
      ['2026-11-24T10:10:00Z', 'pass'],
      ['2026-11-24T10:09:59Z', 'fail'],
      ['2026-11-24 10:25:00', 'fail'],
    ]) {
      const checks = inspect(
        remade(({headers}) => (headers['x-acs-date'] = date ?? '')),
        undefined,
        'v2',
      )
      expect(checks.find(({check}) => check === 'date')?.result, date).to.equal(result)
    }
  })

  it('say "unknown" where they cannot tell: no cluster ID given, and query keys that some builds take', () => {
    const extra = remade(({query}) => (query['region'] = 'cn-beijing'))
    const unknown = inspect(extra, undefined, 'v2').filter(({result}) => result === 'unknown')
    expect(unknown.map(({check}) => check)).to.deep.equal(['cluster id', 'query keys'])
  })

  it('never quote what is signed with', () => {
    for (const version of ['v1', 'v2'] as const)
      for (const {token: given, accessKeySecret} of vectors(version)) {
        const text = JSON.stringify(inspect(given, 'c', version))
        expect(text).not.to.contain(accessKeySecret)
        expect(text).not.to.match(/Signature=|SecurityToken=[^ ]/)
      }
  })

  it('never quote a security token that has become a part of another parameter', () => {
    const whole =
      'https://sts.aliyuncs.com/?AccessKeyId=STS.a&Action=GetCallerIdentity&ClusterId=c1&Format=JSON&SecurityToken=SECRET-token&Signature=c2ln&SignatureMethod=HMAC-SHA1'
    const damaged = Array.from({length: whole.length}, (_, at) => at).flatMap((at) =>
      [1, 20].map((length) => whole.slice(0, at) + whole.slice(at + length)),
    )
    for (const url of damaged) {
      const given = `k8s-ack-v1.${Buffer.from(url).toString('base64')}`
      if (!/SecurityToken/.test(url)) continue
      expect(JSON.stringify(inspect(given, 'c1', 'v1')), url).not.to.contain('SECRET')
    }
  })
})
