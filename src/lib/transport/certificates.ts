import {readFile} from 'node:fs/promises'

import type {Log} from '../base/log/log.ts'
import type {Environment} from '../base/runtime.ts'

/**
 * The certificates to trust when SSL_CERT_FILE adds some, in PEM; undefined for those that Node trusts anyway. Node
 * itself knows its own list and NODE_EXTRA_CA_CERTS, but forgets both when it is given a list. A file that cannot be read
 * is said at warn.
 */
export const trustedCertificates = async (env: Environment, log: Log): Promise<readonly string[] | undefined> => {
  const path = env['SSL_CERT_FILE']
  if (!path) return undefined
  const {rootCertificates} = process.getBuiltinModule('node:tls')
  const files = [path, env['NODE_EXTRA_CA_CERTS']].filter((file): file is string => Boolean(file))
  const read = files.map((file) =>
    readFile(file, 'utf8').catch(() => {
      log.warn(`the certificates in ${file} cannot be read and are not used`)
      return ''
    }),
  )
  return [...rootCertificates, ...(await Promise.all(read)).filter(Boolean)]
}
