import {once} from 'node:events'
import type {Agent, RequestOptions} from 'node:https'
import {connect, type Socket} from 'node:net'
import type {Duplex} from 'node:stream'
import type {ConnectionOptions} from 'node:tls'
import {callbackify} from 'node:util'

import {LONGEST_TIMER_MS} from '../base/deadline.ts'
import {Secret} from '../base/secret.ts'
import type {Proxy} from './proxy.ts'
import {addressOptions, SendError, tlsOptions, type SendOptions} from './send.ts'

/** A connection through a proxy, for one attempt. */
export interface Tunnel {
  readonly agent: Agent
  /** Whether the proxy has connected to the target; before that a failure is the proxy's. */
  readonly isOpen: () => boolean
}

/** `ca` is for an https proxy too. */
interface TunnelOptions extends Pick<SendOptions, 'ca' | 'connectTimeoutMs' | 'addressTimeoutMs'> {
  /** Closes every connection to the proxy at any stage: nothing else closes one to a proxy that does not respond. */
  readonly signal: AbortSignal
}

/** Prepares a connection through a proxy. The proxy packages are loaded here, on use. */
export const prepareTunnel = (proxy: Proxy, options: TunnelOptions): Promise<Tunnel> =>
  proxy.kind === 'http' || proxy.kind === 'https' ? httpTunnel(proxy, options) : socksTunnel(proxy, options)

const httpTunnel = async (proxy: Proxy, {signal, ca, addressTimeoutMs}: TunnelOptions): Promise<Tunnel> => {
  const {HttpsProxyAgent} = await import('https-proxy-agent')
  let isOpen = false
  const agent = new HttpsProxyAgent<string>(`${proxy.kind}://${proxy.host}`, {
    // Not in the URL, which the package writes into its debug log.
    headers: proxyAuthorization(proxy),
    keepAlive: false,
    signal,
    ...tlsOptions(ca),
    ...addressOptions(addressTimeoutMs),
  })
  agent.on('proxyConnect', ({statusCode}: {statusCode: number}) => {
    isOpen = statusCode === 200
  })
  return {agent, isOpen: () => isOpen}
}

const proxyAuthorization = ({login}: Proxy): Record<string, string> => {
  if (!login) return {}
  const credentials = new Secret(`${login.username}:${login.password.reveal()}`)
  return {'proxy-authorization': `Basic ${Buffer.from(credentials.reveal()).toString('base64')}`}
}

/** With `socks` instead of `socks-proxy-agent`, which cannot abandon a proxy that does not respond. */
const socksTunnel = async (proxy: Proxy, options: TunnelOptions): Promise<Tunnel> => {
  const {Agent} = process.getBuiltinModule('node:https')
  const {connect: connectTls} = process.getBuiltinModule('node:tls')
  let isOpen = false
  const open = async (target: RequestOptions): Promise<Duplex> => {
    const socket = await connectBySocks(proxy, target, options)
    isOpen = true
    return connectTls({...target, socket} as ConnectionOptions)
  }
  class SocksAgent extends Agent {
    override createConnection(target: RequestOptions, done: (error: Error | null, stream: Duplex) => void): undefined {
      callbackify(open)(target, done)
    }
  }
  return {agent: new SocksAgent({keepAlive: false}), isOpen: () => isOpen}
}

/** As in Go, the proxy resolves the target's name, in every version of SOCKS. */
const connectBySocks = async (
  {kind, hostname, port = 1080, login}: Proxy,
  target: RequestOptions,
  {signal, connectTimeoutMs = LONGEST_TIMER_MS, addressTimeoutMs}: TunnelOptions,
): Promise<Socket> => {
  const {SocksClient} = await import('socks')
  const socket = connect({host: hostname, port, signal, ...addressOptions(addressTimeoutMs)})
  try {
    await once(socket, 'connect')
    await SocksClient.createConnection({
      command: 'connect',
      proxy: {
        host: hostname,
        port,
        type: kind === 'socks4' ? 4 : 5,
        ...(login ? {userId: login.username, password: login.password.reveal()} : {}),
      },
      destination: {host: target.host ?? '', port: Number(target.port)},
      existing_socket: socket,
      // Else the package has a limit of its own.
      timeout: Math.min(connectTimeoutMs, LONGEST_TIMER_MS),
    })
    return socket
  } catch (error) {
    socket.destroy()
    // The package's error contains the password: only its kind is passed on.
    throw new SendError(socksCode(error as NodeJS.ErrnoException))
  }
}

const socksCode = ({code, message}: NodeJS.ErrnoException): string => {
  if (typeof code === 'string') return code
  if (/authentication/i.test(message)) return 'PROXY_LOGIN'
  if (/rejected/i.test(message)) return 'PROXY_REFUSED'
  return /timed out/i.test(message) ? 'CONNECT_TIMEOUT' : 'UNKNOWN'
}
