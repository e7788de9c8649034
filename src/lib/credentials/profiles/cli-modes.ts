import {AckError} from '../../base/errors.ts'
import {
  accessKeyFields,
  configureCommand,
  describeProfile,
  invalidProfile,
  optionalField,
  requiredField,
  unixTimeField,
} from '../../profile-files/profile-fields.ts'
import type {Profile} from '../../profile-files/profile.ts'
import {MAX_ROLES} from '../../options/role-options.ts'
import {assumeRoleSource, type RoleHop} from '../sources/assume-role.ts'
import {cloudSsoSource} from '../logins/cloud-sso.ts'
import type {CredentialSource} from '../credentials.ts'
import {CREDENTIALS_URI, credentialsUriSource} from '../sources/credentials-uri.ts'
import {ecsMetadataSource} from '../sources/ecs-metadata.ts'
import {externalSource} from './external-source.ts'
import {oauthSource} from '../logins/oauth.ts'
import {oidcRoleSource} from '../sources/oidc-role.ts'
import {
  fieldOption,
  profileSource,
  profileStsEndpoint,
  sessionSeconds,
  type ProfileKinds,
  type ProfileScope,
  type SourceMaker,
} from './profile-source.ts'
import {staticSource} from '../sources/static-source.ts'
import {profileOrigin} from '../profile-origin.ts'

const DEFAULT_SESSION_NAME = 'default-session-name'

/** `mode` AK, and the INI type access_key: an AccessKey pair. */
export const accessKey: SourceMaker = (profile) => staticSource(profileOrigin(profile), accessKeyFields(profile))

/** `mode` StsToken: the credentials of an existing session. */
const stsToken: SourceMaker = (profile) =>
  staticSource(profileOrigin(profile), {
    ...accessKeyFields(profile),
    securityToken: requiredField(profile, 'sts_token'),
    expiration: unixTimeField(profile, 'sts_expiration'),
  })

/** `mode` RamRoleArn: a role, assumed with the AccessKey or the STS token of the profile. */
const ramRoleArn: SourceMaker = (profile, {context}) => {
  const base = staticSource(profileOrigin(profile), {
    ...accessKeyFields(profile),
    securityToken: optionalField(profile, 'sts_token'),
  })
  return assumeRoleSource(base, hopOf(profile, context), context)
}

/** `mode` EcsRamRole: the role of the ECS instance. */
const ecsRamRole = (profile: Profile, {context}: ProfileScope): CredentialSource =>
  ecsMetadataSource({roleName: optionalField(profile, 'ram_role_name'), origin: profileOrigin(profile)}, context)

/** `mode` RamRoleArnWithRoleName: a role, assumed with the role of the ECS instance. */
const ramRoleArnWithRoleName: SourceMaker = (profile, scope) => {
  const {sessionName: byUser} = scope.context.options.role
  const sessionName =
    optionalField(profile, 'ram_session_name') === undefined
      ? {value: byUser.from === 'default' ? DEFAULT_SESSION_NAME : byUser.value, from: byUser.from}
      : fieldOption(profile, 'ram_session_name')
  return assumeRoleSource(ecsRamRole(profile, scope), hopOf(profile, scope.context, sessionName), scope.context)
}

/** `mode` ChainableRamRoleArn: a role, assumed with the credentials of another profile of the same file. */
const chainableRamRoleArn: SourceMaker = async (profile, scope) => {
  const base = await profileSource(
    sourceProfile(profile, scope),
    {...scope, trail: [...scope.trail, profile]},
    CLI_MODES,
  )
  return assumeRoleSource(referredBy(profile, base), hopOf(profile, scope.context), scope.context)
}

/** The source of a profile's `source_profile`, which people know by the name of the profile that refers to it. */
const referredBy = (profile: Profile, base: CredentialSource): CredentialSource => {
  const {askCaller} = base
  return {
    ...base,
    identity: [...profileOrigin(profile).identity, ...base.identity],
    ...(askCaller ? {askCaller: async (signal) => referredBy(profile, await askCaller(signal))} : {}),
  }
}

/** `mode` OIDC: a role, assumed with an OIDC token. */
const oidc: SourceMaker = (profile, {context}) =>
  oidcRoleSource(
    profileOrigin(profile),
    {
      ...hopOf(profile, context),
      providerArn: requiredField(profile, 'oidc_provider_arn'),
      tokenFile: requiredField(profile, 'oidc_token_file'),
    },
    context,
  )

/** `mode` CredentialsURI. */
const credentialsUri: SourceMaker = (profile, {context}) => {
  const own = optionalField(profile, 'credentials_uri')
  const uri = own ?? context.runtime.env[CREDENTIALS_URI]
  if (!uri) throw invalidProfile(profile, 'has no credentials_uri')
  const variables = own === undefined ? [CREDENTIALS_URI] : []
  return credentialsUriSource(uri, {...profileOrigin(profile), variables}, context)
}

/** The modes of a profile in the aliyun CLI's config.json. A new mode is one more line. */
export const CLI_MODES: ProfileKinds = {
  field: 'mode',
  makers: {
    AK: accessKey,
    StsToken: stsToken,
    RamRoleArn: ramRoleArn,
    EcsRamRole: ecsRamRole,
    RamRoleArnWithRoleName: ramRoleArnWithRoleName,
    ChainableRamRoleArn: chainableRamRoleArn,
    External: (profile, scope) => externalSource(profile, scope, CLI_MODES),
    CredentialsURI: credentialsUri,
    OIDC: oidc,
    CloudSSO: (profile, {context}) => cloudSsoSource(profile, context),
    OAuth: (profile, {context}) => oauthSource(profile, context),
  },
  refused: {
    RsaKeyPair: ({name}) => `Alibaba Cloud has deprecated RSA key pairs: ${anAccessKey(name)}`,
    BearerToken: ({name}) => `a bearer token is not an AccessKey: ${anAccessKey(name)}`,
    Anonymous: ({name}) => `an anonymous profile has no identity: ${anAccessKey(name)}`,
  },
}

const anAccessKey = (profileName: string): string =>
  `${configureCommand(profileName, '--mode AK')} for an AccessKey, or choose another profile`

const hopOf = (
  profile: Profile,
  context: ProfileScope['context'],
  sessionName = fieldOption(profile, 'ram_session_name'),
): RoleHop => ({
  roleArn: fieldOption(profile, 'ram_role_arn'),
  sessionName,
  externalId: optionalField(profile, 'external_id'),
  durationSeconds: sessionSeconds(profile, 'expired_seconds'),
  policy: optionalField(profile, 'policy'),
  endpoint: profileStsEndpoint(profile, context),
})

const sourceProfile = (profile: Profile, {file, trail}: ProfileScope): Profile => {
  const name = requiredField(profile, 'source_profile')
  const source = file?.profiles.find((candidate) => candidate.name === name)
  if (!source) throw invalidProfile(profile, `has the source_profile ${JSON.stringify(name)}, which is not in the file`)
  const chain = [...trail, profile]
  if (chain.includes(source)) {
    const cycle = [...chain, source].map((step) => JSON.stringify(step.name)).join(' → ')
    throw invalidProfile(profile, `has a cycle of source_profile: ${cycle}`)
  }
  if (chain.length <= MAX_ROLES) return source
  throw new AckError(
    'ProfileInvalid',
    `${describeProfile(chain[0] ?? profile)} has a chain of more than ${MAX_ROLES} source_profile`,
    'name a source_profile that is nearer to the end of the chain',
  )
}
