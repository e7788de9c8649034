import type {ClientRequest, IncomingMessage} from 'node:http'
import type {Agent, RequestOptions} from 'node:https'

import {LONGEST_TIMER_MS} from '../base/deadline.ts'
import type {AttemptLimits} from './attempt-limits.ts'
import {MAX_REPLY_BYTES, type CallTls, type HttpCall, type HttpReply} from './http.ts'

/** The settings of one attempt. */
export interface SendOptions extends AttemptLimits {
  readonly agent: Agent | undefined
  /** Certificates to trust instead of Node's own; undefined for those. */
  readonly ca: readonly string[] | undefined
  /** Ends the attempt; its reason becomes the error. */
  readonly signal: AbortSignal
}

/** A failure below HTTP. `code` is Node's, or one of ours. */
export class SendError extends Error {
  readonly code: string
  /** The HTTP status, where an answer had begun. */
  readonly status: number | undefined

  constructor(code: string, options?: ErrorOptions & {readonly status?: number | undefined}) {
    super(code, options)
    this.code = code
    this.status = options?.status
  }
}

/**
 * Makes one attempt of a call. When it settles, it has left no timer or listener behind, and a socket only until it has
 * closed.
 *
 * @throws SendError `CONNECT_TIMEOUT`, also when the signal ends it before there is a connection; `NO_RESPONSE`,
 *   `REPLY_TOO_LARGE`, `PROXY_<status>`, `PROXY_GARBAGE`, or Node's own code; the signal's reason
 */
export const sendOnce = async (call: HttpCall, options: SendOptions): Promise<HttpReply> => {
  const url = new URL(call.url)
  // Not by import, which reads every export: one of those of node:http loads all of undici.
  const {request: start} = process.getBuiltinModule(url.protocol === 'https:' ? 'node:https' : 'node:http')
  options.signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const request = start(url, requestOptions(call, options))
    const {connectTimeoutMs, silenceMs} = options
    let isConnected = false
    const connectTimer =
      connectTimeoutMs !== undefined &&
      setTimeout(() => fail(new SendError('CONNECT_TIMEOUT')), Math.min(connectTimeoutMs, LONGEST_TIMER_MS))
    const connected = (): void => {
      isConnected = true
      if (connectTimer) clearTimeout(connectTimer)
    }
    const abort = (): void => fail(isConnected ? options.signal.reason : new SendError('CONNECT_TIMEOUT'))
    const settle = (): void => {
      if (connectTimer) clearTimeout(connectTimer)
      options.signal.removeEventListener('abort', abort)
    }
    const fail = (reason: unknown): void => {
      settle()
      request.destroy()
      reject(reason instanceof Error ? reason : new SendError('UNKNOWN'))
    }
    options.signal.addEventListener('abort', abort)
    watchConnection(request, connected, fail)
    request.on('error', (error: NodeJS.ErrnoException) => fail(new SendError(codeOf(error))))
    // The connection is not kept alive: it closes by itself behind the reply.
    const succeed = (reply: HttpReply): void => {
      settle()
      resolve(reply)
    }
    request.once('response', (response) => {
      readReply(response, call.maxReplyBytes ?? MAX_REPLY_BYTES).then(succeed, fail)
    })
    // Nobody asked for another protocol: without a listener Node would close the connection and say nothing.
    request.once('upgrade', ({statusCode = 0}, socket) => {
      socket.destroy()
      succeed({status: statusCode, body: ''})
    })
    if (silenceMs !== undefined)
      request.setTimeout(Math.min(silenceMs, LONGEST_TIMER_MS), () => fail(new SendError('NO_RESPONSE')))
    request.end(call.body)
  })
}

/** The proxy package gives no code to its errors: these say that the answer of the proxy is not HTTP. */
const codeOf = ({code, message}: NodeJS.ErrnoException): string =>
  code ?? (/^(Invalid|No) header .*from proxy CONNECT/.test(message) ? 'PROXY_GARBAGE' : 'UNKNOWN')

const requestOptions = (call: HttpCall, {agent, ca, addressTimeoutMs}: SendOptions): RequestOptions => ({
  method: call.method,
  headers: {...call.headers, 'content-length': Buffer.byteLength(call.body ?? '')},
  // Without an agent Node makes one for this request only, and keeps no connection alive.
  agent: agent ?? false,
  // Flags of Node would change both.
  maxHeaderSize: 16 * 1024,
  insecureHTTPParser: false,
  ...tlsOptions(ca),
  ...(call.tls ? ownTls(call.tls) : {}),
  ...addressOptions(addressTimeoutMs),
})

const ownTls = ({ca, certificate, privateKey, serverName}: CallTls): RequestOptions => ({
  ...(ca === undefined ? {} : {ca}),
  ...(certificate === undefined ? {} : {cert: certificate}),
  ...(privateKey ? {key: privateKey.reveal()} : {}),
  ...(serverName === undefined ? {} : {servername: serverName}),
})

/** What variables and flags of Node would decide otherwise. */
export const tlsOptions = (
  ca: SendOptions['ca'],
): Pick<RequestOptions, 'rejectUnauthorized' | 'minVersion' | 'ca'> => ({
  rejectUnauthorized: true,
  minVersion: 'TLSv1.2',
  ...(ca ? {ca: [...ca]} : {}),
})

/** Node's own limit of 250 ms reaches nothing that is far away, where a host has several addresses. */
export const addressOptions = (
  addressTimeoutMs: number,
): {autoSelectFamily: boolean; autoSelectFamilyAttemptTimeout: number} => ({
  autoSelectFamily: true,
  autoSelectFamilyAttemptTimeout: addressTimeoutMs,
})

/** A proxy that refuses answers in place of the target: its answer must not be taken for the target's. */
const watchConnection = (request: ClientRequest, connected: () => void, fail: (reason: unknown) => void): void => {
  request.once('proxyConnect', ({statusCode}: {statusCode: number}) => {
    if (statusCode === 200) return
    // The package reads a number wherever an HTTP status would stand.
    fail(new SendError(statusCode >= 100 && statusCode < 600 ? `PROXY_${statusCode}` : 'PROXY_GARBAGE'))
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
const readReply = (response: IncomingMessage, maxBytes: number): Promise<HttpReply> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    response.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > maxBytes) reject(new SendError('REPLY_TOO_LARGE', {status: response.statusCode}))
      else chunks.push(chunk)
    })
    response.once('end', () => {
      const {
        statusCode = 0,
        headers: {'content-type': contentType, 'retry-after': retryAfter, location, date, age, 'x-acs-request-id': id},
      } = response
      resolve({
        status: statusCode,
        body: Buffer.concat(chunks).toString('utf8'),
        ...(contentType === undefined ? {} : {contentType}),
        ...(retryAfter === undefined ? {} : {retryAfter}),
        ...(location === undefined ? {} : {location}),
        // An answer that a cache has kept says when it was made, and not what time it is.
        ...(date === undefined || age !== undefined ? {} : {date}),
        ...(typeof id === 'string' ? {requestId: id} : {}),
      })
    })
    response.once('error', (error: NodeJS.ErrnoException) => reject(new SendError(error.code ?? 'UNKNOWN')))
  })
