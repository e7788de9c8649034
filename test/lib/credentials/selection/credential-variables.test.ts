import {expect} from 'chai'

import {Secret} from '../../../../src/lib/base/secret.ts'
import {
  setCredentialVariables,
  staleVariables,
  variablesOf,
} from '../../../../src/lib/credentials/selection/credential-variables.ts'

const PAIR = {accessKeyId: 'LTAI1', accessKeySecret: new Secret('SECRET-1')}
const SESSION = {...PAIR, securityToken: new Secret('SECRET-2')}

describe('variablesOf', () => {
  it('names an AccessKey as the aliyun CLI, Terraform and the SDKs do', () => {
    expect(variablesOf(PAIR)).to.deep.equal([
      {
        title: 'for aliyun cli:',
        variables: [
          ['ALIBABACLOUD_ACCESS_KEY_ID', 'LTAI1'],
          ['ALIBABACLOUD_ACCESS_KEY_SECRET', 'SECRET-1'],
          ['ALIBABACLOUD_IGNORE_PROFILE', 'TRUE'],
        ],
      },
      {
        title: 'for terraform:',
        variables: [
          ['ALICLOUD_ACCESS_KEY', 'LTAI1'],
          ['ALICLOUD_SECRET_KEY', 'SECRET-1'],
        ],
      },
      {
        title: 'for other tools:',
        variables: [
          ['ALIBABA_CLOUD_ACCESS_KEY_ID', 'LTAI1'],
          ['ALIYUN_LOG_CLI_ACCESSID', 'LTAI1'],
          ['ALIBABA_CLOUD_ACCESS_KEY_SECRET', 'SECRET-1'],
          ['ALIYUN_LOG_CLI_ACCESSKEY', 'SECRET-1'],
        ],
      },
    ])
  })

  it('adds the security token of a session in every group', () => {
    const added = variablesOf(SESSION).map(({variables}) =>
      variables.filter(([, value]) => value === 'SECRET-2').map(([name]) => name),
    )
    expect(added).to.deep.equal([
      ['ALIBABACLOUD_SECURITY_TOKEN'],
      ['ALICLOUD_SECURITY_TOKEN'],
      ['ALIBABA_CLOUD_SECURITY_TOKEN', 'ALICLOUD_ACCESS_KEY_STS_TOKEN', 'ALIYUN_LOG_CLI_STS_TOKEN'],
    ])
  })
})

/** What would choose credentials beside ours: for the SDKs, the aliyun CLI, Terraform and this program. */
const OTHERS = [
  'ACCESS_KEY_ID',
  'ACCESS_KEY_SECRET',
  'SECURITY_TOKEN',
  'ALIBABA_CLOUD_ROLE_ARN',
  'ALIBABACLOUD_ROLE_ARN',
  'ALIBABA_CLOUD_OIDC_PROVIDER_ARN',
  'ALIBABA_CLOUD_OIDC_TOKEN_FILE',
  'ALIBABA_CLOUD_ROLE_SESSION_NAME',
  'ALICLOUD_ROLE_SESSION_NAME',
  'ALIBABA_CLOUD_EXTERNAL_ID',
  'ALICLOUD_ASSUME_ROLE_ARN',
  'ALICLOUD_ASSUME_ROLE_SESSION_NAME',
  'ALIBABA_CLOUD_BEARER_TOKEN',
  'ALIBABA_CLOUD_CREDENTIALS_URI',
  'ALICLOUD_CREDENTIALS_URI',
  'ALIBABA_CLOUD_ECS_METADATA',
  'ALICLOUD_ECS_ROLE_NAME',
  'ALIBABA_CLOUD_CREDENTIALS_FILE',
  'ALICLOUD_SHARED_CREDENTIALS_FILE',
  'ALIBABACLOUD_PROFILE_PATH',
  'ALIBABA_CLOUD_CONFIG_FILE',
  'ALIBABA_CLOUD_PROFILE',
  'ALIBABACLOUD_PROFILE',
  'ALICLOUD_PROFILE',
]
const OURS = [
  'ACK_RAM_TOOL_CREDENTIAL_TYPE',
  'ACK_RAM_TOOL_PROFILE_FILE',
  'ACK_RAM_TOOL_PROFILE_NAME',
  'ACK_RAM_TOOL_PROFIL_ENAME',
  'ACK_RAM_TOOL_IGNORE_ENV_CREDENTIALS',
  'ACK_RAM_TOOL_ROLE_ARN',
  'ACK_RAM_TOOL_ROLE_DURATION',
  'ACK_RAM_TOOL_ROLE_EXTERNAL_ID',
  'ACK_RAM_TOOL_ROLE_POLICY',
  'ACK_RAM_TOOL_ROLE_SESSION_NAME',
]
const holding = (names: readonly string[], value: string): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, value]))

describe('staleVariables', () => {
  it('finds every variable that would choose other credentials, also an empty one, once', () => {
    const env = {...holding([...OTHERS, ...OURS], 'x'), ALICLOUD_PROFILE: '', HOME: '/home/x', ALIBABA_CLOUD_OTHER: 'x'}
    expect(staleVariables(env, variablesOf(PAIR))).to.have.members([...OTHERS, ...OURS])
  })

  it('leaves those that are written, and finds a token beside an AccessKey', () => {
    const env = holding(['ALIBABA_CLOUD_ACCESS_KEY_ID', 'ALIYUN_LOG_CLI_ACCESSID', 'ALIBABA_CLOUD_SECURITY_TOKEN'], 'x')
    expect(staleVariables(env, variablesOf(PAIR))).to.deep.equal(['ALIBABA_CLOUD_SECURITY_TOKEN'])
    expect(staleVariables(env, variablesOf(SESSION))).to.deep.equal([])
  })
})

describe('setCredentialVariables', () => {
  it('names those of other tools that are set, without their values', () => {
    const env = {...holding([...OTHERS, ...OURS], 'SECRET'), ALICLOUD_PROFILE: '', HOME: '/home/x'}
    expect(setCredentialVariables(env)).to.have.members(OTHERS.filter((name) => name !== 'ALICLOUD_PROFILE'))
    expect(setCredentialVariables({})).to.deep.equal([])
  })
})
