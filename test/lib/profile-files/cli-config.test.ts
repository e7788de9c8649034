import {expect} from 'chai'

import {AckError} from '../../../src/lib/base/errors.ts'
import {parseCliConfig} from '../../../src/lib/profile-files/cli-config.ts'

describe('parseCliConfig', () => {
  it('reads profiles, keys in any case, numbers as text, null as absent, unknown keys left alone', () => {
    const text =
      '{"Current":"a","profiles":[{"name":"a","MODE":"AK","access_key_id":null,"sts_expiration":12,"new_key":{"x":1}}],"meta_path":""}'
    const file = parseCliConfig(text, '/p')
    const [profile] = file.profiles
    expect(file.current).to.equal('a')
    expect(profile).to.include({name: 'a', kind: 'AK', file: '/p'})
    expect(profile?.field('sts_expiration')).to.equal('12')
    expect(profile?.field('access_key_id')).to.equal('')
    expect(profile?.field('nothing')).to.equal('')
  })

  it('keeps every digit of a number, and refuses what is neither text nor number', () => {
    const {current, profiles} = parseCliConfig(
      String.raw`{"current":7.0,"profiles":[{"name":"a","cloud_sso_account_id":230000000000000001,"external_id" : 1.0,
        "access_key_secret":-1e400,"text":"\"7,","list":[1],"yes":true,"no":false,"object":{"1":2}}]}`,
      '/p',
    )
    const [profile] = profiles
    expect(current).to.equal('7.0')
    const fields = ['cloud_sso_account_id', 'external_id', 'access_key_secret', 'text']
    expect(fields.map((name) => profile?.field(name))).to.deep.equal(['230000000000000001', '1.0', '-1e400', '"7,'])
    for (const name of ['list', 'yes', 'no', 'object'])
      expect(() => profile?.field(name), name).to.throw(AckError, `has a "${name}" that is not text (profile number 1)`)
  })

  it('tells an absent current from an empty one', () => {
    expect(parseCliConfig('{}', '/p')).to.deep.include({current: undefined, profiles: []})
    expect(parseCliConfig('{"current":""}', '/p').current).to.equal('')
  })

  it('refuses two lists of profiles, of which Go would mix the fields', () => {
    for (const text of [
      '{"profiles":[{"name":"a","access_key_id":"SECRET"}],"profiles":[{"name":"b"}]}',
      '{"profiles":[{"name":"a"}], "x": {"profiles": 1}, "Profiles" : null}',
    ])
      expect(() => parseCliConfig(text, '/p'), text).to.throw(AckError, '/p has "profiles" twice')
    for (const text of [
      '{"x":{"profiles":[]},"profiles":[{"name":"a","profiles":"b"}],"y":["profiles"]}',
      String.raw`{"profiles":[{"name":"a","note":"\"profiles\":[], \"profiles\": {"}],"current":"profiles"}`,
    ])
      expect(parseCliConfig(text, '/p').profiles[0]?.name, text).to.equal('a')
  })

  it('names line and column where this Node tells them', () => {
    expect(() => parseCliConfig('{\n"current": "a",\n  "x": SECRET}', '/p')).to.throw(
      AckError,
      /^\/p is not JSON( \(line 3, column 8\))?$/,
    )
    expect(() => parseCliConfig('{\n"current": "a"\n  "x": "SECRET"}', '/p')).to.throw(
      AckError,
      '/p is not JSON (line 3, column 3)',
    )
  })

  it('says how the JSON is broken and quotes nothing of it', () => {
    const broken: Record<string, string> = {
      '': 'is empty',
      '{"profiles":[{"access_key_secret":"SECRET"}': 'ends too early',
      '{\n"current": "a",\n  "x": SECRET}': 'is not JSON',
      '[]': 'not a JSON object',
      [`{"SECRET":${'['.repeat(100_000)}`]: 'is not JSON',
      '{"current":["SECRET"]}': '"current" that is not text',
      '{"profiles":"SECRET"}': '"profiles" that are not a list',
      '{"profiles":["SECRET"]}': 'a profile that is not an object (number 1)',
      '{"profiles":[{"name":"a"},{"name":"b","mode":["SECRET"]}]}': '"mode" that is not text (profile number 2)',
    }
    for (const [text, complaint] of Object.entries(broken)) {
      expect(() => parseCliConfig(text, '/p'), text)
        .to.throw(AckError, complaint)
        .that.satisfies(
          ({code, message}: AckError) =>
            code === 'CredentialFileInvalid' && message.startsWith('/p ') && !message.includes('SECRET'),
        )
    }
  })
})
