import {askedSource} from './static-source.ts'
import {AckError} from '../../base/errors.ts'
import {stripHttpWhitespace} from '../../base/http-whitespace.ts'
import {parseGoBoolean} from '../../options/read-option.ts'
import {percentEncode} from '../../signing/percent-encode.ts'
import {userAgent} from '../../transport/user-agent.ts'
import {parseReplyObject, type HttpReply} from '../../transport/http.ts'
import {describeReply, isWebPage} from '../../transport/reply-kind.ts'
import type {CredentialSource, Origin} from '../credentials.ts'
import type {SourceContext} from '../source-context.ts'
import {readSession} from '../temporary-credentials.ts'

/** The variable with the name of the instance's RAM role. */
export const ECS_METADATA = 'ALIBABA_CLOUD_ECS_METADATA'

const METADATA_DISABLED = 'ALIBABA_CLOUD_ECS_METADATA_DISABLED'
const IMDSV1_DISABLED = 'ALIBABA_CLOUD_IMDSV1_DISABLED'
const IMDS_ENDPOINT = 'ALIBABA_CLOUD_IMDS_ENDPOINT'
const ENDPOINT = 'http://100.100.100.200'
const CREDENTIALS_PATH = '/latest/meta-data/ram/security-credentials/'
const TOKEN_LIFETIME_SECONDS = 3600
/** Outside of ECS nothing answers: fail soon. */
const CONNECT_TIMEOUT_MS = 1500
const TIMEOUT_MS = 5000

interface EcsRole {
  /** The instance's RAM role; if absent, the one in the environment variable, else the attached one. */
  readonly roleName?: string | undefined
  /** Where the role was configured. */
  readonly origin: Origin
}

/**
 * The credentials of this ECS instance's RAM role, from the metadata service: version 2, with a session token, or
 * version 1 if the service refuses one and no variable forbids it.
 *
 * @throws AckError `ProfileNotSupported` where a variable switches instance metadata off
 * @see https://www.alibabacloud.com/help/en/ecs/user-guide/view-instance-metadata
 */
export const ecsMetadataSource = ({roleName: named, origin}: EcsRole, context: SourceContext): CredentialSource => {
  if (parseGoBoolean(context.runtime.env[METADATA_DISABLED]))
    throw new AckError(
      'ProfileNotSupported',
      `${origin.description} needs ECS instance metadata, which ${METADATA_DISABLED} forbids`,
      'unset that variable, or choose other credentials',
    )
  const {env} = context.runtime
  const roleName = named ?? (env[ECS_METADATA] || undefined)
  const endpoint = metadataEndpoint(context)
  const read = [...(named === undefined ? [ECS_METADATA] : []), IMDS_ENDPOINT].filter((name) => env[name])
  return askedSource(
    {
      description: `ECS instance metadata (${roleName ? `role ${roleName}` : 'the attached role'}), ${origin.description}`,
      identity: [...origin.identity, ['imdsEndpoint', endpoint], ['roleName', roleName ?? '']],
      variables: [...(origin.variables ?? []), ...read],
    },
    async (signal) => {
      const query = metadataClient(endpoint, await sessionToken(endpoint, context, signal), context, signal)
      const role = roleName ?? (await attachedRole(query))
      const reply = await query(CREDENTIALS_PATH + percentEncode(role))
      if (reply.status === 404) throw noRole(`has no RAM role ${JSON.stringify(role)}`)
      const object = reply.status === 200 ? parseReplyObject(reply) : undefined
      if (object?.['Code'] !== 'Success')
        throw failed(`returned no credentials for role ${role} (${describeReply(reply)})`)
      const credentials = readSession(object)
      if ('fault' in credentials)
        throw failed(`returned invalid credentials for role ${role}: the response ${credentials.fault}`)
      return credentials
    },
  )
}

type MetadataQuery = (path: string) => Promise<HttpReply>

const metadataClient =
  (
    endpoint: string,
    token: string | undefined,
    context: SourceContext,
    signal: AbortSignal | undefined,
  ): MetadataQuery =>
  (path) =>
    context.transport(
      {
        ...callLimits,
        method: 'GET',
        url: endpoint + path,
        headers: {'user-agent': userAgent(context.runtime), ...(token ? {'x-aliyun-ecs-metadata-token': token} : {})},
      },
      signal,
    )

const callLimits = {
  action: 'instance metadata',
  service: 'ECS metadata',
  proxy: 'never',
  connectTimeoutMs: CONNECT_TIMEOUT_MS,
  timeoutMs: TIMEOUT_MS,
} as const

const sessionToken = async (
  endpoint: string,
  {runtime, transport}: SourceContext,
  signal: AbortSignal | undefined,
): Promise<string | undefined> => {
  if (parseGoBoolean(runtime.env['ALIBABA_CLOUD_IMDSV2_DISABLED'])) return undefined
  const headers = {
    'user-agent': userAgent(runtime),
    'x-aliyun-ecs-metadata-token-ttl-seconds': String(TOKEN_LIFETIME_SECONDS),
  }
  const reply = await transport({...callLimits, method: 'PUT', url: `${endpoint}/latest/api/token`, headers}, signal)
  if (reply.status === 403 || reply.status === 404) {
    if (parseGoBoolean(runtime.env[IMDSV1_DISABLED]))
      throw failed(`gives no session token, and ${IMDSV1_DISABLED} forbids version 1 (HTTP ${reply.status})`)
    return undefined
  }
  const token = stripHttpWhitespace(reply.body)
  if (reply.status === 200 && /^[\u0021-\u007E]+$/.test(token)) return token
  throw failed(`returned no session token (${describeText(reply)})`)
}

const attachedRole = async (query: MetadataQuery): Promise<string> => {
  const reply = await query(CREDENTIALS_PATH)
  if (reply.status === 404) throw noRole('has no RAM role attached')
  const role = reply.body.trim()
  if (reply.status === 200 && /^[\w.@-]+$/.test(role)) return role
  throw failed(`did not name the attached role (${describeText(reply)})`)
}

/** Like {@link describeReply}, where a bare word is what should have come. */
const describeText = (reply: HttpReply): string => (isWebPage(reply) ? describeReply(reply) : `HTTP ${reply.status}`)

const noRole = (complaint: string): AckError =>
  new AckError(
    'CredentialsNotFound',
    `this ECS instance ${complaint}`,
    'attach a RAM role to the instance, or use the name of the attached one',
  )

const failed = (complaint: string): AckError =>
  new AckError(
    'ServiceFailed',
    `the instance metadata service ${complaint}`,
    'try again; if it persists, check the RAM role of the instance',
  )

/**
 * The region of this ECS instance, from the metadata service.
 *
 * @throws AckError `ServiceFailed` if it does not say, and what the transport throws
 */
export const instanceRegion = async (context: SourceContext, signal?: AbortSignal): Promise<string> => {
  const endpoint = metadataEndpoint(context)
  const query = metadataClient(endpoint, await sessionToken(endpoint, context, signal), context, signal)
  const {status, body} = await query('/latest/meta-data/region-id')
  const region = body.trim()
  if (status === 200 && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(region)) return region
  throw failed(`did not name the region (HTTP ${status})`)
}

const metadataEndpoint = ({runtime}: Pick<SourceContext, 'runtime'>): string =>
  (runtime.env[IMDS_ENDPOINT] || ENDPOINT).replace(/\/+$/, '')
