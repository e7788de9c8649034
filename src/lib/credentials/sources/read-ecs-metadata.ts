import {withinTimeout} from '../../base/deadline.ts'
import {AckError} from '../../base/errors.ts'
import {stripHttpWhitespace} from '../../base/http-whitespace.ts'
import {parseGoBoolean} from '../../options/read-option.ts'
import {percentEncode} from '../../signing/percent-encode.ts'
import {userAgent} from '../../transport/user-agent.ts'
import {failedCall} from '../../transport/failed-call.ts'
import {parseReplyObject, type HttpCall, type HttpReply} from '../../transport/http.ts'
import {describeReply, isWebPage} from '../../transport/reply-kind.ts'
import type {Credentials} from '../credentials.ts'
import type {SourceContext} from '../source-context.ts'
import {readSession} from '../temporary-credentials.ts'
import {metadataEndpoint} from './metadata-endpoint.ts'

const IMDSV1_DISABLED = 'ALIBABA_CLOUD_IMDSV1_DISABLED'
const IMDSV2_DISABLED = 'ALIBABA_CLOUD_IMDSV2_DISABLED'
const CREDENTIALS_PATH = '/latest/meta-data/ram/security-credentials/'
const TOKEN_LIFETIME_SECONDS = 3600
/** Outside of ECS nothing answers: fail soon. The second is for all calls together. */
const CONNECT_TIMEOUT_MS = 1500
const TIMEOUT_MS = 5000

/**
 * Asks the metadata service for credentials: version 2, with a session token, or version 1 if the service refuses one and
 * no variable forbids it.
 *
 * @param roleName - the instance's RAM role; undefined for the attached one
 * @throws AckError `CredentialsNotFound`, `ServiceFailed`; `ProfileNotSupported` where variables forbid both; what the transport throws
 * @see https://www.alibabacloud.com/help/en/ecs/user-guide/view-instance-metadata
 */
export const readEcsMetadata = async (
  roleName: string | undefined,
  context: SourceContext,
  signal: AbortSignal | undefined,
): Promise<Credentials> => withinTimeout(TIMEOUT_MS, (soon) => readRole(roleName, context, soon), signal)

const readRole = async (
  roleName: string | undefined,
  context: SourceContext,
  signal: AbortSignal,
): Promise<Credentials> => {
  const query = await metadataQuery(context, signal)
  const role = roleName ?? (await attachedRole(query))
  const reply = await query(CREDENTIALS_PATH + percentEncode(role))
  if (reply.status === 404) throw noRole(`has no RAM role ${JSON.stringify(role)}`, reply)
  const object = reply.status === 200 ? parseReplyObject(reply) : undefined
  if (object?.['Code'] !== 'Success')
    throw failed(`returned no credentials for role ${role} (${describeReply(reply)})`, reply)
  const credentials = readSession(object)
  if ('fault' in credentials)
    throw failed(`returned invalid credentials for role ${role}: the response ${credentials.fault}`, reply)
  return credentials
}

/**
 * The region of this ECS instance, from the metadata service.
 *
 * @throws AckError `ServiceFailed` if it does not say, and what the transport throws
 */
export const instanceRegion = async (context: SourceContext, signal?: AbortSignal): Promise<string> =>
  withinTimeout(TIMEOUT_MS, (soon) => readRegion(context, soon), signal)

const readRegion = async (context: SourceContext, signal: AbortSignal): Promise<string> => {
  const query = await metadataQuery(context, signal)
  const reply = await query('/latest/meta-data/region-id')
  const region = reply.body.trim()
  if (reply.status === 200 && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(region)) return region
  throw failed(`did not name the region (HTTP ${reply.status})`, reply)
}

const metadataQuery = async (context: SourceContext, signal: AbortSignal | undefined): Promise<MetadataQuery> => {
  const endpoint = metadataEndpoint(context.runtime)
  return metadataClient(endpoint, await sessionToken(endpoint, context, signal), context, signal)
}

/** An answer, and what was asked. */
interface Answer extends HttpReply {
  readonly call: HttpCall
}

type MetadataQuery = (path: string) => Promise<Answer>

const metadataClient =
  (
    endpoint: string,
    token: string | undefined,
    context: SourceContext,
    signal: AbortSignal | undefined,
  ): MetadataQuery =>
  async (path) => {
    const headers = {
      'user-agent': userAgent(context.runtime),
      ...(token ? {'x-aliyun-ecs-metadata-token': token} : {}),
    }
    const call = {...callLimits, method: 'GET', url: endpoint + path, headers} as const
    return {...(await context.transport(call, signal)), call}
  }

const callLimits = {
  action: 'instance metadata',
  service: 'ECS metadata',
  proxy: 'never',
  ifUnreachable: 'check that this is an ECS instance, and that its metadata service is switched on',
  connectTimeoutMs: CONNECT_TIMEOUT_MS,
  timeoutMs: TIMEOUT_MS,
} as const

const sessionToken = async (
  endpoint: string,
  {runtime, transport}: SourceContext,
  signal: AbortSignal | undefined,
): Promise<string | undefined> => {
  const forbidsVersion1 = parseGoBoolean(runtime.env[IMDSV1_DISABLED])
  if (parseGoBoolean(runtime.env[IMDSV2_DISABLED])) {
    if (forbidsVersion1) throw forbidden()
    return undefined
  }
  const headers = {
    'user-agent': userAgent(runtime),
    'x-aliyun-ecs-metadata-token-ttl-seconds': String(TOKEN_LIFETIME_SECONDS),
  }
  const call = {...callLimits, method: 'PUT', url: `${endpoint}/latest/api/token`, headers} as const
  const reply = {...(await transport(call, signal)), call}
  if (reply.status === 403 || reply.status === 404) {
    if (forbidsVersion1)
      throw failed(
        `gives no session token, and ${IMDSV1_DISABLED} forbids version 1 (HTTP ${reply.status})`,
        reply,
        `allow version 2 of instance metadata for this instance, or unset ${IMDSV1_DISABLED}`,
      )
    return undefined
  }
  const token = stripHttpWhitespace(reply.body)
  if (reply.status === 200 && /^[\u0021-\u007E]+$/.test(token)) return token
  throw failed(`returned no session token (${describeText(reply)})`, reply)
}

const attachedRole = async (query: MetadataQuery): Promise<string> => {
  const reply = await query(CREDENTIALS_PATH)
  if (reply.status === 404) throw noRole('has no RAM role attached', reply)
  const role = reply.body.trim()
  if (reply.status === 200 && /^[\w.@-]+$/.test(role)) return role
  throw failed(`did not name the attached role (${describeText(reply)})`, reply)
}

/** Like {@link describeReply}, where a bare word is what should have come. */
const describeText = (reply: HttpReply): string => (isWebPage(reply) ? describeReply(reply) : `HTTP ${reply.status}`)

const noRole = (complaint: string, {call, ...reply}: Answer): AckError =>
  new AckError(
    'CredentialsNotFound',
    `this ECS instance ${complaint}`,
    'attach a RAM role to the instance, or use the name of the attached one',
    {call: failedCall(call, reply)},
  )

const forbidden = (): AckError =>
  new AckError(
    'ProfileNotSupported',
    `${IMDSV1_DISABLED} and ${IMDSV2_DISABLED} forbid both versions of ECS instance metadata`,
    'unset one of them, or choose other credentials',
  )

const failed = (
  complaint: string,
  {call, ...reply}: Answer,
  nextStep = 'try again; if it persists, check the RAM role of the instance',
): AckError =>
  new AckError('ServiceFailed', `the instance metadata service ${complaint}`, nextStep, {call: failedCall(call, reply)})
