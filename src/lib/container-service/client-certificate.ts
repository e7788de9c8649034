import {createPrivateKey, X509Certificate} from 'node:crypto'

import type {ClientCertificate} from '../exec/exec-credential.ts'
import {Secret} from '../base/secret.ts'

/** What is wrong with a certificate. */
export interface CertificateFault {
  readonly fault: string
}

/**
 * Checks that a private key belongs to a certificate, and finds the expiration: the certificate's own, or an earlier one
 * that the service gives.
 *
 * @param saidEnd - the expiration that the service gives, if it does
 */
export const checkCertificate = (
  certificatePem: string,
  privateKeyPem: string,
  saidEnd: Date | undefined,
): ClientCertificate | CertificateFault => {
  const certificate = parseCertificate(certificatePem)
  if (!certificate) return {fault: 'it has no readable certificate'}
  const belongsTogether = isKeyOf(certificate, privateKeyPem)
  if (belongsTogether === undefined) return {fault: 'it has no readable private key'}
  if (!belongsTogether) return {fault: 'its private key does not match its certificate'}
  const ownEnd = new Date(certificate.validTo)
  if (Number.isNaN(ownEnd.getTime())) return {fault: 'its certificate has no valid end'}
  return {
    certificatePem,
    privateKeyPem: new Secret(privateKeyPem),
    expiresAt: saidEnd && saidEnd < ownEnd ? saidEnd : ownEnd,
  }
}

/** Whether a text in PEM begins with a certificate that can be read. */
export const isCertificate = (pem: string): boolean =>
  pem.includes('-----BEGIN CERTIFICATE-----') && parseCertificate(pem) !== undefined

const parseCertificate = (pem: string): X509Certificate | undefined => {
  try {
    return new X509Certificate(pem)
  } catch {
    return undefined
  }
}

/** The library's own message may quote the key: it is dropped. */
const isKeyOf = (certificate: X509Certificate, pem: string): boolean | undefined => {
  try {
    return certificate.checkPrivateKey(createPrivateKey(pem))
  } catch {
    return undefined
  }
}
