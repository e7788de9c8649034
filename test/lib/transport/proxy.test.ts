import {expect} from 'chai'

import {AckError} from '../../../src/lib/base/errors.ts'
import type {Environment} from '../../../src/lib/base/runtime.ts'
import {proxyFor} from '../../../src/lib/transport/proxy.ts'

const HTTPS_PROXY = 'http://proxy.example:3128'
const forUrl = (url: string, env: Environment): string | undefined => proxyFor(new URL(url), env)?.host

describe('proxyFor', () => {
  it('asks HTTPS_PROXY, then ALL_PROXY, upper case first', () => {
    const url = 'https://sts.aliyuncs.com/'
    const env: Environment = {HTTPS_PROXY: 'http://a:1', https_proxy: 'b:2', ALL_PROXY: 'socks5://c', all_proxy: 'd:4'}
    expect(forUrl(url, env)).to.equal('a:1')
    expect(forUrl(url, {...env, HTTPS_PROXY: ''})).to.equal('b:2')
    expect(forUrl(url, {...env, HTTPS_PROXY: '', https_proxy: ''})).to.equal('c')
    expect(forUrl(url, {all_proxy: 'd:4'})).to.equal('d:4')
    expect(forUrl(url, {HTTP_PROXY: 'http://a:1'})).to.equal(undefined)
    expect(forUrl(url, {})).to.equal(undefined)
  })

  it('reads kind, host, port and login', () => {
    const proxy = proxyFor(new URL('https://a.example'), {HTTPS_PROXY: 'socks5h://us%40er:SECRET%3Ap@[::2]:1081'})
    expect(proxy).to.deep.include({kind: 'socks5', hostname: '::2', port: 1081, host: '[::2]:1081'})
    expect(proxy?.login?.username).to.equal('us@er')
    expect(proxy?.login?.password.reveal()).to.equal('SECRET:p')
    expect(JSON.stringify(proxy)).not.to.contain('SECRET')
  })

  it('has none for plain http, which stays on its own link, nor for this machine', () => {
    const env = {HTTPS_PROXY, HTTP_PROXY: HTTPS_PROXY, ALL_PROXY: HTTPS_PROXY}
    for (const url of ['http://100.100.100.200/', 'http://127.0.0.1/', 'https://localhost:8443/', 'https://[fe80::1]/'])
      expect(forUrl(url, env), url).to.equal(undefined)
  })

  const exempted = (url: string, NO_PROXY: string): boolean =>
    forUrl(url, {HTTPS_PROXY, no_proxy: NO_PROXY}) === undefined

  it('spares what NO_PROXY names', () => {
    const url = 'https://sts.example.test/'
    for (const entry of [
      'sts.example.test',
      'STS.Example.test',
      'example.test',
      '.example.test',
      '*.test',
      '*',
      'x, test',
    ])
      expect(exempted(url, entry), entry).to.equal(true)
    for (const entry of ['sts.example.test:443', 'x sts.example.test'])
      expect(exempted(url, entry), entry).to.equal(true)
    expect(exempted('https://10.1.2.3/', '10.0.0.0/8')).to.equal(true)
    expect(exempted('https://10.1.2.3:8443/', '10.1.2.3:8443')).to.equal(true)
    expect(exempted('https://[fd00::1]/', 'fd00::/8')).to.equal(true)
    expect(exempted('https://[fd00::1]:8443/', '[fd00::1]:8443')).to.equal(true)
    expect(exempted('https://[fd00::1]/', 'fd00::1')).to.equal(true)
  })

  it('knows an address and a name in every spelling', () => {
    for (const entry of ['2001:DB8:0:0:0:0:0:1', '2001:db8::0001', '[2001:db8:0::1]:443', '2001:0DB8::/32'])
      expect(exempted('https://[2001:db8::1]/', entry), entry).to.equal(true)
    expect(exempted('https://[2001:0db8:0:0::1]/', '2001:db8::1')).to.equal(true)
    for (const entry of ['2001:db8::2', '[2001:db8:0::1]:444', '::1'])
      expect(exempted('https://[2001:db8::1]/', entry), entry).to.equal(false)
    for (const entry of ['10.1.2.3', '::ffff:10.1.2.3', '::FFFF:a01:203', '10.0.0.0/8', '::ffff:10.0.0.0/104']) {
      expect(exempted('https://[::ffff:10.1.2.3]/', entry), entry).to.equal(true)
      expect(exempted('https://10.1.2.3/', entry), entry).to.equal(true)
    }
    for (const entry of ['bücher.invalid', 'BÜCHER.invalid', 'xn--bcher-kva.invalid', 'bücher.invalid:443'])
      for (const host of ['bücher.invalid', 'xn--bcher-kva.invalid', 'www.bücher.invalid'])
        expect(exempted(`https://${host}/`, entry), entry).to.equal(true)
    expect(exempted('https://bücher.invalid/', '.bücher.invalid')).to.equal(false)
    expect(exempted('https://www.bücher.invalid/', '*.bücher.invalid')).to.equal(true)
    expect(exempted('https://bucher.invalid/', 'bücher.invalid')).to.equal(false)
    expect(exempted('https://bücher.invalid/', 'ü')).to.equal(false)
    expect(exempted('https://2.0.0.3/', '2.3'), 'which is no address').to.equal(false)
  })

  it('spares nothing else', () => {
    const url = 'https://sts.example.test/'
    for (const entry of ['', 'ample.test', 'sts.example.test:8443', '.sts.example.test', '*.sts.example.test', ','])
      expect(exempted(url, entry), entry).to.equal(false)
    for (const entry of [
      '10.0.0.0/16',
      '10.0.0.0/99',
      '10.0.0.0/8.5',
      '10.0.0.0/x',
      '10.0.0.0/',
      'fd00::/8',
      '0.1.2.3',
    ])
      expect(exempted('https://10.1.2.3/', entry), entry).to.equal(false)
  })

  it('refuses a login that is not percent-encoded, without showing or looking up a part of it', () => {
    for (const value of [
      'http://user:p@SECRET#@proxy.example:8080',
      'http://user:2026/SECRET@proxy.example:3128',
      String.raw`http://corp\user:SECRET@proxy.example:3128`,
      'user:SECRET?@proxy.example:3128',
      'http://user:SECRET word@proxy.example:3128',
      'http://us er:SECRET@proxy.example:3128',
      'http://user:SECRET\t@proxy.example:3128',
      'http://user:SECRET@@proxy.example:3128',
      'http://user:SECRET@2026@proxy.example:3128',
      'socks5://user:SECRET/@proxy.example:1080',
      'https://user:#SECRET@proxy.example',
      'http:///user:SECRET@proxy.example',
      'http://user:SECRET%@proxy.example:3128',
    ])
      for (const name of ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'])
        expect(() => forUrl('https://a.example', {[name]: value}), value)
          .to.throw(AckError, `the user or password in ${name} is not percent-encoded`)
          .that.satisfies(({message, nextStep}: AckError) => !/SECRET|user:|2026/.test(`${message} ${nextStep}`))
  })

  it('refuses what is no proxy, without showing it', () => {
    for (const value of [
      'ftp://SECRET@host',
      'http://',
      'http://[SECRET',
      'http://user:SECRET%@host',
      ':8080',
      'user:1://SECRET@a',
    ]) {
      let error: unknown
      try {
        forUrl('https://a.example', {all_proxy: value})
      } catch (thrown) {
        error = thrown
      }
      expect(error, value).to.be.instanceOf(AckError)
      expect(error).to.include({code: 'InvalidOption', exitCode: 2})
      const {message, nextStep} = error as AckError
      expect(message).to.contain('all_proxy')
      expect(message + nextStep).not.to.contain('SECRET')
    }
  })
})
