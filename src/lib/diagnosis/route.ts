import {attemptLimits} from '../transport/attempt-limits.ts'
import {withoutBrackets} from '../transport/hosts.ts'
import type {Proxy} from '../transport/proxy.ts'
import {prepareTunnel, type Tunnel} from '../transport/tunnel.ts'

/** The way of one connection to a server. */
export interface Route {
  /** Undefined for a connection without a proxy. */
  readonly tunnel: Tunnel | undefined
  /** The name in the server's certificate, where it is not that of the URL. */
  readonly serverName: string | undefined
  /** Ends the connection. */
  readonly signal: AbortSignal
}

/**
 * Makes a connection, directly or through a proxy, which is closed when it has been used.
 *
 * @param timeoutMs - for all of it
 */
export const withRoute = async <T>(
  {proxy, serverName}: {readonly proxy: Proxy | undefined; readonly serverName: string | undefined},
  timeoutMs: number,
  use: (route: Route) => Promise<T>,
): Promise<T> => {
  const ended = new AbortController()
  const timer = setTimeout(() => ended.abort(), timeoutMs)
  const {addressTimeoutMs} = attemptLimits({}, timeoutMs, true)
  try {
    const tunnel = proxy
      ? await prepareTunnel(proxy, {signal: ended.signal, ca: undefined, connectTimeoutMs: timeoutMs, addressTimeoutMs})
      : undefined
    return await use({tunnel, serverName, signal: ended.signal})
  } finally {
    clearTimeout(timer)
    ended.abort()
  }
}

/** What TLS asks the server for by SNI, and looks for in its certificate. */
export const serverNameOf = (
  {hostname}: URL,
  {serverName}: Pick<Route, 'serverName'>,
): {readonly servername?: string} => {
  const {isIP} = process.getBuiltinModule('node:net')
  if (serverName !== undefined) return {servername: serverName}
  const host = withoutBrackets(hostname)
  return isIP(host) ? {} : {servername: host}
}
