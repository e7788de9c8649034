import {randomUUID} from 'node:crypto'

import {bearerToken, isJsonRequest, judgeSecret, type Presented} from './bearer.ts'
import type {FaultOptions} from './faults.ts'
import {json, startService, type LocalService, type Reply} from './local-service.ts'
import {mintFor, type MintCredentials} from './minted-credentials.ts'
import {createTokenStore, type OAuthTokens, type OAuthTokenStore} from './oauth-tokens.ts'
import {valuesOf, type ReceivedRequest} from './received-request.ts'

export type OAuthServerOptions = FaultOptions & {
  /** By default, the aliyun CLI's own: that of the Chinese site, and that of the international one. */
  readonly clientIds?: readonly string[]
  /** How long an access token lives; 3600 by default. */
  readonly accessTokenSeconds?: number
  /** Makes what is handed out, such as `() => sts.issue(arn)`; by default, credentials that no STS knows. */
  readonly mint?: MintCredentials
  readonly now?: () => Date
}

type OAuthRequest = {
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly accessToken: Presented
  /** A token stood in the query, where proxies and logs see it. */
  readonly tokenInUrl?: true
  readonly clientId?: string
  /** The `error`, if it was refused. */
  readonly code?: string
}

export type LocalOAuthServer = Omit<LocalService<OAuthRequest>, 'origin'> & {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string
  /** What a client holds that has just logged in or refreshed. */
  readonly tokens: () => OAuthTokens
  /** How often a refresh token came that was spent before; the first time ends the login. */
  readonly replayed: () => number
  /** Ends all access tokens now; refresh tokens stay good. */
  readonly expireAccessTokens: () => void
  /** Ends the login, as the user's own signing out does. */
  readonly revokeAll: () => void
}

const CLIENT_IDS = ['4038181954557748008', '4103531455503354461']
const LIFETIME_SECONDS = 3600

/** Starts the OAuth service of a login of the aliyun CLI, on 127.0.0.1; the login is made already. */
export const startOAuthServer = async (options: OAuthServerOptions = {}): Promise<LocalOAuthServer> => {
  const {accessTokenSeconds = LIFETIME_SECONDS, now = () => new Date(), faults} = options
  const world: World = {
    store: createTokenStore(accessTokenSeconds, now),
    clientIds: options.clientIds ?? CLIENT_IDS,
    accessTokenSeconds,
    mint: options.mint ?? mintFor(LIFETIME_SECONDS, now),
  }
  const {origin, ...service} = await startService<OAuthRequest>(
    {
      describe: (request) => describe(request, world.store),
      answer: (request) => answer(request, world),
      refuse: ({status, code}) => refuse(status, code),
    },
    {faults},
  )
  const {current: tokens, replayed, expireAccessTokens, revokeAll} = world.store
  return {endpoint: origin, tokens, replayed, expireAccessTokens, revokeAll, ...service}
}

type World = {
  readonly store: OAuthTokenStore
  readonly clientIds: readonly string[]
  readonly accessTokenSeconds: number
  readonly mint: MintCredentials
}

const describe = (request: ReceivedRequest, {stateOf}: OAuthTokenStore): OAuthRequest => {
  const {method, path, query, form} = request
  const [clientId] = valuesOf(form, 'client_id')
  return {
    method,
    path,
    accessToken: judgeSecret(bearerToken(request), (token) => stateOf(token) === 'valid'),
    ...(query.some(([name]) => name.endsWith('token')) && {tokenInUrl: true}),
    ...(clientId !== undefined && {clientId}),
  }
}

const answer = (request: ReceivedRequest, world: World): Reply<OAuthRequest> => {
  if (request.method !== 'POST') return refuse(405, 'method_not_allowed')
  if (request.path === '/v1/token') return refresh(request, world)
  if (request.path === '/v1/exchange') return exchange(request, world)
  return refuse(404, 'not_found')
}

const refresh = ({form}: ReceivedRequest, world: World): Reply<OAuthRequest> => {
  const {store, clientIds, accessTokenSeconds} = world
  const only = (name: string): string | undefined => {
    const [value, ...more] = valuesOf(form, name)
    return more.length > 0 ? undefined : value || undefined
  }
  const grantType = only('grant_type')
  const refreshToken = only('refresh_token')
  const clientId = only('client_id')
  if (!grantType || !refreshToken || !clientId) return refuse(400, 'invalid_request')
  if (grantType !== 'refresh_token') return refuse(400, 'unsupported_grant_type')
  if (!clientIds.includes(clientId)) return refuse(401, 'invalid_client')
  const tokens = store.refresh(refreshToken)
  if (!tokens) return refuse(400, 'invalid_grant')
  return json(200, {
    access_token: tokens.accessToken,
    refresh_token: tokens.refreshToken,
    expires_in: accessTokenSeconds,
    token_type: 'Bearer',
  })
}

const exchange = (request: ReceivedRequest, {store, mint}: World): Reply<OAuthRequest> => {
  const state = store.stateOf(bearerToken(request) ?? '')
  if (state === 'unknown') return refuse(401, 'invalid_token')
  if (state === 'expired') return refuse(401, 'expired_token')
  if (!isJsonRequest(request) || request.body.length > 0) return refuse(400, 'invalid_request')
  const {AccessKeyId, AccessKeySecret, SecurityToken, Expiration} = mint()
  return json(200, {
    requestId: randomUUID().toUpperCase(),
    accessKeyId: AccessKeyId,
    accessKeySecret: AccessKeySecret,
    securityToken: SecurityToken,
    expiration: Expiration,
  })
}

const refuse = (status: number, error: string): Reply<OAuthRequest> =>
  json<OAuthRequest>(
    status,
    {error, error_description: `The request was refused: ${error}.`, requestId: randomUUID().toUpperCase()},
    {code: error},
  )
