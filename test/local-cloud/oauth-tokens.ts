import {randomUUID} from 'node:crypto'

/** What a client holds after it has logged in or refreshed. */
export type OAuthTokens = {readonly accessToken: string; readonly refreshToken: string}

/** The tokens of one login. */
export type OAuthTokenStore = {
  /** The newest tokens; after `revokeAll` they are no longer good. */
  readonly current: () => OAuthTokens
  /**
   * Spends a refresh token.
   *
   * @returns new tokens; undefined if it is not the newest one. One that was spent before was stolen, as far as the
   *   server can know: then nothing is good any more, and it is counted as replayed
   */
  readonly refresh: (refreshToken: string) => OAuthTokens | undefined
  readonly stateOf: (accessToken: string) => 'unknown' | 'expired' | 'valid'
  readonly expireAccessTokens: () => void
  readonly revokeAll: () => void
  readonly replayed: () => number
}

/**
 * Starts a login.
 *
 * @param lifetimeSeconds - how long an access token lives
 */
export const createTokenStore = (lifetimeSeconds: number, now: () => Date): OAuthTokenStore => {
  const expirations = new Map<string, number>()
  const spent = new Set<string>()
  let isRevoked = false
  let replayed = 0

  const create = (): OAuthTokens => {
    const accessToken = `SECRET-access-${randomUUID()}`
    expirations.set(accessToken, now().getTime() + lifetimeSeconds * 1000)
    return {accessToken, refreshToken: `SECRET-refresh-${randomUUID()}`}
  }
  const revokeAll = (): void => {
    isRevoked = true
    expirations.clear()
  }
  let current = create()

  const refresh = (refreshToken: string): OAuthTokens | undefined => {
    if (spent.has(refreshToken)) {
      replayed += 1
      revokeAll()
    }
    if (isRevoked || refreshToken !== current.refreshToken) return undefined
    spent.add(refreshToken)
    current = create()
    return current
  }
  const stateOf = (accessToken: string): 'unknown' | 'expired' | 'valid' => {
    const expiration = expirations.get(accessToken)
    if (expiration === undefined) return 'unknown'
    return expiration > now().getTime() ? 'valid' : 'expired'
  }
  const expireAccessTokens = (): void => {
    for (const accessToken of expirations.keys()) expirations.set(accessToken, 0)
  }
  return {current: () => current, refresh, stateOf, expireAccessTokens, revokeAll, replayed: () => replayed}
}
