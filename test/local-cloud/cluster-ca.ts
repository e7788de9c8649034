import {randomInt} from 'node:crypto'

import {BasicConstraintsExtension, ExtendedKeyUsage, KeyUsageFlags, KeyUsagesExtension} from '@peculiar/x509'

import {forUse, makeCertificate, type Certificate, type Issuer} from './certificate.ts'

/** Whom a client certificate is for, and how long. */
export type ClientCertificateRequest = {
  /** The user's number, the first part of the common name. */
  readonly uid: string
  readonly lifetimeSeconds: number
  /** The CA's clock. */
  readonly now: Date
}

/** A client certificate with its key. */
export type ClientCertificate = Certificate & {
  /** `<uid>-<digits>`, the Kubernetes user name. */
  readonly commonName: string
  /** The certificate's own end: whole seconds. */
  readonly expiration: Date
}

/** The CA of one cluster for its users' certificates. */
export type ClusterCa = {
  readonly certPem: string
  readonly issue: (request: ClientCertificateRequest) => Promise<ClientCertificate>
}

const BACKDATED_MS = 5 * 60 * 1000
const CA_LIFETIME_MS = 20 * 365 * 24 * 60 * 60 * 1000

/**
 * Makes a CA that issues client certificates as ACK does: `O=system:users, CN=<uid>-<digits>`, for client authentication
 * only.
 *
 * All of them have the same name, so that only a signature tells whose a certificate is.
 *
 * @param now - when the CA begins; it is valid for 20 years
 */
export const createClusterCa = async (now: Date): Promise<ClusterCa> => {
  const {certPem, issuer} = await makeCertificate({
    subject: 'CN=kubernetes',
    notBefore: new Date(now.getTime() - BACKDATED_MS),
    notAfter: new Date(now.getTime() + CA_LIFETIME_MS),
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.digitalSignature, true),
    ],
  })
  return {certPem, issue: (request) => issue(issuer, request)}
}

const issue = async (
  issuer: Issuer,
  {uid, lifetimeSeconds, now}: ClientCertificateRequest,
): Promise<ClientCertificate> => {
  const commonName = `${uid}-${randomInt(1_000_000_000, 10_000_000_000)}`
  const expiration = new Date((Math.floor(now.getTime() / 1000) + lifetimeSeconds) * 1000)
  const {keyPem, certPem} = await makeCertificate({
    subject: `O=system:users, CN=${commonName}`,
    issuer,
    notBefore: new Date(now.getTime() - BACKDATED_MS),
    notAfter: expiration,
    extensions: forUse(ExtendedKeyUsage.clientAuth),
  })
  return {keyPem, certPem, commonName, expiration}
}
