import {AckError} from '../../base/errors.ts'
import {chooseStsEndpoint} from '../../options/endpoint.ts'
import type {Environment} from '../../base/runtime.ts'
import type {RoleHop} from '../sources/assume-role.ts'
import type {Origin} from '../credentials.ts'
import {CREDENTIALS_URI, credentialsUriSource} from '../sources/credentials-uri.ts'
import {ECS_METADATA, ecsMetadataSource} from '../sources/ecs-metadata.ts'
import {oidcRoleSource} from '../sources/oidc-role.ts'
import type {SourceContext} from '../source-context.ts'
import {staticSource} from '../sources/static-source.ts'
import type {Selection} from './selection.ts'

/** The variables of each field, as Alibaba Cloud's tools name them, strongest first. They may be mixed. */
export const ACCESS_KEY_ID = [
  'ALIBABA_CLOUD_ACCESS_KEY_ID',
  'ALICLOUD_ACCESS_KEY',
  'ALIBABACLOUD_ACCESS_KEY_ID',
  'ALICLOUD_ACCESS_KEY_ID',
  'ACCESS_KEY_ID',
]
export const ACCESS_KEY_SECRET = [
  'ALIBABA_CLOUD_ACCESS_KEY_SECRET',
  'ALICLOUD_SECRET_KEY',
  'ALIBABACLOUD_ACCESS_KEY_SECRET',
  'ALICLOUD_ACCESS_KEY_SECRET',
  'ACCESS_KEY_SECRET',
]
export const SECURITY_TOKEN = [
  'ALIBABA_CLOUD_SECURITY_TOKEN',
  'ALICLOUD_ACCESS_KEY_STS_TOKEN',
  'ALIBABACLOUD_SECURITY_TOKEN',
  'ALICLOUD_SECURITY_TOKEN',
  'SECURITY_TOKEN',
]
export const ROLE_ARN = ['ALIBABA_CLOUD_ROLE_ARN', 'ALIBABACLOUD_ROLE_ARN']
export const OIDC_PROVIDER_ARN = ['ALIBABA_CLOUD_OIDC_PROVIDER_ARN', 'ALIBABACLOUD_OIDC_PROVIDER_ARN']
export const OIDC_TOKEN_FILE = ['ALIBABA_CLOUD_OIDC_TOKEN_FILE', 'ALIBABACLOUD_OIDC_TOKEN_FILE']
const PAIR = [ACCESS_KEY_ID, ACCESS_KEY_SECRET]
const OF_ROLE = [ROLE_ARN, OIDC_PROVIDER_ARN, OIDC_TOKEN_FILE]

/**
 * What the environment variables describe, other than a credential file. The first complete kind wins.
 *
 * @returns undefined if they describe none
 * @throws AckError for invalid values, and `CredentialsInvalid` for a part of what a source needs: falling back to
 *   another source would mean another identity
 */
export const environmentSource = (context: SourceContext): Selection | undefined => {
  const {env} = context.runtime
  const id = firstSet(env, ACCESS_KEY_ID)
  const secret = firstSet(env, ACCESS_KEY_SECRET)
  const token = firstSet(env, SECURITY_TOKEN)
  if (id && secret && token) {
    const values = {accessKeyId: id.value, accessKeySecret: secret.value, securityToken: token.value}
    const origin = environmentOrigin('STS token', id.name, secret.name, token.name)
    return {source: staticSource(origin, values, id.name)}
  }
  const role = firstSet(env, ROLE_ARN)
  const provider = firstSet(env, OIDC_PROVIDER_ARN)
  const file = firstSet(env, OIDC_TOKEN_FILE)
  if (role && provider && file) {
    const oidc = {...openedHop(role, context), providerArn: provider.value, tokenFile: file.value}
    const origin = environmentOrigin('OIDC token', role.name, provider.name, file.name)
    return {source: oidcRoleSource(origin, oidc, context), openedRole: {value: role.value, from: role.name}}
  }
  if (id && secret) {
    const values = {accessKeyId: id.value, accessKeySecret: secret.value}
    const source = staticSource(environmentOrigin('AccessKey', id.name, secret.name), values, id.name)
    return role ? {source, environmentRole: {value: role.value, from: role.name}} : {source}
  }
  refuseParts(env)
  if (env[CREDENTIALS_URI])
    return {source: credentialsUriSource(env[CREDENTIALS_URI], environmentOrigin('URI', CREDENTIALS_URI), context)}
  if (env[ECS_METADATA]) {
    const origin = environmentOrigin('role', ECS_METADATA)
    return {source: ecsMetadataSource({roleName: env[ECS_METADATA], origin}, context)}
  }
  return undefined
}

/** Whoever set a part of what a source needs did not mean the next source, which would be another identity. */
const refuseParts = (env: Environment): void => {
  const [pair, ofRole] = [PAIR, OF_ROLE].map((fields) => fields.filter((names) => firstSet(env, names)))
  const set = [...PAIR, SECURITY_TOKEN, ...OF_ROLE].flatMap((names) => firstSet(env, names)?.name ?? [])
  if (set.length === 0) return
  const isRole = pair?.length === 0 && ofRole?.length !== 0
  const missing = (isRole ? OF_ROLE : PAIR)
    .flatMap((names) => (firstSet(env, names) ? [] : names.slice(0, 1)))
    .join(' and ')
  throw new AckError(
    'CredentialsInvalid',
    `the environment has ${set.join(' and ')}, but ${isRole ? `neither ${missing} nor an AccessKey` : `not ${missing}`}`,
    `set ${missing}${isRole ? ', or an AccessKey' : ''}; or unset ${set.join(' and ')}, or pass --ignore-env-credentials`,
  )
}

interface Variable {
  readonly name: string
  readonly value: string
}

const firstSet = (env: Environment, names: readonly string[]): Variable | undefined => {
  for (const name of names) {
    const value = env[name]
    if (value) return {name, value}
  }
  return undefined
}

const roleHop = ({name, value}: Variable, {options}: SourceContext): RoleHop => ({
  roleArn: {value, from: name},
  sessionName: options.role.sessionName,
  endpoint: chooseStsEndpoint(options),
})

/** Where it is the only role that options name, too, the settings of their last role are for it. */
const openedHop = (role: Variable, context: SourceContext): Omit<RoleHop, 'externalId'> => {
  const {arns, externalId, durationSeconds, policy} = context.options.role
  const hop = roleHop(role, context)
  if (arns.length !== 1 || arns[0]?.value !== role.value) return hop
  if (externalId === undefined) return {...hop, durationSeconds, policy}
  throw new AckError(
    'InvalidOption',
    `an external ID cannot be sent with an OIDC token, and with one ${role.name} opens the role of --role-arn`,
    'remove --role-external-id, or unset ACK_RAM_TOOL_ROLE_EXTERNAL_ID',
  )
}

const environmentOrigin = (what: string, ...variables: readonly string[]): Origin => ({
  description: `the ${what} of the environment (${variables.join(', ')})`,
  identity: [['kind', `environment ${what}`]],
  variables,
})
