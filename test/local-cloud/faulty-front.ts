import {createServer, request as forward, type IncomingMessage, type ServerResponse} from 'node:http'
import {createServer as createTlsServer} from 'node:https'
import type {Socket} from 'node:net'

import type {Certificate} from './certificate.ts'
import {listenOnLoopback} from './loopback-server.ts'

/** What a server, or something in between, does instead of answering; the texts are all that is sent. */
const ANSWERS = {
  'closes without an answer': '',
  'speaks another protocol': 'SSH-2.0-OpenSSH_9.6\r\n',
  'ends within its head': 'HTTP/1.1 200 OK\r\nContent-Ty',
  'ends within its body':
    'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"Credentials": {',
  'ends within a chunk':
    'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{"a"',
  redirects: 'HTTP/1.1 302 Found\r\nLocation: https://portal.example/SECRET-x\r\nContent-Length: 0\r\n\r\n',
  'shows a web page':
    'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 24\r\n\r\n<html>SECRET-page</html>',
  'says nothing': 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
  'has no content': 'HTTP/1.1 204 No Content\r\n\r\n',
  'answers a list': 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]',
  'answers null': 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4\r\n\r\nnull',
  'answers half of its JSON':
    'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 17\r\n\r\n{"Credentials": {',
  'claims to have compressed it':
    'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\u001f\u008b\b\0',
  'is a gateway in trouble':
    'HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>',
} as const

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n'
/** The same again and again, after a beginning; with a pause in milliseconds or as fast as it is read. */
const ENDLESS = {
  'drips its head': {first: 'HTTP/1.1 200 OK\r\nX-Drip: ', again: 'a', pauseMs: 20},
  'drips its body': {first: `${HEAD}Content-Length: 100000\r\n\r\n`, again: ' ', pauseMs: 20},
  'has an endless head': {first: 'HTTP/1.1 200 OK\r\n', again: `X-Endless: ${'a'.repeat(1000)}\r\n`, pauseMs: 0},
  'has an endless body': {first: `${HEAD}\r\n`, again: ' '.repeat(64 * 1024), pauseMs: 0},
} as const

/** How a front fails. */
export type FrontFault = keyof typeof ANSWERS | keyof typeof ENDLESS | 'resets' | 'is silent'

export const FRONT_FAULTS: readonly FrontFault[] = [
  ...(Object.keys(ANSWERS) as (keyof typeof ANSWERS)[]),
  ...(Object.keys(ENDLESS) as (keyof typeof ENDLESS)[]),
  'resets',
  'is silent',
]

export interface FaultyFront {
  readonly port: number
  readonly origin: string
  /** How many requests have met the fault. */
  readonly hits: () => number
  readonly close: () => Promise<void>
}

/**
 * Starts a server that stands before another one, passes the first requests on and fails all others.
 *
 * @param target - where requests are passed on to
 * @param passes - how many of them
 * @param certificate - with it, the front speaks TLS
 */
export const startFaultyFront = async (
  fault: FrontFault,
  {target = '', passes = 0, certificate}: {target?: string; passes?: number; certificate?: Certificate} = {},
): Promise<FaultyFront> => {
  let seen = 0
  const listener = (message: IncomingMessage, response: ServerResponse): void => {
    seen += 1
    if (seen <= passes) return pass(message, response, target)
    // What a client still sends into a closed connection is none of the test's business.
    message.socket.on('error', () => {})
    fail(message.socket, fault)
  }
  const server = certificate
    ? createTlsServer({key: certificate.keyPem, cert: certificate.certPem}, listener)
    : createServer(listener)
  const {port, close} = await listenOnLoopback(server)
  const origin = `http${certificate ? 's' : ''}://127.0.0.1:${port}`
  return {port, origin, hits: () => Math.max(0, seen - passes), close}
}

const pass = (message: IncomingMessage, response: ServerResponse, target: string): void => {
  const {method, url = '', headers} = message
  const passed = forward(new URL(url, target), {method, headers}, (reply) => {
    response.writeHead(reply.statusCode ?? 500, reply.headers)
    reply.pipe(response)
  })
  passed.on('error', () => response.destroy())
  message.pipe(passed)
}

const fail = (socket: Socket, fault: FrontFault): void => {
  if (fault === 'is silent') return
  if (fault === 'resets') socket.resetAndDestroy()
  else if (fault in ENDLESS) repeat(socket, ENDLESS[fault as keyof typeof ENDLESS])
  else socket.end(Buffer.from(ANSWERS[fault as keyof typeof ANSWERS], 'latin1'))
}

const repeat = (socket: Socket, {first, again, pauseMs}: {first: string; again: string; pauseMs: number}): void => {
  socket.write(first)
  const more = (): void => {
    if (socket.destroyed) return
    const isRoom = socket.write(again)
    if (pauseMs > 0) setTimeout(more, pauseMs)
    else if (isRoom) setImmediate(more)
    else socket.once('drain', more)
  }
  more()
}
