import {expect} from 'chai'

import {sdkCredentialsProvider} from '../../../src/lib/credentials/sdk-provider.ts'
import {staticSource} from '../../../src/lib/credentials/sources/static-source.ts'
import {TEST_ORIGIN} from '../../support/source-context.ts'

const session = {accessKeyId: 'STS.1', accessKeySecret: 'SECRET-1', securityToken: 'SECRET-2'}

describe('sdkCredentialsProvider', () => {
  it('gives what the contract of @alicloud/credentials asks for', async () => {
    const provider = sdkCredentialsProvider(staticSource(TEST_ORIGIN, session))
    expect(provider.getProviderName()).to.equal('ack-ram-tool: a test')
    expect(await provider.getCredentials()).to.deep.equal({...session, providerName: 'ack-ram-tool'})
  })

  it('gives an empty token for an AccessKey', async () => {
    const {securityToken} = await sdkCredentialsProvider(
      staticSource(TEST_ORIGIN, {accessKeyId: 'LTAI1', accessKeySecret: 'SECRET-1'}),
    ).getCredentials()
    expect(securityToken).to.equal('')
  })
})
