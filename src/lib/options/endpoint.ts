import {AckError} from '../errors.ts'
import type {OptionValue} from './read-option.ts'

/** A service's address. `host` includes the port when one was given. */
export interface Endpoint {
  readonly scheme: 'http' | 'https'
  readonly host: string
}

/**
 * Reads an endpoint: a bare `host[:port]`, or an `https://` URL without path, query or user. Plain http would send
 * credentials in the clear, so it is only taken for this very machine.
 *
 * @throws AckError `InvalidOption`
 */
export const parseEndpoint = ({value, from}: OptionValue, defaultScheme: Endpoint['scheme'] = 'https'): Endpoint => {
  const url = parseUrl(withScheme(value, defaultScheme))
  const scheme = url?.protocol.slice(0, -1)
  if (!url || (scheme !== 'http' && scheme !== 'https') || hasMoreThanHost(url)) {
    throw new AckError(
      'InvalidOption',
      `${from} is not an endpoint`,
      'give a host, host:port, or an https URL without a path',
    )
  }
  if (scheme === 'http' && !isLoopback(url.hostname)) {
    throw new AckError('InvalidOption', `${from} uses plain http for a host that is not this machine`, 'use https')
  }
  return {scheme, host: url.host}
}

const withScheme = (value: string, scheme: string): string =>
  /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `${scheme}://${value}`

const parseUrl = (text: string): URL | undefined => {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}

const hasMoreThanHost = (url: URL): boolean =>
  Boolean(url.username || url.password || url.search || url.hash) || !/^\/*$/.test(url.pathname) || url.hostname === ''

const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)

/** What the user says of the STS endpoint, by options. */
interface StsOptions {
  readonly stsEndpoint: Endpoint | undefined
  readonly givenRegion: string | undefined
}

/** What a profile says of it. */
interface StsProfile {
  readonly endpoint: Endpoint | undefined
  readonly region: string | undefined
}

/** The STS endpoint: the one that the user gave, else the profile's, its region's, the region's that the user gave. */
export const chooseStsEndpoint = ({stsEndpoint, givenRegion}: StsOptions, profile?: StsProfile): Endpoint =>
  stsEndpoint ?? profile?.endpoint ?? {scheme: 'https', host: stsHost(profile?.region ?? givenRegion)}

/**
 * The STS host of a region, or the global one, which knows every region's clusters, when the user gave no region.
 *
 * @param regionId - the region that the user gave, if any
 */
const stsHost = (regionId: string | undefined): string => {
  if (regionId === undefined) return 'sts.aliyuncs.com'
  // The finance zone has no STS of its own.
  return regionId === 'cn-hangzhou-finance' ? 'sts.cn-hangzhou.aliyuncs.com' : `sts.${regionId}.aliyuncs.com`
}
