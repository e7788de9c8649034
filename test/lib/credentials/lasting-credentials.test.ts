import {expect} from 'chai'

import {Secret} from '../../../src/lib/base/secret.ts'
import type {CredentialSource} from '../../../src/lib/credentials/credentials.ts'
import {lastingCredentials} from '../../../src/lib/credentials/lasting-credentials.ts'
import {TEST_ORIGIN, testContext} from '../../support/source-context.ts'

describe('credentials for a run that outlasts a session', () => {
  const context = testContext()
  const now = context.clock.now().getTime()

  /** A source whose sessions have so many seconds left, one after the other. */
  const sourceOf = (...seconds: readonly number[]): CredentialSource & {readonly asked: () => number} => {
    let asked = 0
    return {
      ...TEST_ORIGIN,
      namesCaller: true,
      isCacheable: false,
      atHand: () => undefined,
      load: () => {
        const left = seconds[Math.min(asked, seconds.length - 1)] ?? 0
        asked += 1
        const accessKeySecret = new Secret('SECRET-of-session')
        const ends = left === Infinity ? {} : {expiration: new Date(now + left * 1000)}
        return Promise.resolve({accessKeyId: `STS.${asked}`, accessKeySecret, ...ends})
      },
      asked: () => asked,
    }
  }

  it('are asked for again when they are about to end, and once for all who need them then', async () => {
    const source = sourceOf(60, 3600)
    const get = lastingCredentials(source, context)
    expect((await get()).accessKeyId).to.equal('STS.1')
    const renewed = await Promise.all([get(), get(), get()])
    expect(renewed.map(({accessKeyId}) => accessKeyId)).to.deep.equal(['STS.2', 'STS.2', 'STS.2'])
    await get()
    expect(source.asked()).to.equal(2)
  })

  it('are kept where nobody knows their end', async () => {
    const source = sourceOf(Infinity)
    const get = lastingCredentials(source, context)
    await get()
    await get()
    expect(source.asked()).to.equal(1)
  })
})
