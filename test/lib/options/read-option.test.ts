import {expect} from 'chai'

import {AckError} from '../../../src/lib/base/errors.ts'
import {TOKEN_OPTIONS} from '../../../src/lib/options/exec-definitions.ts'
import {GLOBAL_OPTIONS} from '../../../src/lib/options/definitions.ts'
import {parseGoBoolean, readBoolean, readText} from '../../../src/lib/options/read-option.ts'

describe('parseGoBoolean', () => {
  it('knows the exact words of Go and no others', () => {
    for (const word of ['1', 't', 'T', 'TRUE', 'true', 'True']) expect(parseGoBoolean(word), word).to.equal(true)
    for (const word of ['0', 'f', 'F', 'FALSE', 'false', 'False']) expect(parseGoBoolean(word), word).to.equal(false)
    for (const word of ['', 'yes', 'on', 'tRUE', ' true', 'true ', '2', undefined])
      expect(parseGoBoolean(word), String(word)).to.equal(undefined)
  })
})

describe('readBoolean', () => {
  const read = (flag: boolean | undefined, variable?: string): boolean =>
    readBoolean('verbose', GLOBAL_OPTIONS.verbose, {
      flags: {verbose: flag},
      execInfo: {},
      env: {ACK_RAM_TOOL_VERBOSE: variable},
    })

  it('is on by flag or by variable, and a flag of false does not beat the variable, as in Go', () => {
    expect(read(true)).to.equal(true)
    expect(read(undefined, 'true')).to.equal(true)
    expect(read(false, '1')).to.equal(true)
  })

  it('is off without either, and a variable that Go cannot parse is ignored', () => {
    expect(read(undefined)).to.equal(false)
    expect(read(undefined, 'yes')).to.equal(false)
    expect(read(undefined, 'false')).to.equal(false)
  })
})

describe('readText', () => {
  const clusterId = TOKEN_OPTIONS['cluster-id']
  const everywhere = {
    flags: {'cluster-id': 'by-flag'},
    execInfo: {'cluster-id': 'by-exec-info'},
    env: {ACK_RAM_TOOL_CLUSTER_ID: 'by-env'},
  }

  it('takes the flag first, then exec info, then the environment', () => {
    expect(readText('cluster-id', clusterId, everywhere)).to.deep.equal({value: 'by-flag', from: '--cluster-id'})
    expect(readText('cluster-id', clusterId, {...everywhere, flags: {}})?.value).to.equal('by-exec-info')
    expect(readText('cluster-id', clusterId, {...everywhere, flags: {}, execInfo: {}})).to.deep.equal({
      value: 'by-env',
      from: 'ACK_RAM_TOOL_CLUSTER_ID',
    })
  })

  it('takes empty text for no text', () => {
    expect(readText('cluster-id', clusterId, {...everywhere, flags: {'cluster-id': ''}})?.value).to.equal(
      'by-exec-info',
    )
    expect(readText('cluster-id', clusterId, {flags: {}, execInfo: {}, env: {ACK_RAM_TOOL_CLUSTER_ID: ''}})).to.equal(
      undefined,
    )
  })

  it('takes the right name of a variable before the misspelt one', () => {
    const env = {ACK_RAM_TOOL_PROFIL_ENAME: 'misspelt'}
    const read = (variables: object): string | undefined =>
      readText('profile-name', GLOBAL_OPTIONS['profile-name'], {flags: {}, execInfo: {}, env: {...variables}})?.value
    expect(read(env)).to.equal('misspelt')
    expect(read({...env, ACK_RAM_TOOL_PROFILE_NAME: 'right'})).to.equal('right')
  })

  it('refuses a value that is not accepted, whoever gave it, and says which are', () => {
    const read = (): unknown =>
      readText('api-version', TOKEN_OPTIONS['api-version'], {
        flags: {},
        execInfo: {},
        env: {ACK_RAM_TOOL_API_VERSION: 'v9'},
      })
    expect(read)
      .to.throw(AckError, 'invalid value "v9" for ACK_RAM_TOOL_API_VERSION')
      .that.includes({code: 'InvalidOption', nextStep: 'use one of: v1, v1beta1'})
  })

  it('accepts upper case only where the option says so', () => {
    expect(
      readText('log-level', GLOBAL_OPTIONS['log-level'], {flags: {'log-level': 'ERROR'}, execInfo: {}, env: {}})?.value,
    ).to.equal('error')
    expect(() =>
      readText('api-version', TOKEN_OPTIONS['api-version'], {flags: {'api-version': 'V1'}, execInfo: {}, env: {}}),
    ).to.throw(AckError)
  })
})
