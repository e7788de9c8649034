import {readUserFile, whyUnreadable} from '../base/files/read-user-file.ts'
import type {Log} from '../base/log/log.ts'
import type {Environment} from '../base/runtime.ts'

/** The bundles of systems have half a megabyte. */
const CERTIFICATE_FILE = {maxBytes: 4 * 1024 * 1024, waitMs: 1000}

/**
 * The CA certificates to trust if SSL_CERT_FILE is set, in PEM: those of Node, of NODE_EXTRA_CA_CERTS and of that file.
 * A file that cannot be read is ignored with a warning.
 *
 * @returns undefined for Node's own list, which a list passed to Node would replace
 */
export const trustedCertificates = async (env: Environment, log: Log): Promise<readonly string[] | undefined> => {
  const path = env['SSL_CERT_FILE']
  if (!path) return undefined
  const {rootCertificates} = process.getBuiltinModule('node:tls')
  const files = [path, env['NODE_EXTRA_CA_CERTS']].filter((file): file is string => Boolean(file))
  const read = files.map((file) => {
    try {
      return readUserFile(file, CERTIFICATE_FILE).toString('utf8')
    } catch (error) {
      log.warn(`ignoring the CA certificates in ${file}: cannot read the file: ${whyUnreadable(error)}`)
      return ''
    }
  })
  return [...rootCertificates, ...read.filter(Boolean)]
}
