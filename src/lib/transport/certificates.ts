import {readdirSync, type Stats} from 'node:fs'
import {join} from 'node:path'

import {AckError} from '../base/errors.ts'
import {readUserFile, UnusableFile, whyUnreadable} from '../base/files/read-user-file.ts'
import {lazily} from '../base/lazily.ts'
import type {Log} from '../base/log/log.ts'
import type {Environment} from '../base/runtime.ts'

/** The bundles of systems have half a megabyte. Node and Bun read the same files: a pipe would be empty for one of us. */
const FILE = {
  maxBytes: 4 * 1024 * 1024,
  waitMs: 0,
  distrust: (status: Stats) => (status.isFIFO() ? 'it is a pipe, not a file' : undefined),
}

/** Where Linux distributions and others keep the certificates of all CAs, as Go looks for them. */
const BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
]

/** The CA certificates to trust, in PEM: a list passed to Node replaces its own. */
export interface Trust {
  /**
   * Those of Node, NODE_EXTRA_CA_CERTS, SSL_CERT_FILE and SSL_CERT_DIR; undefined for Node's alone. What cannot be read
   * is left out with a warning.
   *
   * @throws AckError `InvalidOption` where NODE_EXTRA_CA_CERTS or SSL_CERT_FILE names a pipe or a device, for which Node or
   *   Bun would wait without end, or a file of more than 4 MiB
   */
  readonly named: () => readonly string[] | undefined
  /** The same and the system's. Reading those takes long: for a certificate that the others do not cover. */
  readonly withSystem: () => readonly string[]
}

/**
 * The CA certificates that the environment names, and those of the system, each read at most once.
 *
 * @param bundles - files that may have the system's: Node gives them only from 22.15 on, and not on every system
 */
export const trustOf = (env: Environment, log: Log, bundles: readonly string[] = BUNDLES): Trust => {
  const given = lazily(() => certificatesIn(env, log))
  const own = (): readonly string[] => process.getBuiltinModule('node:tls').rootCertificates
  return {
    named: () => (given().length > 0 ? [...own(), ...given()] : undefined),
    withSystem: lazily(() => [...own(), ...given(), ...systemCertificates(bundles)]),
  }
}

/**
 * Refuses to call a service while the environment tells Node or Bun not to verify certificates.
 *
 * @throws AckError `InvalidOption`
 */
export const refuseUnverified = (env: Environment): void => {
  // Bun takes both words.
  if (!['0', 'false'].includes(env['NODE_TLS_REJECT_UNAUTHORIZED'] ?? '')) return
  throw new AckError(
    'InvalidOption',
    'NODE_TLS_REJECT_UNAUTHORIZED switches the verification of TLS certificates off',
    'unset it; for a private CA, set NODE_EXTRA_CA_CERTS or SSL_CERT_FILE to the file of its certificate',
  )
}

const certificatesIn = (env: Environment, log: Log): readonly string[] => {
  const {delimiter} = process.getBuiltinModule('node:path')
  const dirs = (env['SSL_CERT_DIR'] ?? '').split(delimiter).filter(Boolean)
  return [
    ...['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'].flatMap((name) => certificatesOfFile(name, env[name], log)),
    ...dirs.flatMap((dir) => certificatesOfDir(dir, log)),
  ]
}

const certificatesOfFile = (name: string, file: string | undefined, log: Log): readonly string[] => {
  if (!file) return []
  let found: readonly string[] = []
  let why = 'it has no certificate in PEM'
  try {
    found = readCertificates(file)
  } catch (error) {
    why = `cannot read the file: ${whyUnreadable(error)}`
    if (error instanceof UnusableFile) {
      const step = 'name a file of certificates in PEM, or unset the variable'
      throw new AckError('InvalidOption', `cannot read ${file}, named by ${name}: ${error.message}`, step)
    }
  }
  if (found.length === 0) log.warn(`ignoring the CA certificates in ${file}: ${why}`)
  return found
}

const certificatesOfDir = (dir: string, log: Log): readonly string[] => {
  try {
    // A directory for OpenSSL has each certificate under two names.
    return [...new Set(readdirSync(dir).flatMap((name) => readIfPossible(join(dir, name))))]
  } catch {
    log.warn(`ignoring the CA certificates in ${dir}: cannot read the directory`)
    return []
  }
}

const systemCertificates = (bundles: readonly string[]): readonly string[] => {
  // In Node 22.15 and later.
  const {getCACertificates} = process.getBuiltinModule('node:tls') as {
    readonly getCACertificates?: (kind: 'system') => readonly string[]
  }
  return [...(getCACertificates?.('system') ?? []), ...bundles.flatMap((file) => readIfPossible(file))]
}

const readIfPossible = (path: string): readonly string[] => {
  try {
    return readCertificates(path)
  } catch {
    return []
  }
}

/** One by one: at one that is damaged, Node would leave out all that follow, and Bun would connect to nobody. */
const readCertificates = (path: string): readonly string[] =>
  (readUserFile(path, FILE).toString('latin1').match(PEM) ?? []).flatMap((pem) => plainPem(pem))

const PEM = /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[^-]+-----END (?:X509 |TRUSTED )?CERTIFICATE-----/g

const plainPem = (pem: string): string | [] => {
  const {X509Certificate} = process.getBuiltinModule('node:crypto')
  try {
    return new X509Certificate(pem).toString()
  } catch {
    return []
  }
}
