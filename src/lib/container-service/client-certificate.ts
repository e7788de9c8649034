import {createPrivateKey, X509Certificate} from 'node:crypto'

import type {ClientCertificate} from '../exec/exec-credential.ts'
import {Secret} from '../base/secret.ts'

/** What is wrong with a certificate; goes on after "an answer that". */
export interface CertificateFault {
  readonly fault: string
}

/**
 * Checks that a certificate and a private key belong together, and finds when they end: at what the certificate says,
 * or before, if whoever gave it says so.
 *
 * @param saidEnd - when its issuer says that it ends, if so
 */
export const checkCertificate = (
  certificatePem: string,
  privateKeyPem: string,
  saidEnd: Date | undefined,
): ClientCertificate | CertificateFault => {
  const certificate = parseCertificate(certificatePem)
  if (!certificate) return {fault: 'holds no certificate that can be read'}
  const belongsTogether = isKeyOf(certificate, privateKeyPem)
  if (belongsTogether === undefined) return {fault: 'holds no private key that can be read'}
  if (!belongsTogether) return {fault: 'holds a private key and a certificate that do not belong together'}
  const ownEnd = new Date(certificate.validTo)
  return {
    certificatePem,
    privateKeyPem: new Secret(privateKeyPem),
    expiresAt: saidEnd && saidEnd < ownEnd ? saidEnd : ownEnd,
  }
}

const parseCertificate = (pem: string): X509Certificate | undefined => {
  try {
    return new X509Certificate(pem)
  } catch {
    return undefined
  }
}

/** The library's own message may quote the key: it is never passed on. */
const isKeyOf = (certificate: X509Certificate, pem: string): boolean | undefined => {
  try {
    return certificate.checkPrivateKey(createPrivateKey(pem))
  } catch {
    return undefined
  }
}
