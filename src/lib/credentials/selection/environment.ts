import {AckError} from '../../base/errors.ts'
import {chooseStsEndpoint} from '../../options/endpoint.ts'
import type {Environment} from '../../base/runtime.ts'
import {assumeRoleSource} from '../sources/assume-role.ts'
import type {CredentialSource, Origin} from '../credentials.ts'
import {credentialsUriSource} from '../sources/credentials-uri.ts'
import {ECS_METADATA, ecsMetadataSource} from '../sources/ecs-metadata.ts'
import {oidcRoleSource} from '../sources/oidc-role.ts'
import type {SourceContext} from '../source-context.ts'
import {staticSource} from '../sources/static-source.ts'

/** The variables of each field, as Alibaba Cloud's tools name them, strongest first. They may be mixed. */
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

/**
 * The source that the environment variables describe, other than a credential file. The first complete kind wins.
 *
 * @returns undefined if they describe none
 * @throws AckError for invalid values, and `CredentialsInvalid` for a part of what a source needs: falling back to
 *   another source would mean another identity
 */
export const environmentSource = (context: SourceContext): CredentialSource | undefined => {
  const {env} = context.runtime
  const id = firstSet(env, ACCESS_KEY_ID)
  const secret = firstSet(env, ACCESS_KEY_SECRET)
  const token = firstSet(env, SECURITY_TOKEN)
  if (id && secret && token) {
    const values = {accessKeyId: id.value, accessKeySecret: secret.value, securityToken: token.value}
    return staticSource(environmentOrigin('STS token', id.name, secret.name, token.name), values, id.name)
  }
  if (env[ROLE_ARN] && env[OIDC_PROVIDER_ARN] && env[OIDC_TOKEN_FILE]) {
    const oidc = {
      ...roleHop(env[ROLE_ARN], context),
      providerArn: env[OIDC_PROVIDER_ARN],
      tokenFile: env[OIDC_TOKEN_FILE],
    }
    return oidcRoleSource(environmentOrigin('OIDC token', ROLE_ARN, OIDC_PROVIDER_ARN, OIDC_TOKEN_FILE), oidc, context)
  }
  if (id && secret) {
    const values = {accessKeyId: id.value, accessKeySecret: secret.value}
    const accessKey = staticSource(environmentOrigin('AccessKey', id.name, secret.name), values, id.name)
    return env[ROLE_ARN] ? assumeRoleSource(accessKey, roleHop(env[ROLE_ARN], context), context) : accessKey
  }
  if (env[CREDENTIALS_URI])
    return credentialsUriSource(env[CREDENTIALS_URI], environmentOrigin('URI', CREDENTIALS_URI), context)
  if (env[ECS_METADATA])
    return ecsMetadataSource({roleName: env[ECS_METADATA], origin: environmentOrigin('role', ECS_METADATA)}, context)
  refuseParts(env, token?.name)
  return undefined
}

/** Whoever set a part of what a source needs did not mean the next source, which would be another identity. */
const refuseParts = (env: Environment, tokenName: string | undefined): void => {
  const ofRole = [ROLE_ARN, OIDC_PROVIDER_ARN, OIDC_TOKEN_FILE]
  const set = ofRole.filter((name) => env[name])
  if (set.length > 0) {
    const missing = ofRole.filter((name) => !env[name]).join(' and ')
    throw new AckError(
      'CredentialsInvalid',
      `the environment has ${set.join(' and ')}, but neither ${missing} nor an AccessKey`,
      `set ${missing}, or an AccessKey; or unset ${set.join(' and ')}, or pass --ignore-env-credentials`,
    )
  }
  if (tokenName !== undefined)
    throw new AckError(
      'CredentialsInvalid',
      `the environment has ${tokenName}, but no AccessKey ID and secret to go with it`,
      `set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or unset ${tokenName}`,
    )
}

/**
 * Finds an incomplete AccessKey pair: it is ignored, as in the Go tool, which the user may not expect.
 *
 * @returns what is set and what is missing; undefined if both or neither are set
 */
export const halfAccessKey = (env: Environment): string | undefined => {
  const id = firstSet(env, ACCESS_KEY_ID)
  const secret = firstSet(env, ACCESS_KEY_SECRET)
  if (id && !secret) return `${id.name} is set but no AccessKey secret is`
  if (secret && !id) return `${secret.name} is set but no AccessKey ID is`
  return undefined
}

const firstSet = (env: Environment, names: readonly string[]): {name: string; value: string} | undefined => {
  for (const name of names) {
    const value = env[name]
    if (value) return {name, value}
  }
  return undefined
}

const roleHop = (roleArn: string, {options}: SourceContext): Parameters<typeof assumeRoleSource>[1] => ({
  roleArn: {value: roleArn, from: ROLE_ARN},
  sessionName: options.role.sessionName,
  endpoint: chooseStsEndpoint(options),
})

const environmentOrigin = (what: string, ...variables: readonly string[]): Origin => ({
  description: `${what} of the environment (${variables.join(', ')})`,
  identity: [['kind', `environment ${what}`]],
})
