import {AckError} from '../base/errors.ts'
import type {Environment} from '../base/runtime.ts'
import {Secret} from '../base/secret.ts'
import {isOwnLink} from './hosts.ts'
import {isExempt} from './no-proxy.ts'

/** A proxy, and how it may be shown. */
export interface Proxy {
  readonly kind: 'http' | 'https' | 'socks4' | 'socks5'
  readonly hostname: string
  /** Undefined for that of its kind. */
  readonly port: number | undefined
  /** Host and port for messages. */
  readonly host: string
  readonly login: {readonly username: string; readonly password: Secret} | undefined
}

const KINDS: Readonly<Record<string, Proxy['kind']>> = {
  'http:': 'http',
  'https:': 'https',
  'socks4:': 'socks4',
  'socks4a:': 'socks4',
  'socks:': 'socks5',
  'socks5:': 'socks5',
  'socks5h:': 'socks5',
}

/**
 * The proxy for a URL, by HTTPS_PROXY, ALL_PROXY and NO_PROXY in either case, with the rules of Go, which the users of
 * kubectl know: a host in NO_PROXY covers its subdomains, networks may be given as CIDR, a proxy without a scheme is an
 * http one. (`proxy-from-env` has neither the first nor the second, and reads the process's environment.) HTTP_PROXY is
 * not asked, since plain http never leaves this machine and its own link, where no proxy can help.
 *
 * @throws AckError `InvalidOption` for a variable that is not the URL of a proxy
 */
export const proxyFor = (target: URL, env: Environment): Proxy | undefined => {
  if (target.protocol !== 'https:' || isOwnLink(target.hostname)) return undefined
  if (isExempt(target, variable(env, 'NO_PROXY'))) return undefined
  const name = ['HTTPS_PROXY', 'ALL_PROXY'].find((name) => variable(env, name) !== '')
  return name === undefined ? undefined : parseProxy(variable(env, name), name)
}

const variable = (env: Environment, name: string): string => env[name] || env[name.toLowerCase()] || ''

const parseProxy = (value: string, name: string): Proxy => {
  const text = value.includes('://') ? value : `http://${value}`
  const url = URL.canParse(text) ? new URL(text) : undefined
  const kind = url && KINDS[url.protocol]
  if (!url?.hostname || !kind) {
    throw new AckError(
      'InvalidOption',
      `${name} is not the URL of a proxy`,
      'give an http, https, socks4 or socks5 URL, such as http://proxy.example:3128',
    )
  }
  const {hostname, port, host} = url
  return {
    kind,
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port: port ? Number(port) : undefined,
    host,
    login: readLogin(url, name),
  }
}

const readLogin = ({username, password}: URL, name: string): Proxy['login'] => {
  if (!username && !password) return undefined
  try {
    return {username: decodeURIComponent(username), password: new Secret(decodeURIComponent(password))}
  } catch {
    throw new AckError(
      'InvalidOption',
      `user and password in ${name} are not percent-encoded`,
      'write each % of them as %25',
    )
  }
}
