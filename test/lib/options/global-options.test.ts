import {expect} from 'chai'

import {AckError} from '../../../src/lib/errors.ts'
import {readGlobalOptions, type GlobalOptions} from '../../../src/lib/options/global-options.ts'
import type {Flags} from '../../../src/lib/options/read-option.ts'

const read = (flags: Flags, env: Record<string, string> = {}): GlobalOptions =>
  readGlobalOptions({flags, execInfo: {}, env})

describe('readGlobalOptions', () => {
  it('names cn-hangzhou in requests while the user gave no region', () => {
    expect(read({})).to.include({regionId: 'cn-hangzhou', givenRegion: undefined})
    expect(read({'region-id': 'cn-hangzhou'})).to.include({regionId: 'cn-hangzhou', givenRegion: 'cn-hangzhou'})
    expect(read({}, {ACK_RAM_TOOL_REGION_ID: 'eu-central-1'})).to.include({givenRegion: 'eu-central-1'})
  })

  it('refuses a region that would leave its place in a host name', () => {
    for (const region of ['evil.example/', 'a.b', 'cn hangzhou', '-x', 'x@y']) {
      expect(() => read({'region-id': region}), region).to.throw(AckError, '--region-id is not a region id')
    }
  })

  it('logs at debug by -v, by --log-level, by variables and by the words of the Go tool in DEBUG', () => {
    expect(read({}).logLevel).to.equal('info')
    expect(read({'log-level': 'warn'}).logLevel).to.equal('warn')
    expect(read({verbose: true, 'log-level': 'error'}).logLevel).to.equal('debug')
    expect(read({}, {ACK_RAM_TOOL_VERBOSE: 'T'}).logLevel).to.equal('debug')
    expect(read({}, {ACK_RAM_TOOL_LOG_LEVEL: 'ERROR'}).logLevel).to.equal('error')
    for (const word of ['sdk', 'tea', 'ACK-RAM-TOOL', 'other,sdk'])
      expect(read({}, {DEBUG: word}).logLevel, word).to.equal('debug')
    expect(read({}, {DEBUG: 'express'}).logLevel).to.equal('info')
  })

  it('writes log lines in the format of errors unless told otherwise', () => {
    expect(read({}).logFormat).to.equal('text')
    expect(read({'error-format': 'json'}).logFormat).to.equal('json')
    expect(read({'error-format': 'json', 'log-format': 'text'}).logFormat).to.equal('text')
  })

  it('does not ignore a credential type that it cannot follow', () => {
    expect(read({'credential-type': 'auto'})).to.be.an('object')
    for (const type of ['imds', 'ecs-role']) {
      expect(() => read({'credential-type': type}))
        .to.throw(AckError)
        .with.property('code', 'OptionNotSupported')
      expect(() => read({}, {ACK_RAM_TOOL_CREDENTIAL_TYPE: type})).to.throw(AckError, 'ACK_RAM_TOOL_CREDENTIAL_TYPE')
    }
    expect(() => read({'credential-type': 'nonsense'}))
      .to.throw(AckError)
      .with.property('code', 'InvalidOption')
  })

  it('reads endpoints by every name they have', () => {
    expect(read({}, {ALIBABA_CLOUD_STS_ENDPOINT: 'sts.b'}).stsEndpoint?.host).to.equal('sts.b')
    expect(
      read({}, {ALIBABA_CLOUD_STS_ENDPOINT: 'sts.b', ACK_RAM_TOOL_STS_ENDPOINT: 'sts.a'}).stsEndpoint?.host,
    ).to.equal('sts.a')
    expect(read({}, {CS_ENDPOINT: 'cs.a'}).csEndpoint?.host).to.equal('cs.a')
  })
})
