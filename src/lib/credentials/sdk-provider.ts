import type {CredentialsProvider} from '@alicloud/credentials'
import type * as Sdk from '@alicloud/credentials'

import type {CredentialSource} from './credentials.ts'

/**
 * A source as `@alicloud/credentials` knows it. Every Alibaba Cloud SDK client takes it:
 * `new Credential(null, sdkCredentialsProvider(source))`.
 *
 * The contract hands secrets over as plain text: keep the result away from logs.
 */
export const sdkCredentialsProvider = (source: CredentialSource): CredentialsProvider => ({
  getProviderName: () => `ack-ram-tool: ${source.description}`,
  getCredentials: async () => {
    const {accessKeyId, accessKeySecret, securityToken} = await source.load()
    return {
      accessKeyId,
      accessKeySecret: accessKeySecret.reveal(),
      securityToken: securityToken?.reveal() ?? '',
      providerName: source.description,
    }
  },
})

/**
 * The credential object that Alibaba Cloud SDK clients take in their configuration, fed by one of our sources.
 * Loads `@alicloud/credentials`, so call it where an SDK client is used anyway.
 */
export const sdkCredential = async (source: CredentialSource): Promise<InstanceType<typeof Sdk.default.default>> => {
  const {default: sdk} = await import('@alicloud/credentials')
  // The package is CommonJS compiled from a default export, which Node's ESM import nests once more.
  return new sdk.default(null, sdkCredentialsProvider(source))
}
