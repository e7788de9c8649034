import {expect} from 'chai'

import {AckError} from '../../../src/lib/base/errors.ts'
import {
  ambiguousProfile,
  chooseProfile,
  type Profile,
  type ProfileFile,
} from '../../../src/lib/profile-files/profile.ts'

const profile = (name: string, kind = 'AK'): Profile => ({
  name,
  kind,
  file: '/p.json',
  writtenIn: 'config.json',
  field: () => '',
})
const file = (names: readonly string[], current?: string): ProfileFile => ({
  path: '/p.json',
  current,
  profiles: names.map((name) => profile(name)),
})

describe('chooseProfile', () => {
  it('takes the requested profile, then the current one', () => {
    expect(chooseProfile(file(['a', 'b'], 'a'), {value: 'b', from: '--profile-name'})?.name).to.equal('b')
    expect(chooseProfile(file(['a', 'b'], 'a'), undefined)?.name).to.equal('a')
  })

  it('takes the one called default when none is named, or the only one', () => {
    expect(chooseProfile(file(['a', 'default']), undefined)?.name).to.equal('default')
    expect(chooseProfile(file(['a']), undefined)?.name).to.equal('a')
  })

  it('compares names exactly and takes the first of equal ones', () => {
    expect(() => chooseProfile(file(['Prod']), {value: 'prod', from: '--profile-name'})).to.throw(
      AckError,
      'has no profile "prod"',
    )
    const first = profile('a', 'StsToken')
    expect(chooseProfile({...file([]), profiles: [first, profile('a')]}, {value: 'a', from: 'x'})).to.equal(first)
  })

  it('says who named a profile that is not there, and which are', () => {
    expect(() => chooseProfile(file(['a', 'b']), {value: 'x', from: 'ALIBABA_CLOUD_PROFILE'}))
      .to.throw(AckError, '/p.json has no profile "x" (from ALIBABA_CLOUD_PROFILE)')
      .that.includes({code: 'ProfileNotFound', nextStep: 'choose one of: a, b'})
    expect(() => chooseProfile(file(['a', 'b'], ''), undefined)).to.throw(
      AckError,
      'has no profile "" (from its "current")',
    )
    expect(() => chooseProfile(file([]), undefined)).to.throw(AckError, 'has no profiles')
  })

  it('leaves it open which of several is meant', () => {
    expect(chooseProfile(file(['a', 'b']), undefined)).to.equal(undefined)
    expect(ambiguousProfile('/p.json', ['a', 'b'])).to.include({
      code: 'ProfileAmbiguous',
      message: '/p.json has several profiles; choose one: a, b',
    })
  })
})
