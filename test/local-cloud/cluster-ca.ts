import {randomInt} from 'node:crypto'

import {generate} from 'selfsigned'

import type {Certificate} from './certificate.ts'

/** Whom a client certificate is for, and how long. */
export type ClientCertificateRequest = {
  /** The user's number, the first part of the common name. */
  readonly uid: string
  readonly lifetimeSeconds: number
  /** The CA's clock. */
  readonly now: Date
}

/** A client certificate with its key: PEM, the key as PKCS#8. */
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
 * only. Keys are EC P-256, which are quick to make.
 *
 * All of them have the same name, so that only a signature tells whose a certificate is.
 *
 * @param now - when the CA begins; it is valid for 20 years
 */
export const createClusterCa = async (now: Date): Promise<ClusterCa> => {
  const {private: key, cert} = await generate([{name: 'commonName', value: 'kubernetes'}], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(now.getTime() - BACKDATED_MS),
    notAfterDate: new Date(now.getTime() + CA_LIFETIME_MS),
    extensions: [
      {name: 'basicConstraints', cA: true, critical: true},
      {name: 'keyUsage', keyCertSign: true, digitalSignature: true, critical: true},
    ],
  })
  return {certPem: cert, issue: (request) => issue({key, cert}, request)}
}

const issue = async (
  ca: {readonly key: string; readonly cert: string},
  {uid, lifetimeSeconds, now}: ClientCertificateRequest,
): Promise<ClientCertificate> => {
  const commonName = `${uid}-${randomInt(1_000_000_000, 10_000_000_000)}`
  const expiration = new Date((Math.floor(now.getTime() / 1000) + lifetimeSeconds) * 1000)
  const subject = [
    {name: 'organizationName', value: 'system:users'},
    {name: 'commonName', value: commonName},
  ]
  const {private: keyPem, cert: certPem} = await generate(subject, {
    ca,
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(now.getTime() - BACKDATED_MS),
    notAfterDate: expiration,
    extensions: [
      {name: 'basicConstraints', cA: false, critical: true},
      {name: 'keyUsage', digitalSignature: true, critical: true},
      {name: 'extKeyUsage', clientAuth: true},
    ],
  })
  return {keyPem, certPem, commonName, expiration}
}
