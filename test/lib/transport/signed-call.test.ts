import {expect} from 'chai'

import {Secret} from '../../../src/lib/base/secret.ts'
import {signedCall} from '../../../src/lib/transport/signed-call.ts'
import {testRuntime} from '../../support/runtime.ts'

const REQUEST = {
  action: 'AssumeRole',
  service: 'STS',
  version: '2015-04-01',
  endpoint: {scheme: 'https', host: 'sts.aliyuncs.com'},
  method: 'POST',
  path: '/',
  query: new Map([['RoleArn', 'acs:ram::1:role/r']]),
} as const

describe('signedCall', () => {
  const caller = {accessKeyId: 'STS.1', accessKeySecret: new Secret('SECRET-1'), securityToken: new Secret('SECRET-2')}

  it('signs host and every x-acs- header, and carries the security token in one', () => {
    const {url, headers} = signedCall(REQUEST, caller, testRuntime())
    expect(url).to.equal('https://sts.aliyuncs.com/?RoleArn=acs%3Aram%3A%3A1%3Arole%2Fr')
    expect(headers).to.include({
      host: 'sts.aliyuncs.com',
      'x-acs-security-token': 'SECRET-2',
      'x-acs-action': 'AssumeRole',
    })
    const signed = Object.keys(headers ?? {}).filter((name) => name === 'host' || name.startsWith('x-acs-'))
    expect(headers?.['authorization']).to.contain(`SignedHeaders=${signed.toSorted().join(';')},`)
  })

  it('is signed anew for another attempt, with a nonce of its own and the time that it is given', () => {
    let nonces = 0
    const runtime = testRuntime({nonce: () => `nonce-${(nonces += 1)}`})
    const first = signedCall(REQUEST, caller, runtime)
    const second = first.renew?.(new Date('2026-01-02T04:00:00Z'))
    expect(second?.headers?.['x-acs-date']).to.equal('2026-01-02T04:00:00Z')
    for (const name of ['x-acs-signature-nonce', 'x-acs-date', 'authorization']) {
      expect(second?.headers?.[name], name).to.be.a('string').and.not.equal(first.headers?.[name])
    }
  })
})
