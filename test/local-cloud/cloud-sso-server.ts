import {randomUUID} from 'node:crypto'

import {bearerToken, isJsonRequest, judgeSecret, type Presented} from './bearer.ts'
import type {FaultOptions} from './faults.ts'
import {json, startService, type LocalService, type Reply} from './local-service.ts'
import {mintFor, type MintCredentials} from './minted-credentials.ts'
import type {ReceivedRequest} from './received-request.ts'

export type CloudSsoServerOptions = FaultOptions & {
  /** The token of the one user who has signed in. */
  readonly accessToken: string
  /** When the access token ends; without it, never. */
  readonly accessTokenExpiration?: Date
  /** What the user may have. */
  readonly assignments: readonly {readonly accountId: string; readonly accessConfigurationId: string}[]
  /** Makes what is handed out, such as `() => sts.issue(arn)`; by default, credentials that no STS knows. */
  readonly mint?: MintCredentials
  readonly now?: () => Date
}

type CloudSsoRequest = {
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly accessToken: Presented
  readonly accountId?: string
  readonly accessConfigurationId?: string
  /** The error code, if it was refused. */
  readonly code?: string
}

export type LocalCloudSsoServer = Omit<LocalService<CloudSsoRequest>, 'origin'> & {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string
  /** Where a user would sign in; only its scheme, host and port matter here. */
  readonly signInUrl: string
}

const LIFETIME_SECONDS = 3600

/** Starts the part of CloudSSO that makes credentials of an access token, on 127.0.0.1. */
export const startCloudSsoServer = async (options: CloudSsoServerOptions): Promise<LocalCloudSsoServer> => {
  const {accessToken, assignments, accessTokenExpiration, faults, now = () => new Date()} = options
  const mint = options.mint ?? mintFor(LIFETIME_SECONDS, now)
  const describe = (request: ReceivedRequest): CloudSsoRequest => ({
    method: request.method,
    path: request.path,
    accessToken: judgeSecret(bearerToken(request), (token) => token === accessToken),
    ...readBody(request),
  })
  const answer = (request: ReceivedRequest): Reply<CloudSsoRequest> => {
    const {method, path, accessToken: token, accountId, accessConfigurationId} = describe(request)
    if (method !== 'POST' || path !== '/cloud-credentials') return refuse(404, 'InvalidAction.NotFound')
    if (token !== 'right') return refuse(401, 'InvalidAccessToken')
    if (accessTokenExpiration && accessTokenExpiration <= now()) return refuse(401, 'AccessTokenExpired')
    if (!isJsonRequest(request)) return refuse(415, 'UnsupportedMediaType')
    if (!accountId || !accessConfigurationId) return refuse(400, 'InvalidParameter')
    const isAssigned = assignments.some(
      (assigned) => assigned.accountId === accountId && assigned.accessConfigurationId === accessConfigurationId,
    )
    return isAssigned
      ? json(200, {CloudCredential: mint(), RequestId: randomUUID().toUpperCase()})
      : refuse(403, 'NoPermission.AccessConfiguration')
  }
  const {origin, ...service} = await startService<CloudSsoRequest>(
    {describe, answer, refuse: ({status, code}) => refuse(status, code)},
    {faults},
  )
  return {endpoint: origin, signInUrl: `${origin}/start/login`, ...service}
}

const refuse = (status: number, code: string): Reply<CloudSsoRequest> =>
  json<CloudSsoRequest>(
    status,
    {ErrorCode: code, ErrorMessage: `The request was refused: ${code}.`, RequestId: randomUUID().toUpperCase()},
    {code},
  )

const readBody = ({body}: ReceivedRequest): Partial<CloudSsoRequest> => {
  const {AccountId, AccessConfigurationId} = parseObject(body.toString('utf8'))
  return {
    ...(typeof AccountId === 'string' && {accountId: AccountId}),
    ...(typeof AccessConfigurationId === 'string' && {accessConfigurationId: AccessConfigurationId}),
  }
}

const parseObject = (text: string): {readonly AccountId?: unknown; readonly AccessConfigurationId?: unknown} => {
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'object' && parsed !== null ? parsed : {}
  } catch {
    return {}
  }
}
