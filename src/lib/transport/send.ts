import type {ClientRequest, IncomingMessage} from 'node:http'
import type {Agent, RequestOptions} from 'node:https'

import type {HttpCall, HttpReply} from './http.ts'

/** The largest reply that is accepted, in bytes. */
const MAX_REPLY_BYTES = 1024 * 1024

/** The settings of one attempt. */
export interface SendOptions {
  readonly agent: Agent | undefined
  /** Certificates to trust instead of Node's own; undefined for those. */
  readonly ca: readonly string[] | undefined
  readonly connectTimeoutMs: number
  /** How long an open connection may be idle, in milliseconds; undefined for no limit but the signal's. */
  readonly silenceMs: number | undefined
  /** Ends the attempt; its reason becomes the error. */
  readonly signal: AbortSignal
}

/** A failure below HTTP. `code` is Node's, or one of ours. */
export class SendError extends Error {
  readonly code: string

  constructor(code: string, options?: ErrorOptions) {
    super(code, options)
    this.code = code
  }
}

/**
 * Makes one attempt of a call. When it settles, it has left no timer or listener behind, and a socket only until it has closed.
 *
 * @throws SendError `CONNECT_TIMEOUT`, `NO_RESPONSE`, `REPLY_TOO_LARGE`, `PROXY_<status>`, or Node's own code; the
 *   signal's reason
 */
export const sendOnce = async (call: HttpCall, options: SendOptions): Promise<HttpReply> => {
  const url = new URL(call.url)
  // Not by import, which reads every export: one of those of node:http loads all of undici.
  const {request: start} = process.getBuiltinModule(url.protocol === 'https:' ? 'node:https' : 'node:http')
  options.signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const request = start(url, requestOptions(call, options))
    const connectTimer = setTimeout(() => fail(new SendError('CONNECT_TIMEOUT')), options.connectTimeoutMs)
    const abort = (): void => fail(options.signal.reason)
    const settle = (): void => {
      clearTimeout(connectTimer)
      options.signal.removeEventListener('abort', abort)
    }
    const fail = (reason: unknown): void => {
      settle()
      request.destroy()
      reject(reason instanceof Error ? reason : new SendError('UNKNOWN'))
    }
    options.signal.addEventListener('abort', abort)
    watchConnection(request, () => clearTimeout(connectTimer), fail)
    request.on('error', (error: NodeJS.ErrnoException) => fail(new SendError(error.code ?? 'UNKNOWN')))
    // The connection is not kept alive: it closes by itself behind the reply.
    const succeed = (reply: HttpReply): void => {
      settle()
      resolve(reply)
    }
    request.once('response', (response) => {
      readReply(response).then(succeed, fail)
    })
    if (options.silenceMs !== undefined) request.setTimeout(options.silenceMs, () => fail(new SendError('NO_RESPONSE')))
    request.end(call.body)
  })
}

const requestOptions = (call: HttpCall, {agent, ca}: SendOptions): RequestOptions => ({
  method: call.method,
  headers: {...call.headers, 'content-length': Buffer.byteLength(call.body ?? '')},
  // Without an agent Node makes one for this request only, and keeps no connection alive.
  agent: agent ?? false,
  ...(ca ? {ca: [...ca]} : {}),
})

/** A proxy that refuses answers in place of the target: its answer must not be taken for the target's. */
const watchConnection = (request: ClientRequest, connected: () => void, fail: (reason: unknown) => void): void => {
  request.once('proxyConnect', ({statusCode}: {statusCode: number}) => {
    if (statusCode !== 200) fail(new SendError(`PROXY_${statusCode}`))
  })
  request.once('socket', (socket) => {
    if (!socket.connecting) connected()
    socket.once('secureConnect', connected)
    socket.once('connect', () => {
      if (!('encrypted' in socket)) connected()
    })
  })
}

/** By events: an async iterator over a stream takes Node another millisecond to begin. */
const readReply = (response: IncomingMessage): Promise<HttpReply> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    response.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > MAX_REPLY_BYTES) reject(new SendError('REPLY_TOO_LARGE'))
      else chunks.push(chunk)
    })
    response.once('end', () =>
      resolve({status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8')}),
    )
    response.once('error', (error: NodeJS.ErrnoException) => reject(new SendError(error.code ?? 'UNKNOWN')))
  })
