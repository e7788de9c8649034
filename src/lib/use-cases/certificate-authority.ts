import {X509Certificate} from 'node:crypto'

import {AckError} from '../base/errors.ts'
import {absolutePath} from '../base/files/absolute-path.ts'
import {readUserFile, whyUnreadable} from '../base/files/read-user-file.ts'
import type {OptionValue} from '../options/read-option.ts'
import {expandHome} from '../base/files/expand-home.ts'
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
  const read = certificatesIn(bytesOf(given, context))
  if ('why' in read) throw new AckError('InvalidOption', `${given.from} ${read.why}`, NEXT)
  warnOfExpired(read.certificates, given.from, context)
  // Made anew: without what may stand around and between them.
  const pem = read.certificates.map(String).join('')
  return Buffer.from(pem).toString('base64')
}

/** When kubectl trusts the server no longer: with the end of the last of a CA's certificates. */
export const endOfAuthority = (certificates: readonly X509Certificate[]): Date =>
  new Date(Math.max(...certificates.map(({validTo}) => Date.parse(validTo))))

/** Not refused: this machine's clock may be the wrong one. */
const warnOfExpired = (certificates: readonly X509Certificate[], from: string, {runtime, log}: Invocation): void => {
  if (endOfAuthority(certificates) < runtime.now())
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

type Read = {readonly certificates: readonly X509Certificate[]} | {readonly why: string}

const BEGIN = '-----BEGIN CERTIFICATE-----'
const END = '-----END CERTIFICATE-----'

/** The certificates of a text in PEM, or the one of DER; else the end of a sentence about it. */
export const certificatesIn = (bytes: Buffer): Read => {
  const text = bytes.toString('latin1')
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) return {why: 'holds a private key, which belongs in no CA'}
  if (!text.includes('-----BEGIN')) {
    const certificate = parsed(bytes)
    return certificate ? {certificates: [certificate]} : {why: 'holds no certificate, neither in PEM nor in DER'}
  }
  const blocks = blocksIn(text)
  if (blocks.length === 0) return {why: 'holds no whole certificate'}
  const certificates = blocks.flatMap((block) => parsed(block) ?? [])
  return certificates.length === blocks.length ? {certificates} : {why: 'holds a certificate that cannot be read'}
}

/** From each beginning to the next end. A regular expression would look for an end that is not there from each of them. */
const blocksIn = (text: string): readonly string[] => {
  const blocks = []
  for (let start = text.indexOf(BEGIN); start !== -1;) {
    const end = text.indexOf(END, start)
    if (end === -1) break
    blocks.push(text.slice(start, end + END.length))
    start = text.indexOf(BEGIN, end)
  }
  return blocks
}

/** The library's own message is dropped. */
const parsed = (certificate: Buffer | string): X509Certificate | undefined => {
  try {
    return new X509Certificate(certificate)
  } catch {
    return undefined
  }
}
