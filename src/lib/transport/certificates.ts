import {readFile} from 'node:fs/promises'

import type {Log} from '../base/log/log.ts'
import type {Environment} from '../base/runtime.ts'

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
  const read = files.map((file) =>
    readFile(file, 'utf8').catch(() => {
      log.warn(`ignoring the CA certificates in ${file}: cannot read the file`)
      return ''
    }),
  )
  return [...rootCertificates, ...(await Promise.all(read)).filter(Boolean)]
}
