import type {Agent} from 'node:https'
import {BlockList, isIP} from 'node:net'

import {AckError} from '../errors.ts'
import type {Environment} from '../runtime.ts'
import {Secret} from '../secret.ts'
import {isOwnLink} from './hosts.ts'

/** A proxy, and where its name may be shown. */
export interface Proxy {
  readonly url: URL
  /** Host and port, without user and password. */
  readonly host: string
}

/**
 * The proxy for an https URL, by HTTPS_PROXY, ALL_PROXY and NO_PROXY in either case, with the rules of Go, which the
 * users of kubectl know: a host in NO_PROXY covers its subdomains, networks may be given as CIDR, and a proxy without a
 * scheme is an http one. (npm's packages for this have neither the first nor the second.)
 *
 * @throws AckError `InvalidOption` for a variable that is not the URL of a proxy
 */
export const proxyFor = (target: URL, env: Environment): Proxy | undefined => {
  if (target.protocol !== 'https:' || isOwnLink(target.hostname) || isExempt(target, variable(env, 'NO_PROXY')))
    return undefined
  for (const name of ['HTTPS_PROXY', 'ALL_PROXY']) {
    const value = variable(env, name)
    if (value) return parseProxy(value, name)
  }
  return undefined
}

/** How long a connection through a proxy may live and take to open. */
interface ConnectionLimits {
  /** Ends it, at whatever stage it is: nothing else would close a proxy that does not answer. */
  readonly signal: AbortSignal
  /** In milliseconds. */
  readonly connectTimeoutMs: number
}

/**
 * A connection to the target through the proxy. The packages for it are loaded here, by who needs them.
 *
 * @throws AckError `InvalidOption` for a kind of proxy that is not known
 */
export const proxyAgent = async ({url, host}: Proxy, {signal, connectTimeoutMs}: ConnectionLimits): Promise<Agent> => {
  if (url.protocol === 'http:' || url.protocol === 'https:') {
    const {HttpsProxyAgent} = await import('https-proxy-agent')
    // User and password go in a header of our own, since the package writes its URL into its debug log.
    const options = {headers: proxyAuthorization(url), keepAlive: false, signal}
    return new HttpsProxyAgent<string>(`${url.protocol}//${host}`, options)
  }
  if (/^socks[45]?[ah]?:$/.test(url.protocol)) {
    const {SocksProxyAgent} = await import('socks-proxy-agent')
    return new SocksProxyAgent(url, {keepAlive: false, timeout: connectTimeoutMs})
  }
  throw new AckError(
    'InvalidOption',
    `the proxy ${host} is of a kind that is not known`,
    'give an http, https, socks4 or socks5 URL',
  )
}

const proxyAuthorization = ({username, password}: URL): Record<string, string> => {
  if (!username) return {}
  const credentials = new Secret(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`)
  return {'proxy-authorization': `Basic ${Buffer.from(credentials.reveal()).toString('base64')}`}
}

const variable = (env: Environment, name: string): string => env[name] || env[name.toLowerCase()] || ''

const parseProxy = (value: string, name: string): Proxy => {
  try {
    const url = new URL(value.includes('://') ? value : `http://${value}`)
    return {url, host: url.host}
  } catch {
    throw new AckError(
      'InvalidOption',
      `${name} is not the URL of a proxy`,
      'give one such as http://proxy.example:3128',
    )
  }
}

const isExempt = ({hostname, port}: URL, noProxy: string): boolean =>
  noProxy
    .split(/[,\s]+/)
    .filter(Boolean)
    .some((entry) => covers(entry.toLowerCase(), hostname.replace(/^\[|\]$/g, ''), port || '443'))

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
  if (isIP(host) !== isIP(network) || !(prefix >= 0 && prefix <= (family === 'ipv4' ? 32 : 128))) return false
  const list = new BlockList()
  list.addSubnet(network, prefix, family)
  return list.check(host, family)
}
