import {isIP} from 'node:net'

import {METADATA_ADDRESS} from './metadata-address.ts'

/**
 * Whether a host is this machine or link-local: plain http is safe there, and no proxy is needed.
 *
 * @param hostname - as in a URL, IPv6 in brackets
 */
export const isOwnLink = (hostname: string): boolean => {
  const host = withoutBrackets(hostname).toLowerCase()
  if (host === 'localhost' || host === METADATA_ADDRESS) return true
  if (isIP(host) === 4) return /^(127|169\.254)\./.test(host)
  return isIP(host) === 6 && (host === '::1' || /^fe[89ab][0-9a-f]:/.test(host))
}

/** A host as programs name it: URLs put an IPv6 address in brackets. */
export const withoutBrackets = (hostname: string): string => hostname.replace(/^\[|\]$/g, '')
