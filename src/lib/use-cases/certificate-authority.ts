import {X509Certificate} from 'node:crypto'

import {AckError} from '../base/errors.ts'
import {absolutePath} from '../base/files/absolute-path.ts'
import {readUserFile, whyUnreadable} from '../base/files/read-user-file.ts'
import type {OptionValue} from '../options/read-option.ts'
import {expandHome} from '../profile-files/read-file.ts'
import {fromBase64} from '../yaml/go-scalars.ts'
import type {Invocation} from './invocation.ts'

/** Far above the size of any bundle of CA certificates. */
const MAX_BYTES = 1024 * 1024
const NEXT = "use the file of the cluster's CA certificate, or that certificate in base64, as kubeconfigs hold it"

/**
 * Reads the certificates of a cluster's CA: from a file in PEM or DER, from the same in base64, or from PEM itself.
 *
 * @returns base64 of PEM, as a kubeconfig has it: of the certificates alone
 * @throws AckError `InvalidOption`, which quotes nothing of the content
 */
export const readCertificateAuthority = (given: OptionValue, context: Invocation): string => {
  const pem = asPem(bytesOf(given, context))
  if ('why' in pem) throw new AckError('InvalidOption', `${given.from} ${pem.why}`, NEXT)
  warnOfExpired(pem.text, given.from, context)
  return Buffer.from(pem.text).toString('base64')
}

/** Not refused: this machine's clock may be the wrong one. */
const warnOfExpired = (pem: string, from: string, {runtime, log}: Invocation): void => {
  const ends = (pem.match(BLOCK) ?? []).map((block) => new Date(new X509Certificate(block).validTo))
  if (ends.every((end) => end < runtime.now()))
    log.warn(`the certificate in ${from} has expired: kubectl will refuse it`)
}

const bytesOf = ({value, from}: OptionValue, {runtime, options}: Invocation): Buffer => {
  // A certificate begins so, in DER, or in PEM.
  const data = /^(MII|LS0tLS1)/.test(value) ? fromBase64(value.trim()) : undefined
  if (data) return data
  if (value.startsWith('-----BEGIN')) return Buffer.from(value)
  const path = expandHome(value, runtime.homeDir)
  try {
    return readUserFile(absolutePath(path), {maxBytes: MAX_BYTES, waitMs: options.timeoutMs})
  } catch (error) {
    // No path is as long, and a key may be.
    const why = value.length > 255 ? 'neither a file nor base64' : `no file that can be read: ${whyUnreadable(error)}`
    throw new AckError('InvalidOption', `${from} is ${why}`, NEXT)
  }
}

type Pem = {readonly text: string} | {readonly why: string}

const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g

const asPem = (bytes: Buffer): Pem => {
  const text = bytes.toString('latin1')
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) return {why: 'holds a private key, which belongs in no CA'}
  if (!text.includes('-----BEGIN')) {
    const certificate = parsed(bytes)
    return certificate ? {text: certificate.toString()} : {why: 'holds no certificate, neither in PEM nor in DER'}
  }
  const blocks = text.match(BLOCK) ?? []
  if (blocks.length === 0) return {why: 'holds no whole certificate'}
  if (blocks.some((block) => !parsed(block))) return {why: 'holds a certificate that cannot be read'}
  return {text: `${blocks.join('\n')}\n`}
}

/** The library's own message is dropped. */
const parsed = (certificate: Buffer | string): X509Certificate | undefined => {
  try {
    return new X509Certificate(certificate)
  } catch {
    return undefined
  }
}
