import {readdirSync} from 'node:fs'
import {join} from 'node:path'

import {AckError} from '../base/errors.ts'
import {readUserFile, whyUnreadable} from '../base/files/read-user-file.ts'
import type {Log} from '../base/log/log.ts'
import type {Environment} from '../base/runtime.ts'

/** The bundles of systems have half a megabyte. */
const NAMED_FILE = {maxBytes: 4 * 1024 * 1024, waitMs: 1000}
/** Nobody writes into the pipes of a directory for us. */
const FOUND_FILE = {...NAMED_FILE, waitMs: 0}

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
  const given = onceOnly(() => certificatesIn(env, log))
  const own = (): readonly string[] => process.getBuiltinModule('node:tls').rootCertificates
  return {
    named: () => (given().length > 0 ? [...own(), ...given()] : undefined),
    withSystem: onceOnly(() => [...own(), ...given(), ...systemCertificates(bundles)]),
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
  const files = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'].flatMap((name) => env[name] || [])
  const read = files.flatMap((file) => {
    try {
      return readUserFile(file, NAMED_FILE).toString('utf8')
    } catch (error) {
      log.warn(`ignoring the CA certificates in ${file}: cannot read the file: ${whyUnreadable(error)}`)
      return []
    }
  })
  const {delimiter} = process.getBuiltinModule('node:path')
  const dirs = (env['SSL_CERT_DIR'] ?? '').split(delimiter).filter(Boolean)
  return [...read, ...dirs.flatMap((dir) => certificatesOfDir(dir, log))]
}

const certificatesOfDir = (dir: string, log: Log): readonly string[] => {
  try {
    const texts = readdirSync(dir).flatMap((name) => readIfPossible(join(dir, name)))
    // A directory for OpenSSL has each certificate under two names.
    return [...new Set(texts.filter((text) => text.includes('-----BEGIN ')))]
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

const readIfPossible = (path: string): string | [] => {
  try {
    return readUserFile(path, FOUND_FILE).toString('utf8')
  } catch {
    return []
  }
}

const onceOnly = <T>(read: () => T): (() => T) => {
  let known: {readonly value: T} | undefined
  return () => (known ??= {value: read()}).value
}
