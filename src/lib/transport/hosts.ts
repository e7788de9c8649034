import {isIP} from 'node:net'

/** The metadata service of an ECS instance, which is as local as a link-local address. */
const METADATA_ADDRESS = '100.100.100.200'

/**
 * Whether a host is this machine or link-local: plain http is safe there, and no proxy is needed.
 *
 * @param hostname - as in a URL, IPv6 in brackets
 */
export const isOwnLink = (hostname: string): boolean => {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase()
  if (host === 'localhost' || host === METADATA_ADDRESS) return true
  if (isIP(host) === 4) return /^(127|169\.254)\./.test(host)
  return isIP(host) === 6 && (host === '::1' || /^fe[89ab][0-9a-f]:/.test(host))
}
