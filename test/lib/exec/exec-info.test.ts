import {expect} from 'chai'

import {AckError} from '../../../src/lib/base/errors.ts'
import {parseExecInfo} from '../../../src/lib/exec/exec-info.ts'

const info = (parts: object): string =>
  JSON.stringify({
    kind: 'ExecCredential',
    apiVersion: 'client.authentication.k8s.io/v1',
    spec: {interactive: false},
    ...parts,
  })

describe('parseExecInfo', () => {
  it('takes absent and empty exec info for a run outside of kubectl', () => {
    expect(parseExecInfo(undefined)).to.equal(undefined)
    expect(parseExecInfo('')).to.equal(undefined)
    expect(parseExecInfo(' \n')).to.equal(undefined)
  })

  it('reads both versions, interactive or not', () => {
    expect(parseExecInfo(info({}))).to.deep.equal({apiVersion: 'v1', interactive: false, clusterOptions: {}})
    expect(
      parseExecInfo(info({apiVersion: 'client.authentication.k8s.io/v1beta1', spec: {interactive: true}})),
    ).to.deep.equal({
      apiVersion: 'v1beta1',
      interactive: true,
      clusterOptions: {},
    })
  })

  it('reads the options of the cluster and leaves other keys alone', () => {
    const config = {clusterId: 'c1', regionId: 'eu-central-1', roleArn: 'acs:ram::1:role/r', audience: 'x'}
    const cluster = {server: 'https://x', 'certificate-authority-data': 'xx', config}
    expect(parseExecInfo(info({spec: {cluster}}))?.clusterOptions).to.deep.equal({
      'cluster-id': 'c1',
      'region-id': 'eu-central-1',
      'role-arn': 'acs:ram::1:role/r',
    })
    expect(parseExecInfo(info({spec: {cluster: {config: null}}}))?.clusterOptions).to.deep.equal({})
  })

  it('reads several roles to assume as a list, and takes null for no role', () => {
    const optionsOf = (roleArn: unknown) => parseExecInfo(info({spec: {cluster: {config: {roleArn}}}}))?.clusterOptions
    expect(optionsOf(['acs:ram::1:role/a', 'acs:ram::2:role/b'])).to.deep.equal({
      'role-arn': ['acs:ram::1:role/a', 'acs:ram::2:role/b'],
    })
    expect(optionsOf(null)).to.deep.equal({})
  })

  it('takes what other clients than client-go write', () => {
    for (const odd of [
      {kind: 'ExecCredentials'},
      {kind: null, status: null},
      {kind: undefined},
      {spec: null},
      {spec: 'text'},
      {spec: {cluster: []}},
      {spec: undefined},
      {spec: {}},
      {spec: []},
      {spec: {interactive: null, cluster: null}},
      {spec: {interactive: 'true'}},
      {spec: {interactive: 1}},
      {spec: {cluster: {}}},
      {spec: {cluster: {server: 7, 'certificate-authority-data': null}}},
      {spec: {cluster: {config: null}}},
      {spec: {cluster: {config: 'text'}}},
      {spec: {cluster: {config: ['x']}}},
      {spec: {cluster: {config: {clusterId: null}}}},
      {spec: {cluster: {config: {audience: 'x', nested: {clusterId: 'c2'}}}}, status: {token: 'x'}},
      {metadata: {creationTimestamp: null}, extra: [1, {}], ApiVersion: 'v7'},
    ])
      expect(parseExecInfo(info(odd)), JSON.stringify(odd)).to.deep.equal({
        apiVersion: 'v1',
        interactive: false,
        clusterOptions: {},
      })
  })

  it('takes white space around it', () => {
    for (const text of [`${info({})}\n`, ` \t\r\n${info({})} `])
      expect(parseExecInfo(text)?.apiVersion, JSON.stringify(text)).to.equal('v1')
  })

  it('says what is wrong with malformed exec info and never echoes it', () => {
    const broken: Record<string, string> = {
      '{"SECRET': 'is not JSON',
      '"SECRET"': 'is not a JSON object',
      '[]': 'is not a JSON object',
      [`{"SECRET":${'['.repeat(100_000)}`]: 'is not JSON',
      [info({apiVersion: 'client.authentication.k8s.io/v1alpha1SECRET'})]: 'has an apiVersion other than',
      null: 'is not a JSON object',
      '{}': 'has an apiVersion other than',
      [info({apiVersion: null})]: 'has an apiVersion other than',
      [info({apiVersion: ['client.authentication.k8s.io/v1']})]: 'has an apiVersion other than',
      [info({spec: {cluster: {config: {roleArn: ['SECRET', 1]}}}})]: 'whose roleArn is not text',
      [info({spec: {cluster: {config: {roleArn: {SECRET: 1}}}}})]: 'whose roleArn is not text',
      [info({spec: {cluster: {config: {clusterId: 'SECRET', roleArn: ''}}}})]: 'whose roleArn is empty',
      [info({spec: {cluster: {config: {roleArn: ['SECRET', ' ']}}}})]: 'whose roleArn is empty',
      [info({spec: {cluster: {config: {clusterId: 'SECRET', roleArn: []}}}})]: 'whose roleArn is empty',
      [info({spec: {cluster: {config: {clusterId: 5}}}})]: 'whose clusterId is not text',
      [info({spec: {cluster: {config: {clusterId: ['SECRET']}}}})]: 'whose clusterId is not text',
      [info({spec: {cluster: {config: {clusterId: 'c1', regionId: ['SECRET']}}}})]: 'whose regionId is not text',
      [info({spec: {cluster: {config: {clusterId: false}}}})]: 'whose clusterId is not text',
    }
    for (const [text, complaint] of Object.entries(broken)) {
      expect(() => parseExecInfo(text), text)
        .to.throw(AckError)
        .that.satisfies(
          ({code, message}: AckError) =>
            code === 'ExecInfoInvalid' && message.includes(complaint) && !message.includes('SECRET'),
        )
    }
  })
})
