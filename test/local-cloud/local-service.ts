import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import {createServer as createTlsServer} from 'node:https'

import type {Certificate} from './certificate.ts'
import {
  createFaultQueue,
  delay,
  garbagePage,
  isRefusal,
  type FailNext,
  type Fault,
  type FaultOptions,
  type Refusal,
} from './faults.ts'
import {answering, listenOnLoopback} from './loopback-server.ts'
import {receiveRequest, type ReceivedRequest} from './received-request.ts'

/** An answer, and what is to be remembered of it. */
export type Reply<Seen extends object> = {
  readonly status: number
  readonly body: string
  /** `application/json` by default. */
  readonly contentType?: string
  readonly seen?: Partial<Seen>
}

/** What makes a service: `Seen` is what it remembers of a request, and holds no secret. */
export type Service<Seen extends object> = {
  /** What is remembered of a request, whatever becomes of it. */
  readonly describe: (request: ReceivedRequest) => Seen
  readonly answer: (request: ReceivedRequest) => Reply<Seen> | Promise<Reply<Seen>>
  /** The service's own form of an error. */
  readonly refuse: (refusal: Refusal, request: ReceivedRequest) => Reply<Seen>
}

/** A request that was answered, or failed on purpose. */
export type Recorded<Seen extends object> = Seen & {
  /** 0 if it was not answered. */
  readonly status: number
  /** What went wrong with it on purpose. */
  readonly fault?: Fault
}

/** What every local server has. */
export type LocalService<Seen extends object> = {
  /** `http://127.0.0.1:<port>`, or `https:` with a certificate. */
  readonly origin: string
  /** In the order in which they were answered. */
  readonly requests: readonly Recorded<Seen>[]
  readonly failNext: FailNext
  /** Destroys all connections; may be called more than once. */
  readonly close: () => Promise<void>
}

export type LocalServiceOptions = FaultOptions & {
  /** With it, the service speaks TLS. */
  readonly certificate?: Certificate | undefined
  /** With TLS: ask clients for a certificate, and take whatever they have; it is for the service to judge. */
  readonly requestsClientCertificate?: boolean
  /** The clock that its answers show. */
  readonly now?: () => Date
}

/**
 * Starts a service on a free port of 127.0.0.1, with faults on demand.
 *
 * @throws if it cannot listen
 */
export const startService = async <Seen extends object>(
  service: Service<Seen>,
  {
    certificate,
    requestsClientCertificate: requestCert = false,
    faults,
    now = () => new Date(),
  }: LocalServiceOptions = {},
): Promise<LocalService<Seen>> => {
  const requests: Recorded<Seen>[] = []
  const {failNext, next} = createFaultQueue(faults)
  const listener = answering(async (message, response) => {
    const request = await receiveRequest(message)
    const record = (recorded: Recorded<Seen>): number => requests.push(recorded)
    const fault = next(service.describe(request))
    await serve({service, request, fault, record, now}, message, response)
  })
  const server = certificate
    ? createTlsServer(
        {key: certificate.keyPem, cert: certificate.certPem, requestCert, rejectUnauthorized: false},
        listener,
      )
    : createServer(listener)
  const {port, close} = await listenOnLoopback(server)
  return {origin: `http${certificate ? 's' : ''}://127.0.0.1:${port}`, requests, failNext, close}
}

/** A reply in JSON. */
export const json = <Seen extends object>(status: number, body: object, seen?: Partial<Seen>): Reply<Seen> => ({
  status,
  body: JSON.stringify(body),
  ...(seen && {seen}),
})

type Exchange<Seen extends object> = {
  readonly service: Service<Seen>
  readonly request: ReceivedRequest
  readonly fault: Fault | undefined
  readonly record: (recorded: Recorded<Seen>) => void
  readonly now: () => Date
}

const serve = async <Seen extends object>(
  {service, request, fault, record, now}: Exchange<Seen>,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const seen = {...service.describe(request), ...(fault && {fault})}
  const isAnswered = fault !== 'hang' && fault !== 'reset' && (await delay(fault, response))
  if (!isAnswered) {
    record({...seen, status: 0})
    if (fault === 'reset') message.socket.destroy()
    return
  }
  const reply = await replyTo(service, request, fault)
  record({...seen, ...reply.seen, status: reply.status})
  if (fault === 'lost reply') {
    message.socket.destroy()
    return
  }
  response
    .writeHead(reply.status, {
      'content-type': reply.contentType ?? 'application/json',
      date: now().toUTCString(),
    })
    .end(reply.body)
}

const replyTo = async <Seen extends object>(
  service: Service<Seen>,
  request: ReceivedRequest,
  fault: Fault | undefined,
): Promise<Reply<Seen>> => {
  if (fault === 'garbage') return {status: 200, contentType: 'text/html', body: garbagePage(request)}
  if (typeof fault === 'object' && 'answer' in fault) return json(200, fault.answer)
  return isRefusal(fault) ? service.refuse(fault, request) : service.answer(request)
}
