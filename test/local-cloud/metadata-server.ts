import {randomUUID} from 'node:crypto'

import {judgeSecret, type Presented} from './bearer.ts'
import type {FaultOptions} from './faults.ts'
import {json, startService, type LocalService, type Reply} from './local-service.ts'
import type {WireCredentials} from './minted-credentials.ts'
import {valuesOf, type ReceivedRequest} from './received-request.ts'
import type {SigningKey} from './signing.ts'

/**
 * The credentials of an instance's role: an access key, valid for six hours unless it says otherwise, or the fields of
 * the answer as they are. These replace `Code` and `LastUpdated` too, and take them away if they are undefined.
 */
export type MetadataCredentials =
  | (SigningKey & {readonly expiration?: Date})
  | WireCredentials
  | {readonly Code: string | undefined}

export type MetadataServerOptions = FaultOptions & {
  /** The instance's role; without it, the instance has none. */
  readonly role?: {
    readonly name: string
    /** A function is asked for each request. */
    readonly credentials: MetadataCredentials | (() => MetadataCredentials)
  }
  /** Whether requests need a session token (`required`), may have one (`optional`), or cannot get one. */
  readonly v2?: 'required' | 'optional' | 'forbidden'
  /** How a token is refused when it is forbidden; 403 by default. */
  readonly forbiddenStatus?: 403 | 404
  /** `cn-hangzhou` by default. */
  readonly regionId?: string
  readonly now?: () => Date
}

type MetadataRequest = {
  readonly method: string
  /** Without the query. */
  readonly path: string
  /** The session token that came with the request. */
  readonly token: Presented
  /** The lifetime that was asked for, in seconds, as it was sent. */
  readonly ttl?: string
}

export type LocalMetadataServer = Omit<LocalService<MetadataRequest>, 'origin'> & {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string
}

const TOKEN_HEADER = 'x-aliyun-ecs-metadata-token'
const TTL_HEADER = 'x-aliyun-ecs-metadata-token-ttl-seconds'
const MAX_TTL_SECONDS = 21_600
const ROLES = '/latest/meta-data/ram/security-credentials/'

/**
 * Starts the metadata service of an ECS instance, versions 1 and 2, on 127.0.0.1.
 *
 * @see https://www.alibabacloud.com/help/en/ecs/user-guide/view-instance-metadata
 */
export const startMetadataServer = async (options: MetadataServerOptions = {}): Promise<LocalMetadataServer> => {
  const {v2 = 'optional', forbiddenStatus = 403, now = () => new Date(), faults} = options
  const tokens = new Map<string, number>()
  const isAlive = (token: string): boolean => (tokens.get(token) ?? 0) > now().getTime()
  const describe = (request: ReceivedRequest): MetadataRequest => {
    const ttl = valuesOf(request.headers, TTL_HEADER)[0]
    const token = judgeSecret(valuesOf(request.headers, TOKEN_HEADER)[0], isAlive)
    return {method: request.method, path: request.path, token, ...(ttl !== undefined && {ttl})}
  }
  const createToken = (ttl = ''): Reply<MetadataRequest> => {
    if (v2 === 'forbidden') return page(forbiddenStatus)
    const seconds = /^\d+$/.test(ttl) ? Number(ttl) : 0
    if (seconds < 1 || seconds > MAX_TTL_SECONDS) return page(400)
    const token = `SECRET-metadata-token-${randomUUID()}`
    tokens.set(token, now().getTime() + seconds * 1000)
    return text(token)
  }
  const answer = (request: ReceivedRequest): Reply<MetadataRequest> => {
    const {method, path, token, ttl} = describe(request)
    if (method === 'PUT' && path === '/latest/api/token') return createToken(ttl)
    if (method !== 'GET') return page(405)
    if (token === 'wrong') return page(401)
    if (token === 'missing' && v2 === 'required') return page(403)
    return read(path, options, now())
  }
  const {origin, ...service} = await startService<MetadataRequest>(
    {describe, answer, refuse: ({status}) => page(status)},
    {faults},
  )
  return {endpoint: origin, ...service}
}

const read = (path: string, options: MetadataServerOptions, now: Date): Reply<MetadataRequest> => {
  const {role, regionId = 'cn-hangzhou'} = options
  if (path === '/latest/meta-data/region-id') return text(regionId)
  if (!role) return page(404)
  if (path === ROLES) return text(role.name)
  if (path !== `${ROLES}${role.name}`) return page(404)
  const {credentials} = role
  return json(200, toWire(typeof credentials === 'function' ? credentials() : credentials, now))
}

const SIX_HOURS_MS = 6 * 60 * 60 * 1000

const toWire = (credentials: MetadataCredentials, now: Date): object => {
  const common = {Code: 'Success', LastUpdated: timestamp(now)}
  if (!('accessKeyId' in credentials)) return {...common, ...credentials}
  const {accessKeyId, accessKeySecret, securityToken, expiration} = credentials
  return {
    ...common,
    AccessKeyId: accessKeyId,
    AccessKeySecret: accessKeySecret,
    SecurityToken: securityToken,
    Expiration: timestamp(expiration ?? new Date(now.getTime() + SIX_HOURS_MS)),
  }
}

const timestamp = (date: Date): string => date.toISOString().replace(/\.\d{3}Z$/, 'Z')

const text = (body: string): Reply<MetadataRequest> => ({status: 200, contentType: 'text/plain', body})

// It says no error in JSON: what refuses there is a web server.
const page = (status: number): Reply<MetadataRequest> => ({
  status,
  contentType: 'text/html',
  body: `<?xml version="1.0" encoding="iso-8859-1"?><html><head><title>${status}</title></head></html>\n`,
})
