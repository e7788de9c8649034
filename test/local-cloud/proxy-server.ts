import {createServer, type IncomingMessage} from 'node:http'
import {connect, type Socket} from 'node:net'
import type {Duplex} from 'node:stream'

import {judgeSecret, type Presented} from './bearer.ts'
import {
  createFaultQueue,
  delay,
  garbagePage,
  isRefusal,
  type FailNext,
  type Fault,
  type FaultOptions,
} from './faults.ts'
import {listenOnLoopback} from './loopback-server.ts'

export type ProxyServerOptions = FaultOptions & {
  /** What it wants by Basic authentication; without it, nothing. */
  readonly auth?: {readonly username: string; readonly password: string}
  /** Where each `host:port` really is; it knows no others. */
  readonly names?: Readonly<Record<string, {readonly host: string; readonly port: number}>>
}

/** What the proxy remembers of a request; it holds no password. */
export type ProxyRequestRecord = {
  /** `CONNECT`, or the method of a plain request, which it refuses. */
  readonly method: string
  /** `host:port`; the origin of a plain request. */
  readonly target: string
  readonly password: Presented
  /** 0 if it was not answered. */
  readonly status: number
  /** What went wrong with it on purpose. */
  readonly fault?: Fault
}

export type LocalProxyServer = {
  /** As a user would write it, name and password included. */
  readonly url: string
  /** `http://127.0.0.1:<port>` */
  readonly origin: string
  /** In the order in which they were answered. */
  readonly requests: readonly ProxyRequestRecord[]
  readonly failNext: FailNext
  readonly close: () => Promise<void>
}

/** Starts an HTTP proxy that does nothing but CONNECT, on 127.0.0.1. */
export const startProxyServer = async (options: ProxyServerOptions = {}): Promise<LocalProxyServer> => {
  const {auth, names = {}, faults} = options
  const requests: ProxyRequestRecord[] = []
  const {failNext, next} = createFaultQueue(faults)
  const describe = ({method = '', headers}: IncomingMessage, target: string): Omit<ProxyRequestRecord, 'status'> => ({
    method,
    target,
    password: judgeSecret(headers['proxy-authorization'], (value) => !auth || value === basic(auth)),
  })
  const server = createServer((message, response) => {
    message.resume()
    requests.push({...describe(message, originOf(message.url ?? '')), status: 405})
    response.writeHead(405).end()
  })
  const upstreams = new Set<Socket>()
  server.on('connect', (message: IncomingMessage, client: Duplex, head: Buffer) => {
    const fault = next()
    const seen = describe(message, message.url ?? '')
    const isLetIn = !auth || seen.password === 'right'
    const tunnel: Tunnel = {
      client,
      head,
      fault,
      place: Object.hasOwn(names, seen.target) ? names[seen.target] : undefined,
      refusal: isLetIn ? undefined : PROXY_AUTHENTICATION_REQUIRED,
      track: (socket) => {
        upstreams.add(socket)
        socket.once('close', () => upstreams.delete(socket))
      },
      record: (status) => requests.push({...seen, status, ...(fault && {fault})}),
    }
    open(tunnel).catch((error: unknown) => client.destroy(error as Error))
  })
  const {port, close} = await listenOnLoopback(server)
  const userinfo = auth ? `${encodeURIComponent(auth.username)}:${encodeURIComponent(auth.password)}@` : ''
  return {
    url: `http://${userinfo}127.0.0.1:${port}`,
    origin: `http://127.0.0.1:${port}`,
    requests,
    failNext,
    close: async () => {
      for (const upstream of upstreams) upstream.destroy()
      await close()
    },
  }
}

type Tunnel = {
  readonly client: Duplex
  /** What the client has sent already. */
  readonly head: Buffer
  readonly fault: Fault | undefined
  readonly place: {readonly host: string; readonly port: number} | undefined
  /** The status line and headers of a refusal. */
  readonly refusal: string | undefined
  readonly track: (upstream: Socket) => void
  readonly record: (status: number) => void
}

const PROXY_AUTHENTICATION_REQUIRED =
  '407 Proxy Authentication Required\r\nproxy-authenticate: Basic realm="local-cloud"'

const open = async (tunnel: Tunnel): Promise<void> => {
  const {client, fault, place, refusal} = tunnel
  client.on('error', () => undefined) // a client may go at any time
  if (fault === 'hang') return tunnel.record(0)
  if (fault === 'reset') {
    tunnel.record(0)
    client.destroy()
    return
  }
  if (!(await delay(fault, client))) return tunnel.record(0)
  if (fault === 'garbage') return end(tunnel, `200 OK\r\ncontent-type: text/html`, garbagePage({query: [], form: []}))
  if (isRefusal(fault)) return end(tunnel, `${fault.status} ${fault.code}`)
  if (refusal) return end(tunnel, refusal)
  if (!place) return end(tunnel, '502 Bad Gateway')
  return relay(tunnel, connect(place.port, place.host))
}

const end = ({client, record}: Tunnel, head: string, body = ''): void => {
  record(Number(head.slice(0, 3)))
  const length = body ? '' : 'content-length: 0\r\n'
  client.end(`HTTP/1.1 ${head}\r\n${length}connection: close\r\n\r\n${body}`)
}

const relay = (tunnel: Tunnel, upstream: Socket): void => {
  const {client, head} = tunnel
  tunnel.track(upstream)
  const refuse = (): void => end(tunnel, '502 Bad Gateway')
  upstream.once('error', refuse)
  upstream.on('error', () => undefined) // an upstream may go at any time
  client.once('close', () => upstream.destroy())
  upstream.once('connect', () => {
    upstream.off('error', refuse)
    tunnel.record(200)
    client.write('HTTP/1.1 200 Connection established\r\n\r\n')
    upstream.write(head)
    upstream.once('close', () => client.destroy())
    upstream.pipe(client)
    client.pipe(upstream)
  })
}

const basic = ({username, password}: {username: string; password: string}): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`

const originOf = (url: string): string => (URL.canParse(url) ? new URL(url).origin : '')
