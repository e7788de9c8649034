import {expect} from 'chai'

import {AckError} from '../../../src/lib/base/errors.ts'
import {parseCredentialsIni} from '../../../src/lib/profile-files/credentials-ini.ts'

const valueOf = (line: string): string | undefined => parseCredentialsIni(`[a]\n${line}`, '/p').profiles[0]?.field('k')

describe('parseCredentialsIni', () => {
  it('reads sections in order, with any line ends and blanks around', () => {
    const {profiles} = parseCredentialsIni(
      '# comment\r\n[default]\r\n type = sts \r\n\r\n[ other ] ; comment\rtype=access_key\n',
      '/p',
    )
    expect(profiles.map(({name, kind}) => [name, kind])).to.deep.equal([
      ['default', 'sts'],
      ['other', 'access_key'],
    ])
  })

  it('takes the last of equal keys', () => {
    expect(valueOf('k = 1\nk = 2')).to.equal('2')
  })

  it('starts a comment only at the start of a line or after white space', () => {
    expect(valueOf('k = b#x')).to.equal('b#x')
    expect(valueOf('k = b;x')).to.equal('b;x')
    expect(valueOf('k = b #x')).to.equal('b')
    expect(valueOf('k = b\t; x')).to.equal('b')
    expect(valueOf('k = # x')).to.equal('')
  })

  it('takes quotes around a value away, and leaves others', () => {
    expect(valueOf('k = "b #x"')).to.equal('b #x')
    expect(valueOf("k = 'b' ; x")).to.equal('b')
    expect(valueOf('k = b"c')).to.equal('b"c')
  })

  it('takes the last closing quote, unless something other than a comment follows it', () => {
    expect(valueOf(`k = "a"b"`)).to.equal('a"b')
    expect(valueOf(`k = 'it''s' # x`)).to.equal("it''s")
    expect(valueOf(`k = "a" # it's "b"`)).to.equal(`a" # it's "b`)
    expect(valueOf(`k = "a" b`)).to.equal('"a" b')
    expect(valueOf(`k = "a`)).to.equal('"a')
    expect(valueOf(`k = "`)).to.equal('"')
    expect(valueOf(`k = ""`)).to.equal('')
    expect(valueOf(`k = "a" "b" ; c`)).to.equal('a" "b')
  })

  it('reads the largest file in no time, whatever is in it', () => {
    const started = process.cpuUsage()
    for (const part of ['" ', "' ", '";', ' ;\u2028', '"\t', '# "', '[', '=', ' '])
      valueOf(`k = "${part.repeat((1024 * 1024) / part.length)}x`)
    expect(process.cpuUsage(started).user / 1000, 'milliseconds').to.be.below(3000)
  })

  it('keeps brackets and equals signs of a value', () => {
    expect(valueOf('k = a=[b]=')).to.equal('a=[b]=')
  })

  it('keeps apart what says nothing, or is in no section', () => {
    const {profiles, unread} = parseCredentialsIni('k = 1\nSECRET\n[a]\nSECRET\nk = 2\n[b]\n= SECRET\nk', '/p')
    const [a, b] = profiles
    expect(profiles.map(({field}) => field('k'))).to.deep.equal(['2', ''])
    const complaint = 'has a line that is neither a [section] nor key = value'
    expect(unread).to.deep.equal([
      {line: 1, complaint: 'has a key before the first [section]', profile: undefined},
      {line: 2, complaint, profile: undefined},
      {line: 4, complaint, profile: a},
      {line: 7, complaint, profile: b},
      {line: 8, complaint, profile: b},
    ])
  })

  it('names the line that it cannot read and quotes nothing of it', () => {
    for (const [text, line] of [
      ['SECRET', 1],
      ['k = SECRET', 1],
      ['[a]\n[SECRET', 2],
      ['[SECRET\n[a]', 1],
      ['[SECRET=x\n[a]', 1],
    ] as const) {
      expect(() => parseCredentialsIni(text, '/p'), text)
        .to.throw(AckError, `(line ${line})`)
        .that.satisfies(({code, message}: AckError) => code === 'CredentialFileInvalid' && !message.includes('SECRET'))
    }
  })
})
