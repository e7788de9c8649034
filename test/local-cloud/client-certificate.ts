import {X509Certificate} from 'node:crypto'

import type {ClusterCa} from './cluster-ca.ts'

const CLIENT_AUTHENTICATION = '1.3.6.1.5.5.7.3.2'

/** The CA whose certificates are accepted, and the clock by which they end. */
export type CertificateTrust = {readonly ca: Pick<ClusterCa, 'certPem'>; readonly now: Date}

/**
 * Judges a client certificate as a Kubernetes API server does; that the client has its key is TLS's affair.
 *
 * @returns undefined if it is accepted, else the reason, in the words of Go's x509
 */
export const findCertificateFault = (certificate: X509Certificate, {ca, now}: CertificateTrust): string | undefined => {
  const authority = new X509Certificate(ca.certPem)
  const isIssued = certificate.checkIssued(authority) && certificate.verify(authority.publicKey)
  if (!isIssued) return 'x509: certificate signed by unknown authority'
  const isCurrent = new Date(certificate.validFrom) <= now && now < new Date(certificate.validTo)
  if (!isCurrent) return 'x509: certificate has expired or is not yet valid'
  const isForClients = certificate.keyUsage?.includes(CLIENT_AUTHENTICATION)
  return isForClients ? undefined : 'x509: certificate specifies an incompatible key usage'
}

/** Who a client certificate is for: its common name is the user, its organizations are the groups. */
export const certificateUser = ({
  subject,
}: X509Certificate): {readonly username: string; readonly groups: readonly string[]} => ({
  username: attributes(subject, 'CN')[0] ?? '',
  groups: attributes(subject, 'O'),
})

const attributes = (subject: string, name: string): string[] =>
  subject
    .split('\n')
    .filter((line) => line.startsWith(`${name}=`))
    .map((line) => line.slice(name.length + 1))
