import type {PeerCertificate} from 'node:tls'

import {errorCode} from '../base/error-code.ts'

/** What a server shows, verified or not. */
export type SeenCertificate =
  | {readonly issuer: string; readonly validTo: string; readonly names: string; readonly fault: string | undefined}
  | {readonly failure: string}

/**
 * Looks at the certificate of a server.
 *
 * @returns with `fault`, Node's code, if it cannot be verified by these CAs; `failure` if there is no connection
 */
export const seeCertificate = (
  url: URL,
  {ca, timeoutMs}: {readonly ca: readonly string[] | undefined; readonly timeoutMs: number},
): Promise<SeenCertificate> => {
  const {connect} = process.getBuiltinModule('node:tls')
  const {isIP} = process.getBuiltinModule('node:net')
  const host = url.hostname.replaceAll(/^\[|\]$/g, '')
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port: Number(url.port || '443'),
      ...(isIP(host) ? {} : {servername: host}),
      ...(ca ? {ca: [...ca]} : {}),
      // To see it is the purpose; nothing is sent.
      rejectUnauthorized: false,
    })
    const settle = (seen: SeenCertificate): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(seen)
    }
    const timer = setTimeout(() => settle({failure: 'ETIMEDOUT'}), timeoutMs)
    socket.once('error', (error) => settle({failure: errorCode(error)}))
    socket.once('secureConnect', () => {
      const {issuer, valid_to: end, subjectaltname: names = ''} = socket.getPeerCertificate()
      const fault = socket.authorized
        ? undefined
        : String((socket.authorizationError as Error & {code?: string}).code ?? socket.authorizationError)
      settle({issuer: nameOf(issuer), validTo: new Date(end).toISOString(), names, fault})
    })
  })
}

const nameOf = (issuer: PeerCertificate['issuer'] | undefined): string =>
  [issuer?.O, issuer?.CN].flat().filter(Boolean).join(', ') || 'an unnamed CA'
