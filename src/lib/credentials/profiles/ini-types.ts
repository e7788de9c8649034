import {accessKeyFields, optionalField, requiredField} from '../../profile-files/profile-fields.ts'
import {assumeRoleSource} from '../sources/assume-role.ts'
import {accessKey, CLI_MODES} from './cli-modes.ts'
import {credentialsUriSource} from '../sources/credentials-uri.ts'
import {ecsMetadataSource} from '../sources/ecs-metadata.ts'
import {externalSource} from './external-source.ts'
import {fieldOption, profileStsEndpoint, sessionSeconds, type ProfileKinds, type SourceMaker} from './profile-source.ts'
import {staticSource} from '../sources/static-source.ts'
import {profileOrigin} from '../profile-origin.ts'

// Alibaba Cloud's SDKs write the second name, this tool's Go original reads the first.
const SECURITY_TOKEN = ['sts_token', 'security_token'] as const

const sts: SourceMaker = (profile) =>
  staticSource(profileOrigin(profile), {
    ...accessKeyFields(profile),
    securityToken: requiredField(profile, ...SECURITY_TOKEN),
  })

const ramRoleArn: SourceMaker = (profile, {context}) => {
  const securityToken = optionalField(profile, ...SECURITY_TOKEN)
  const hop = {
    roleArn: fieldOption(profile, 'role_arn'),
    sessionName: fieldOption(profile, 'role_session_name'),
    externalId: optionalField(profile, 'external_id'),
    durationSeconds: sessionSeconds(profile, 'role_session_expiration'),
    policy: optionalField(profile, 'policy'),
    endpoint: profileStsEndpoint(profile, context),
  }
  return assumeRoleSource(
    staticSource(profileOrigin(profile), {...accessKeyFields(profile), securityToken}),
    hop,
    context,
  )
}

const ecsRamRole: SourceMaker = (profile, {context}) =>
  ecsMetadataSource({roleName: optionalField(profile, 'role_name'), origin: profileOrigin(profile)}, context)

/** The types of a section in an INI credential file. */
export const INI_TYPES: ProfileKinds = {
  field: 'type',
  makers: {
    access_key: accessKey,
    sts,
    ram_role_arn: ramRoleArn,
    ecs_ram_role: ecsRamRole,
    credentials_uri: (profile, {context}) =>
      credentialsUriSource(requiredField(profile, 'credentials_uri'), profileOrigin(profile), context),
    // The process prints a profile in the format of config.json.
    external: (profile, scope) => externalSource(profile, scope, CLI_MODES),
  },
  refused: {
    rsa_key_pair: () => 'Alibaba Cloud has deprecated RSA key pairs: use the type access_key',
    bearer: () => 'a bearer token is not an AccessKey: use the type access_key',
  },
}
