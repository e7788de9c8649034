import {AckError} from '../errors.ts'
import type {Environment} from '../runtime.ts'
import type {CredentialSource} from './credentials.ts'
import {staticSource} from './static-source.ts'

/** Names of each field in the families of Alibaba Cloud tools, strongest first. Families may be mixed. */
const ACCESS_KEY_ID = [
  'ALIBABA_CLOUD_ACCESS_KEY_ID',
  'ALICLOUD_ACCESS_KEY',
  'ALIBABACLOUD_ACCESS_KEY_ID',
  'ALICLOUD_ACCESS_KEY_ID',
  'ACCESS_KEY_ID',
]
const ACCESS_KEY_SECRET = [
  'ALIBABA_CLOUD_ACCESS_KEY_SECRET',
  'ALICLOUD_SECRET_KEY',
  'ALIBABACLOUD_ACCESS_KEY_SECRET',
  'ALICLOUD_ACCESS_KEY_SECRET',
  'ACCESS_KEY_SECRET',
]
const SECURITY_TOKEN = [
  'ALIBABA_CLOUD_SECURITY_TOKEN',
  'ALICLOUD_ACCESS_KEY_STS_TOKEN',
  'ALIBABACLOUD_SECURITY_TOKEN',
  'ALICLOUD_SECURITY_TOKEN',
  'SECURITY_TOKEN',
]
const ROLE_ARN = 'ALIBABA_CLOUD_ROLE_ARN'
const OIDC_PROVIDER_ARN = 'ALIBABA_CLOUD_OIDC_PROVIDER_ARN'
const OIDC_TOKEN_FILE = 'ALIBABA_CLOUD_OIDC_TOKEN_FILE'
const CREDENTIALS_URI = 'ALIBABA_CLOUD_CREDENTIALS_URI'
const ECS_METADATA = 'ALIBABA_CLOUD_ECS_METADATA'
const CREDENTIALS_FILE = 'ALIBABA_CLOUD_CREDENTIALS_FILE'

/**
 * The source that the environment variables describe. The first kind that is complete decides, and once decided there
 * is no fall-through to files.
 *
 * @returns undefined when they describe none
 * @throws AckError `ProfileNotSupported` when they describe a kind that this version cannot use: taking another
 *   source instead would be another identity
 */
export const environmentSource = (env: Environment): CredentialSource | undefined => {
  const id = firstSet(env, ACCESS_KEY_ID)
  const secret = firstSet(env, ACCESS_KEY_SECRET)
  const token = firstSet(env, SECURITY_TOKEN)
  if (id && secret && token) {
    const values = {accessKeyId: id.value, accessKeySecret: secret.value, securityToken: token.value}
    return staticSource(`STS token of the environment (${id.name}, ${secret.name}, ${token.name})`, values)
  }
  if (env[ROLE_ARN] && env[OIDC_PROVIDER_ARN] && env[OIDC_TOKEN_FILE]) throw unsupported('an OIDC role', ROLE_ARN)
  if (id && secret && env[ROLE_ARN]) throw unsupported('a role to assume', ROLE_ARN)
  if (id && secret) {
    const values = {accessKeyId: id.value, accessKeySecret: secret.value}
    return staticSource(`AccessKey of the environment (${id.name}, ${secret.name})`, values)
  }
  if (env[CREDENTIALS_URI]) throw unsupported('a credentials URI', CREDENTIALS_URI)
  if (env[ECS_METADATA]) throw unsupported('ECS instance metadata', ECS_METADATA)
  if (env[CREDENTIALS_FILE]) throw unsupported('a credential file', CREDENTIALS_FILE)
  return undefined
}

/**
 * The half of an AccessKey pair that is set while the other is not: it counts as not configured, as in the Go tool,
 * but a user who set it will not expect that.
 *
 * @returns what is set and what is missing, or undefined when neither or both are there
 */
export const halfAccessKey = (env: Environment): string | undefined => {
  const id = firstSet(env, ACCESS_KEY_ID)
  const secret = firstSet(env, ACCESS_KEY_SECRET)
  if (id && !secret) return `${id.name} is set but no AccessKey secret is`
  if (secret && !id) return `${secret.name} is set but no AccessKey id is`
  return undefined
}

const firstSet = (env: Environment, names: readonly string[]): {name: string; value: string} | undefined => {
  for (const name of names) {
    const value = env[name]
    if (value) return {name, value}
  }
  return undefined
}

const unsupported = (what: string, variable: string): AckError =>
  new AckError(
    'ProfileNotSupported',
    `the environment describes ${what} (${variable}), which this version cannot use yet`,
    `unset ${variable}, or pass --ignore-env-credentials to use a credential file instead`,
  )
