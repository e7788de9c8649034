import {AckError} from '../../base/errors.ts'
import {parseGoBoolean} from '../../options/read-option.ts'
import {userAgent} from '../../transport/user-agent.ts'
import {parseReplyObject, type HttpReply} from '../../transport/http.ts'
import type {CredentialSource, Origin} from '../credentials.ts'
import type {SourceContext} from '../source-context.ts'
import {readSession} from '../temporary-credentials.ts'

/** Names the RAM role of the instance, in the environment. */
export const ECS_METADATA = 'ALIBABA_CLOUD_ECS_METADATA'

const ENDPOINT = 'http://100.100.100.200'
const CREDENTIALS_PATH = '/latest/meta-data/ram/security-credentials/'
const TOKEN_LIFETIME_SECONDS = 3600
/** Off an ECS instance nobody answers: that must be known soon. */
const CONNECT_TIMEOUT_MS = 1500
const TIMEOUT_MS = 5000

interface EcsRole {
  /** The RAM role of the instance; when absent, the one that the environment names, else the attached one. */
  readonly roleName?: string | undefined
  /** The place where the role was named. */
  readonly origin: Origin
}

/**
 * The credentials of the RAM role that is attached to this ECS instance, from its metadata service: version 2, with a
 * session token, and version 1 where the service refuses to give one.
 *
 * @see https://www.alibabacloud.com/help/en/ecs/user-guide/view-instance-metadata
 */
export const ecsMetadataSource = ({roleName: named, origin}: EcsRole, context: SourceContext): CredentialSource => {
  const roleName = named ?? (context.runtime.env[ECS_METADATA] || undefined)
  const endpoint = (context.runtime.env['ALIBABA_CLOUD_IMDS_ENDPOINT'] || ENDPOINT).replace(/\/+$/, '')
  return {
    description: `ECS instance metadata (${roleName ? `role ${roleName}` : 'the attached role'}), ${origin.description}`,
    identity: [...origin.identity, ['imdsEndpoint', endpoint], ['roleName', roleName ?? '']],
    namesCaller: false,
    isCacheable: true,
    atHand: () => undefined,
    load: async (signal) => {
      const ask = metadataClient(endpoint, await sessionToken(endpoint, context, signal), context, signal)
      const role = roleName ?? (await attachedRole(ask))
      const reply = await ask(CREDENTIALS_PATH + encodeURIComponent(role))
      if (reply.status === 404) throw noRole(`knows no role ${JSON.stringify(role)}`)
      const object = reply.status === 200 ? parseReplyObject(reply) : undefined
      if (object?.['Code'] !== 'Success')
        throw failed(`does not give the credentials of role ${role} (HTTP ${reply.status})`)
      const credentials = readSession(object)
      if ('fault' in credentials) throw failed(`gives credentials of role ${role}, but the answer ${credentials.fault}`)
      return credentials
    },
  }
}

type Ask = (path: string) => Promise<HttpReply>

const metadataClient =
  (endpoint: string, token: string | undefined, context: SourceContext, signal: AbortSignal | undefined): Ask =>
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
  if (reply.status === 403 || reply.status === 404) return undefined
  const token = reply.body.trim()
  if (reply.status === 200 && /^[\u0021-\u007E]+$/.test(token)) return token
  throw failed(`does not give a session token (HTTP ${reply.status})`)
}

const attachedRole = async (ask: Ask): Promise<string> => {
  const reply = await ask(CREDENTIALS_PATH)
  if (reply.status === 404) throw noRole('has no RAM role attached')
  const role = reply.body.trim()
  if (reply.status === 200 && /^[\w.@-]+$/.test(role)) return role
  throw failed(`does not name the attached role (HTTP ${reply.status})`)
}

const noRole = (complaint: string): AckError =>
  new AckError(
    'CredentialsNotFound',
    `this ECS instance ${complaint}`,
    'attach a RAM role to the instance, or name the one that is attached',
  )

const failed = (complaint: string): AckError =>
  new AckError(
    'ServiceFailed',
    `the instance metadata service ${complaint}`,
    'try again; if it stays so, check the RAM role of the instance',
  )
