import type {CredentialsProvider} from '@alicloud/credentials'
import type * as Sdk from '@alicloud/credentials'

import type {CredentialSource} from './credentials.ts'

/**
 * A source as a provider of `@alicloud/credentials`, for every Alibaba Cloud SDK client:
 * `new Credential(null, sdkCredentialsProvider(source))`.
 *
 * Its interface requires secrets in plain text: keep the result out of logs.
 */
export const sdkCredentialsProvider = (source: CredentialSource): CredentialsProvider => ({
  getProviderName: () => `ack-ram-tool: ${source.description}`,
  getCredentials: async () => {
    const {accessKeyId, accessKeySecret, securityToken} = await source.load()
    return {
      accessKeyId,
      accessKeySecret: accessKeySecret.reveal(),
      securityToken: securityToken?.reveal() ?? '',
      // The SDKs send it in a header: no path of this machine, and no character that HTTP does not allow.
      providerName: 'ack-ram-tool',
    }
  },
})

/**
 * A source as the credential object that Alibaba Cloud SDK clients take in their configuration. Loads
 * `@alicloud/credentials`, so call it where an SDK client is used anyway.
 */
export const sdkCredential = async (source: CredentialSource): Promise<InstanceType<typeof Sdk.default.default>> => {
  const {default: sdk} = await import('@alicloud/credentials')
  // The package is CommonJS compiled from a default export, which Node nests in another default export.
  return new sdk.default(null, sdkCredentialsProvider(source))
}
