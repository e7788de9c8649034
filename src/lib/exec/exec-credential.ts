import type {Secret} from '../base/secret.ts'
import {formatTimestamp} from '../signing/timestamp.ts'
import type {ExecApiVersion} from './exec-info.ts'

export interface IssuedToken {
  readonly token: string
  readonly expiresAt: Date
}

/** A client certificate with its key, by which kubectl authenticates. */
export interface ClientCertificate {
  /** PEM, the caller's own certificate first. */
  readonly certificatePem: string
  /** PEM */
  readonly privateKeyPem: Secret
  readonly expiresAt: Date
}

/**
 * The ExecCredential that client-go reads from stdout, formatted as by the Go tool.
 *
 * @returns JSON text with a final newline
 * @see https://kubernetes.io/docs/reference/config-api/client-authentication.v1/
 */
export const execCredential = (issued: IssuedToken | ClientCertificate, apiVersion: ExecApiVersion): string => {
  const credential = {
    kind: 'ExecCredential',
    apiVersion: `client.authentication.k8s.io/${apiVersion}`,
    spec: {interactive: false},
    status: {
      expirationTimestamp: formatTimestamp(issued.expiresAt),
      ...('token' in issued
        ? {token: issued.token}
        : {clientCertificateData: issued.certificatePem, clientKeyData: issued.privateKeyPem.reveal()}),
    },
  }
  return `${JSON.stringify(credential, undefined, 1)}\n`
}
