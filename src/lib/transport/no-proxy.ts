import {BlockList, isIP} from 'node:net'
import {domainToASCII} from 'node:url'

import {withoutBrackets} from './hosts.ts'

/**
 * Whether NO_PROXY exempts an https URL, by Go's rules: `*`, a host with its subdomains, `.domain` for subdomains only,
 * an address or a network (CIDR), each with or without a port. An address in another spelling is the same, and so is a
 * name in letters beyond ASCII.
 *
 * @see https://pkg.go.dev/golang.org/x/net/http/httpproxy
 */
export const isExempt = ({hostname, port}: URL, noProxy: string): boolean =>
  noProxy
    .split(/[,\s]+/)
    .filter(Boolean)
    .some((entry) => covers(entry.toLowerCase(), canonical(withoutBrackets(hostname)), port || '443'))

const covers = (entry: string, host: string, port: string): boolean => {
  if (entry === '*') return true
  const [network, prefix] = entry.split('/')
  if (network && prefix && isIP(network)) {
    const isMapped = isIP(network) === 6 && isIP(canonical(network)) === 4
    return isInNetwork(host, canonical(network), Number(prefix) - (isMapped ? MAPPED_BITS : 0))
  }
  const [, name = entry, entryPort] = /^\[?([^\]]+?)\]?(?::(\d+))?$/.exec(isIP(entry) ? `[${entry}]` : entry) ?? []
  if (entryPort !== undefined && entryPort !== port) return false
  if (isIP(name)) return host === canonical(name)
  const domain = canonical(name.replace(/^\*?\./, ''))
  return host === domain ? !/^\*?\./.test(name) : host.endsWith(`.${domain}`)
}

/** What stands before an IPv4 address in IPv6. */
const MAPPED_BITS = 96
const MAPPED_IPV4 = /^::ffff:([\da-f]+):([\da-f]+)$/

/**
 * A host in the spelling that a URL has: an IPv6 address in its shortest form, an IPv4 address in IPv6 as itself, as Go's
 * `IP.Equal` compares them, a name in ASCII. What cannot be a host stays as it is.
 */
const canonical = (host: string): string => {
  // In ASCII it stays: `2.3` would become an address.
  if (isIP(host) !== 6) return (/[^\0-\u007F]/.test(host) && domainToASCII(host)) || host
  if (!URL.canParse(`https://[${host}]`)) return host
  const address = new URL(`https://[${host}]`).hostname.slice(1, -1)
  const [, high, low] = MAPPED_IPV4.exec(address) ?? []
  if (high === undefined || low === undefined) return address
  return [high, low]
    .map((word) => Number.parseInt(word, 16))
    .flatMap((word) => [word >> 8, word & 0xff])
    .join('.')
}

const isInNetwork = (host: string, network: string, prefix: number): boolean => {
  const family = isIP(network) === 4 ? 'ipv4' : 'ipv6'
  if (isIP(host) !== isIP(network) || !Number.isInteger(prefix)) return false
  if (prefix < 0 || prefix > (family === 'ipv4' ? 32 : 128)) return false
  const list = new BlockList()
  list.addSubnet(network, prefix, family)
  return list.check(host, family)
}
