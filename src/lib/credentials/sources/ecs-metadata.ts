import {IMDS_ENDPOINT, metadataEndpoint} from './metadata-endpoint.ts'
import {askedSource} from './static-source.ts'
import {AckError} from '../../base/errors.ts'
import {parseGoBoolean} from '../../options/read-option.ts'
import type {CredentialSource, Origin} from '../credentials.ts'
import {CHECK_CLOCK} from '../expired.ts'
import type {SourceContext} from '../source-context.ts'

/** The variable with the name of the instance's RAM role. */
export const ECS_METADATA = 'ALIBABA_CLOUD_ECS_METADATA'

const METADATA_DISABLED = 'ALIBABA_CLOUD_ECS_METADATA_DISABLED'

interface EcsRole {
  /** The instance's RAM role; if absent, the one in the environment variable, else the attached one. */
  readonly roleName?: string | undefined
  /** Where the role was configured. */
  readonly origin: Origin
}

/**
 * The credentials of this ECS instance's RAM role, from the metadata service.
 *
 * @throws AckError `ProfileNotSupported` where a variable switches instance metadata off
 * @see https://www.alibabacloud.com/help/en/ecs/user-guide/view-instance-metadata
 */
export const ecsMetadataSource = ({roleName: named, origin}: EcsRole, context: SourceContext): CredentialSource => {
  if (parseGoBoolean(context.runtime.env[METADATA_DISABLED]))
    throw new AckError(
      'ProfileNotSupported',
      `${METADATA_DISABLED} forbids ECS instance metadata, ${origin.description}`,
      'unset that variable, or choose other credentials',
    )
  const {env} = context.runtime
  // An entry that names a profile or the metadata service says it all: its source is the attached role.
  const isLeftToEnvironment = named === undefined && !context.options.namesCredentials && !context.writesEntry
  const roleName = isLeftToEnvironment ? env[ECS_METADATA] || undefined : named
  const endpoint = metadataEndpoint(context.runtime)
  const read = [...(isLeftToEnvironment ? [ECS_METADATA] : []), IMDS_ENDPOINT].filter((name) => env[name])
  return askedSource(
    {
      description: `ECS instance metadata (${roleName ? `role ${roleName}` : 'the attached role'}), ${origin.description}`,
      identity: [...origin.identity, ['imdsEndpoint', endpoint], ['roleName', roleName ?? '']],
      variables: [...(origin.variables ?? []), ...read],
      ifExpired: CHECK_CLOCK,
    },
    async (signal) => {
      const {readEcsMetadata} = await import('./read-ecs-metadata.ts')
      return readEcsMetadata(roleName, context, signal)
    },
  )
}
