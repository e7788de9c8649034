import {BlockList, isIP} from 'node:net'

import {withoutBrackets} from './hosts.ts'

/**
 * Whether NO_PROXY exempts an https URL, by Go's rules: `*`, a host with its subdomains, `.domain` for subdomains only,
 * an address or a network (CIDR), each with or without a port.
 *
 * @see https://pkg.go.dev/golang.org/x/net/http/httpproxy
 */
export const isExempt = ({hostname, port}: URL, noProxy: string): boolean =>
  noProxy
    .split(/[,\s]+/)
    .filter(Boolean)
    .some((entry) => covers(entry.toLowerCase(), withoutBrackets(hostname), port || '443'))

const covers = (entry: string, host: string, port: string): boolean => {
  if (entry === '*') return true
  const [network, prefix] = entry.split('/')
  if (network && prefix && isIP(network)) return isInNetwork(host, network, Number(prefix))
  const [, name = entry, entryPort] = /^\[?([^\]]+?)\]?(?::(\d+))?$/.exec(isIP(entry) ? `[${entry}]` : entry) ?? []
  if (entryPort !== undefined && entryPort !== port) return false
  const domain = name.replace(/^\*?\./, '')
  return host === domain ? !/^\*?\./.test(name) : host.endsWith(`.${domain}`)
}

const isInNetwork = (host: string, network: string, prefix: number): boolean => {
  const family = isIP(network) === 4 ? 'ipv4' : 'ipv6'
  if (isIP(host) !== isIP(network) || !Number.isInteger(prefix)) return false
  if (prefix < 0 || prefix > (family === 'ipv4' ? 32 : 128)) return false
  const list = new BlockList()
  list.addSubnet(network, prefix, family)
  return list.check(host, family)
}
