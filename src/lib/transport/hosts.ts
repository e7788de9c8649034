import {isIP} from 'node:net'

/** The instance metadata service of an ECS instance, which is on its own link like a link-local address. */
const METADATA_ADDRESS = '100.100.100.200'

/**
 * Whether a host is this machine or on its own link: plain http stays in one's own hands there, and no proxy can help.
 *
 * @param hostname - as a URL has it, IPv6 in brackets
 */
export const isOwnLink = (hostname: string): boolean => {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase()
  if (host === 'localhost' || host === METADATA_ADDRESS) return true
  if (isIP(host) === 4) return /^(127|169\.254)\./.test(host)
  return isIP(host) === 6 && (host === '::1' || /^fe[89ab][0-9a-f]:/.test(host))
}
