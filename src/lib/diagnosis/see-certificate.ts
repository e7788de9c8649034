import type {ClientRequest} from 'node:http'
import type {DetailedPeerCertificate, PeerCertificate, TLSSocket} from 'node:tls'

import {errorCode} from '../base/error-code.ts'
import {withoutBrackets} from '../transport/hosts.ts'
import {serverNameOf, type Route} from './route.ts'

/** A certificate that a server shows, verified or not. */
export interface VisibleCertificate {
  /** The CA that issued it, the one that issued that CA's, and so on. */
  readonly issuers: readonly string[]
  /** Both in RFC 3339, or words that say that it cannot be read. */
  readonly validFrom: string
  readonly validTo: string
  /** The hosts that it is for, as Node writes them. */
  readonly names: string
  readonly fault: string | undefined
}

/** What is seen of a server. */
export type SeenCertificate = VisibleCertificate | {readonly failure: string}

/**
 * Looks at the certificate of a server.
 *
 * @returns with `fault`, Node's code, if it cannot be verified by these CAs; `failure` if there is no connection
 */
export const seeCertificate = async (
  url: URL,
  {ca, ...route}: Route & {readonly ca: readonly string[] | undefined},
): Promise<SeenCertificate> => {
  const tls = {
    ...(ca ? {ca: [...ca]} : {}),
    // To see it is the purpose; nothing is sent.
    rejectUnauthorized: false,
  }
  return route.tunnel ? throughTunnel(url, tls, route) : directly(url, tls, route)
}

type TlsOptions = Readonly<{ca?: string[]; rejectUnauthorized: boolean}>

const directly = (url: URL, tls: TlsOptions, route: Route): Promise<SeenCertificate> => {
  const {connect} = process.getBuiltinModule('node:tls')
  return new Promise((resolve) => {
    const host = withoutBrackets(url.hostname)
    const socket = connect({host, port: Number(url.port || '443'), ...serverNameOf(url, route), ...tls})
    const settle = settleOnce(route.signal, resolve, () => socket.destroy())
    socket.once('error', (error) => settle({failure: errorCode(error)}))
    socket.once('secureConnect', () => settle(readCertificate(socket)))
  })
}

/** A request that is never ended sends nothing, and has a connection all the same. */
const throughTunnel = (url: URL, tls: TlsOptions, route: Route): Promise<SeenCertificate> => {
  const {request: start} = process.getBuiltinModule('node:https')
  return new Promise((resolve) => {
    const request: ClientRequest = start(url, {agent: route.tunnel?.agent, ...serverNameOf(url, route), ...tls})
    const settle = settleOnce(route.signal, resolve, () => request.destroy())
    request.once('error', (error) => settle({failure: errorCode(error)}))
    request.once('proxyConnect', ({statusCode}: {statusCode: number}) => {
      if (statusCode !== 200) settle({failure: `PROXY_${statusCode}`})
    })
    request.once('socket', (socket) => {
      socket.once('secureConnect', () => settle(readCertificate(socket as TLSSocket)))
    })
  })
}

const settleOnce = (
  signal: AbortSignal,
  resolve: (seen: SeenCertificate) => void,
  close: () => void,
): ((seen: SeenCertificate) => void) => {
  const settle = (seen: SeenCertificate): void => {
    signal.removeEventListener('abort', timeOut)
    close()
    resolve(seen)
  }
  const timeOut = (): void => settle({failure: 'ETIMEDOUT'})
  signal.addEventListener('abort', timeOut)
  return settle
}

const readCertificate = (socket: TLSSocket): SeenCertificate => {
  const certificate = socket.getPeerCertificate(true)
  const {valid_from: begin, valid_to: end, subjectaltname: names = 'none'} = certificate
  const fault = socket.authorized
    ? undefined
    : String((socket.authorizationError as Error & {code?: string}).code ?? socket.authorizationError)
  return {issuers: issuersOf(certificate), validFrom: timeOf(begin), validTo: timeOf(end), names, fault}
}

/** A server may write anything into its certificate. */
const timeOf = (text: string): string => {
  const time = new Date(text)
  return Number.isNaN(time.getTime()) ? 'a time that cannot be read' : time.toISOString()
}

/** A root, which issued itself, ends the chain; so does a certificate whose issuer neither side has. */
const issuersOf = (certificate: DetailedPeerCertificate): readonly string[] => {
  const issuers: string[] = []
  let at: DetailedPeerCertificate | undefined = certificate
  while (at && issuers.length < LONGEST_CHAIN) {
    const issuer = nameOf(at.issuer)
    if (issuer === issuers.at(-1)) break
    issuers.push(issuer)
    at = at.issuerCertificate === at ? undefined : at.issuerCertificate
  }
  return issuers
}

/** More than any chain that is verified. */
const LONGEST_CHAIN = 10

const nameOf = (issuer: PeerCertificate['issuer'] | undefined): string =>
  [issuer?.O, issuer?.CN].flat().filter(Boolean).join(', ') || 'an unnamed CA'

/** The issuers in a sentence: "a certificate of A, whose own is of B". */
export const describeIssuers = (issuers: readonly string[]): string => issuers.join(', whose own is of ')
