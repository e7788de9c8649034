import {expect} from 'chai'

import {AckError} from '../../../src/lib/base/errors.ts'
import {chooseCsEndpoint, chooseStsEndpoint, parseEndpoint, type Endpoint} from '../../../src/lib/options/endpoint.ts'

const parse = (value: string): Endpoint => parseEndpoint({value, from: '--sts-endpoint'})

describe('parseEndpoint', () => {
  it('reads a host, a host with a port and an https URL', () => {
    expect(parse('sts.aliyuncs.com')).to.deep.equal({scheme: 'https', host: 'sts.aliyuncs.com'})
    expect(parse('sts.example:8443')).to.deep.equal({scheme: 'https', host: 'sts.example:8443'})
    expect(parse('https://sts.example//')).to.deep.equal({scheme: 'https', host: 'sts.example'})
  })

  it('takes plain http for this machine only', () => {
    for (const host of ['127.0.0.1:8080', 'localhost:8080', '[::1]:8080'])
      expect(parse(`http://${host}`)).to.deep.equal({scheme: 'http', host})
    for (const host of ['sts.aliyuncs.com', '127.0.0.1.evil.example', '10.0.0.1']) {
      expect(() => parse(`http://${host}`), host).to.throw(AckError, 'plain http')
    }
  })

  it('refuses everything that is more or less than an address, without quoting it', () => {
    for (const value of ['https://', 'ftp://a', 'a/b', 'a?x=SECRET', 'https://user:SECRET@a', 'a b', 'a#b', ':80']) {
      expect(() => parse(value), value).to.throw(AckError, /^invalid endpoint in --sts-endpoint$/)
    }
  })
})

describe('chooseStsEndpoint', () => {
  const none = {stsEndpoint: undefined, csEndpoint: undefined, givenRegion: undefined, usesVpc: false}
  const endpoint = {scheme: 'https', host: 'sts.of.profile'} as const

  it("is the global host without a region, else the region's", () => {
    expect(chooseStsEndpoint(none)).to.deep.equal({scheme: 'https', host: 'sts.aliyuncs.com'})
    expect(chooseStsEndpoint({...none, givenRegion: 'eu-central-1'}).host).to.equal('sts.eu-central-1.aliyuncs.com')
    expect(chooseStsEndpoint({...none, givenRegion: 'cn-hangzhou-finance'}).host).to.equal(
      'sts.cn-hangzhou.aliyuncs.com',
    )
  })

  it("is the user's, then the profile's, then that of the profile's region", () => {
    const user = {...none, stsEndpoint: {scheme: 'https', host: 'sts.of.user'}, givenRegion: 'eu-central-1'} as const
    expect(chooseStsEndpoint(user, {endpoint, region: 'cn-beijing'}).host).to.equal('sts.of.user')
    expect(chooseStsEndpoint({...user, stsEndpoint: undefined}, {endpoint, region: 'cn-beijing'}).host).to.equal(
      'sts.of.profile',
    )
    expect(
      chooseStsEndpoint({...user, stsEndpoint: undefined}, {endpoint: undefined, region: 'cn-beijing'}).host,
    ).to.equal('sts.cn-beijing.aliyuncs.com')
  })
})

describe('endpoints inside a VPC', () => {
  const vpc = {stsEndpoint: undefined, csEndpoint: undefined, givenRegion: 'cn-hangzhou-finance', usesVpc: true}

  it('are those of the region', () => {
    expect(chooseStsEndpoint(vpc).host).to.equal('sts-vpc.cn-hangzhou.aliyuncs.com')
    expect(chooseStsEndpoint({...vpc, givenRegion: 'cn-beijing'}).host).to.equal('sts-vpc.cn-beijing.aliyuncs.com')
    expect(chooseCsEndpoint({...vpc, givenRegion: 'cn-beijing'}).host).to.equal('cs-anony-vpc.cn-beijing.aliyuncs.com')
  })

  it('need a region, but for the one STS that is everywhere', () => {
    expect(chooseStsEndpoint({...vpc, givenRegion: undefined}).host).to.equal('sts.aliyuncs.com')
    expect(() => chooseCsEndpoint({...vpc, givenRegion: undefined})).to.throw(AckError, 'no global VPC endpoint')
  })

  it('give way to the one that the user names', () => {
    const csEndpoint = {scheme: 'https', host: 'cs.of.user'} as const
    expect(chooseCsEndpoint({...vpc, givenRegion: undefined, csEndpoint})).to.equal(csEndpoint)
  })
})

describe('chooseCsEndpoint', () => {
  const none = {csEndpoint: undefined, givenRegion: undefined, usesVpc: false}

  it("is the global host without a region, else the region's", () => {
    expect(chooseCsEndpoint(none)).to.deep.equal({scheme: 'https', host: 'cs.aliyuncs.com'})
    expect(chooseCsEndpoint({...none, givenRegion: 'eu-central-1'}).host).to.equal('cs.eu-central-1.aliyuncs.com')
  })
})
