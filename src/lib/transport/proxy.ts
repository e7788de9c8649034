import {AckError} from '../base/errors.ts'
import type {Environment} from '../base/runtime.ts'
import {Secret} from '../base/secret.ts'
import {isOwnLink, withoutBrackets} from './hosts.ts'
import {isExempt} from './no-proxy.ts'

/** A proxy. */
export interface Proxy {
  readonly kind: 'http' | 'https' | 'socks4' | 'socks5'
  readonly hostname: string
  /** Undefined for the default port of its kind. */
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
 * The proxy for a URL, from HTTPS_PROXY, ALL_PROXY and NO_PROXY, in upper or lower case. Go's rules apply, as in kubectl:
 * a host in NO_PROXY covers its subdomains, networks may be given as CIDR, a proxy without a scheme is an http proxy.
 * (`proxy-from-env` lacks the first two, and reads the process's environment.) HTTP_PROXY is ignored, since plain http is
 * only used for local services.
 *
 * @throws AckError `InvalidOption` for an invalid proxy URL
 */
export const proxyFor = (target: URL, env: Environment): Proxy | undefined => {
  if (target.protocol !== 'https:' || isOwnLink(target.hostname)) return undefined
  if (isExempt(target, env['NO_PROXY'] || env['no_proxy'] || '')) return undefined
  const name = ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'].find((name) => env[name])
  return name === undefined ? undefined : parseProxy(env[name] ?? '', name)
}

/**
 * Reads the URL of a proxy.
 *
 * @param name - where it stands, for messages
 * @throws AckError `InvalidOption`
 */
export const parseProxy = (value: string, name: string): Proxy => {
  const text = value.includes('://') ? value : `http://${value}`
  refuseBareLogin(text, name)
  const url = URL.canParse(text) ? new URL(text) : undefined
  const kind = url && KINDS[url.protocol]
  if (!url?.hostname || !kind) {
    throw new AckError(
      'InvalidOption',
      `invalid proxy URL in ${name}`,
      'use an http, https, socks4 or socks5 URL, such as http://proxy.example:3128',
    )
  }
  const {hostname, port, host} = url
  return {
    kind,
    hostname: withoutBrackets(hostname),
    port: port ? Number(port) : undefined,
    host,
    login: readLogin(url, name),
  }
}

/**
 * A login with a character that ends it for a URL parser would be taken for a host and a path, which messages show and
 * DNS is asked for.
 */
const refuseBareLogin = (text: string, name: string): void => {
  const login = text.slice(text.indexOf('://') + 3, Math.max(text.lastIndexOf('@'), 0))
  if (/[/?#@\\\s]/.test(login)) throw notEncoded(name)
}

const notEncoded = (name: string): AckError =>
  new AckError(
    'InvalidOption',
    `the user or password in ${name} is not percent-encoded`,
    String.raw`write in them @ as %40, / as %2F, # as %23, ? as %3F, \ as %5C, a space as %20 and % as %25`,
  )

const readLogin = ({username, password}: URL, name: string): Proxy['login'] => {
  if (!username && !password) return undefined
  try {
    return {username: decodeURIComponent(username), password: new Secret(decodeURIComponent(password))}
  } catch {
    throw notEncoded(name)
  }
}
