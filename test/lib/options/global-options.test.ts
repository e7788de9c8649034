import {expect} from 'chai'

import {AckError} from '../../../src/lib/base/errors.ts'
import {GLOBAL_OPTIONS} from '../../../src/lib/options/definitions.ts'
import {parseDuration} from '../../../src/lib/options/duration.ts'
import {readGlobalOptions, type GlobalOptions} from '../../../src/lib/options/global-options.ts'
import {chooseStsEndpoint} from '../../../src/lib/options/endpoint.ts'
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
      expect(() => read({'region-id': region}), region).to.throw(AckError, 'invalid region ID in --region-id')
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

  describe('with the public STS endpoint as a flag, as the kubeconfigs of the Go tool always have it,', () => {
    const PUBLIC = {'sts-endpoint': 'sts.aliyuncs.com'}
    const VPC = {ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED: 'true'}
    const hostOf = (flags: Flags, env: Record<string, string> = {}): string => chooseStsEndpoint(read(flags, env)).host

    it('goes where the environment says', () => {
      expect(hostOf(PUBLIC)).to.equal('sts.aliyuncs.com')
      for (const name of ['ALIBABA_CLOUD_STS_ENDPOINT', 'ACK_RAM_TOOL_STS_ENDPOINT'])
        expect(hostOf(PUBLIC, {[name]: 'sts-vpc.cn-beijing.aliyuncs.com'}), name).to.equal(
          'sts-vpc.cn-beijing.aliyuncs.com',
        )
      const inBeijing = {'region-id': 'cn-beijing', 'sts-endpoint': 'sts.cn-beijing.aliyuncs.com'}
      expect(hostOf(inBeijing)).to.equal('sts.cn-beijing.aliyuncs.com')
      expect(hostOf(inBeijing, {ALIBABA_CLOUD_STS_ENDPOINT: 'sts.own'})).to.equal('sts.own')
      expect(hostOf(inBeijing, VPC)).to.equal('sts-vpc.cn-beijing.aliyuncs.com')
    })

    it('lets any other endpoint stay what was typed', () => {
      const env = {ALIBABA_CLOUD_STS_ENDPOINT: 'sts.env', ...VPC, ACK_RAM_TOOL_REGION_ID: 'cn-beijing'}
      expect(hostOf({'sts-endpoint': 'sts.typed'}, env)).to.equal('sts.typed')
      expect(hostOf({'sts-endpoint': 'sts.cn-shanghai.aliyuncs.com'}, env)).to.equal('sts.cn-shanghai.aliyuncs.com')
      expect(hostOf({...PUBLIC, 'vpc-endpoint': true, 'region-id': 'cn-beijing'})).to.equal('sts.aliyuncs.com')
    })
  })

  it('uses VPC endpoints by the variable of the SDKs where a region is known', () => {
    const vpc = {ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED: 'true'}
    const region = {ACK_RAM_TOOL_REGION_ID: 'cn-beijing'}
    expect(read({}, {...vpc, ...region}).usesVpc).to.equal(true)
    expect(read({'region-id': 'cn-beijing'}, vpc).usesVpc).to.equal(true)
    expect(read({}, vpc).usesVpc).to.equal(false)
    expect(read({}, {...vpc, ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED: 'false', ...region}).usesVpc).to.equal(false)
    expect(read({}, {ACK_RAM_TOOL_VPC_ENDPOINT: 'true'}).usesVpc).to.equal(true)
    const ofSts = read({'sts-endpoint': 'sts.aliyuncs.com'}, {...vpc, ALIBABA_CLOUD_STS_REGION: 'cn-beijing'})
    expect(ofSts.stsEndpoint?.host).to.equal('sts-vpc.cn-beijing.aliyuncs.com')
    expect(() => read({}, {...vpc, ALIBABA_CLOUD_STS_REGION: 'a.b'})).to.throw(AckError, 'ALIBABA_CLOUD_STS_REGION')
  })

  it('forces instance metadata by either word, flag or variable, and leaves other types to plugins', () => {
    expect(read({}).credentialType).to.equal('any')
    expect(read({'credential-type': 'auto'}, {ACK_RAM_TOOL_CREDENTIAL_TYPE: 'imds'}).credentialType).to.equal('any')
    for (const type of ['imds', 'ecs-role']) {
      expect(read({'credential-type': type}).credentialType, type).to.equal('imds')
      expect(read({}, {ACK_RAM_TOOL_CREDENTIAL_TYPE: type}).credentialType, type).to.equal('imds')
    }
    expect(read({'credential-type': 'vault'}).credentialType).to.deep.equal({
      ofPlugin: {value: 'vault', from: '--credential-type'},
    })
  })

  it('reads the deadline as a Go duration or as seconds, and refuses none at all', () => {
    const {timeout} = GLOBAL_OPTIONS
    expect(read({}).timeoutMs).to.equal(parseDuration({value: timeout.default, from: 'default'}))
    expect(read({timeout: '1m30s'}).timeoutMs).to.equal(90_000)
    expect(read({}, {ACK_RAM_TOOL_TIMEOUT: '5'}).timeoutMs).to.equal(5000)
    for (const timeout of ['0', '0s', '-1s', 'soon', '1d', '1 s'])
      expect(() => read({timeout}), timeout).to.throw(AckError, '--timeout')
  })

  it('reads the roles to assume in their order, by flags or one variable', () => {
    const roles = ['acs:ram::1:role/a', 'acs:ram::1:role/b']
    expect(read({'role-arn': roles}).role.arns.map(({value}) => value)).to.deep.equal(roles)
    expect(read({}, {ACK_RAM_TOOL_ROLE_ARN: roles.join(', ')}).role.arns.map(({value}) => value)).to.deep.equal(roles)
    const many = (length: number): string => Array.from({length}, () => roles[0]).join(',')
    expect(read({}, {ACK_RAM_TOOL_ROLE_ARN: many(20)}).role.arns).to.have.length(20)
    expect(() => read({}, {ACK_RAM_TOOL_ROLE_ARN: many(21)})).to.throw(
      AckError,
      'ACK_RAM_TOOL_ROLE_ARN names more than 20 roles',
    )
    expect(read({}).role).to.deep.equal({
      arns: [],
      sessionName: {value: 'ack-ram-tool', from: 'default'},
      externalId: undefined,
      durationSeconds: undefined,
      policy: undefined,
    })
  })

  it('reads session name, external id, duration and policy of a role', () => {
    const flags = {
      'role-arn': ['acs:ram::1:role/a'],
      'role-external-id': 'x',
      'role-duration': '30m',
      'role-policy': '{"Version": "1"}',
    }
    expect(read(flags).role).to.deep.include({externalId: 'x', durationSeconds: 1800, policy: '{"Version":"1"}'})
    expect(read({}, {ALICLOUD_ROLE_SESSION_NAME: 'b'}).role.sessionName.value).to.equal('b')
    expect(
      read({}, {ALICLOUD_ROLE_SESSION_NAME: 'b', ALIBABA_CLOUD_ROLE_SESSION_NAME: 'a'}).role.sessionName.value,
    ).to.equal('a')
    expect(read({'role-session-name': 'c'}, {ALIBABA_CLOUD_ROLE_SESSION_NAME: 'a'}).role.sessionName.value).to.equal(
      'c',
    )
  })

  it('hands on a policy as it is written, without a byte order mark and blanks between words', () => {
    const policyOf = (policy: string): string | undefined =>
      read({'role-arn': ['acs:ram::1:role/a'], 'role-policy': policy}).role.policy
    const odd = '{"a b":"c : \\" d","2":12345678901234567890,"1":[{"x":null},{"x":1e3}]}'
    expect(policyOf(odd)).to.equal(odd)
    expect(policyOf(`\uFEFF\n{ "a b" : "c : \\" d",\t"x":[ ] }\r\n`)).to.equal('{"a b":"c : \\" d","x":[]}')
    for (const value of ['5', '[]', 'null', '"SECRET"', 'true'])
      expect(() => policyOf(value), value).to.throw(AckError, /^the RAM policy in --role-policy is not a JSON object$/)
    for (const twice of [
      '{"Effect":"Deny","Effect":"Allow"}',
      '{"Statement":[{"a":1},{"Effect":"Deny", "\\u0045ffect" : "Deny"}]}',
    ])
      expect(() => policyOf(twice), twice).to.throw(AckError, 'has an object in which a name stands twice')
  })

  it('refuses what no role can have, and flags that shape a role where there is none', () => {
    const role = {'role-arn': ['acs:ram::1:role/a']}
    expect(() => read({...role, 'role-duration': '899'})).to.throw(AckError, '--role-duration is out of range')
    expect(() => read({...role, 'role-policy': 'SECRET'})).to.throw(
      AckError,
      /^the RAM policy in --role-policy is not JSON$/,
    )
    expect(() => read({...role, 'role-policy': '@/gone'})).to.throw(AckError, 'cannot read /gone')
    for (const flags of [{'role-duration': '1h'}, {'role-external-id': 'x'}, {'role-policy': '{}'}]) {
      expect(() => read(flags)).to.throw(AckError, 'requires --role-arn')
    }
  })

  it('takes no time limit that no timer can hold', () => {
    for (const timeout of ['24h1ms', '999999999h', `${'9'.repeat(400)}s`, '9'.repeat(400)])
      expect(() => read({timeout}), timeout).to.throw(AckError, '--timeout must be at most 24h')
    for (const timeout of ['1e400h', '-1s', 'Infinity'])
      expect(() => read({timeout}), timeout).to.throw(AckError, 'invalid duration for --timeout')
    expect(read({timeout: '24h'}).timeoutMs).to.equal(86_400_000)
  })

  it('reads endpoints by every name they have', () => {
    expect(read({}, {ALIBABA_CLOUD_STS_ENDPOINT: 'sts.b'}).stsEndpoint?.host).to.equal('sts.b')
    expect(
      read({}, {ALIBABA_CLOUD_STS_ENDPOINT: 'sts.b', ACK_RAM_TOOL_STS_ENDPOINT: 'sts.a'}).stsEndpoint?.host,
    ).to.equal('sts.a')
    expect(read({}, {CS_ENDPOINT: 'cs.a'}).csEndpoint?.host).to.equal('cs.a')
  })
})
