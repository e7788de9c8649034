import {AckError} from '../base/errors.ts'
import type {OptionValue} from './read-option.ts'

/** A service's address. `host` includes the port when one was given. */
export interface Endpoint {
  readonly scheme: 'http' | 'https'
  readonly host: string
}

/**
 * Reads an endpoint: a bare `host[:port]`, or an `https://` URL without path, query or user. Plain http would send
 * credentials in the clear, so it is only accepted for this machine.
 *
 * @throws AckError `InvalidOption`
 */
export const parseEndpoint = ({value, from}: OptionValue, defaultScheme: Endpoint['scheme'] = 'https'): Endpoint => {
  const url = parseUrl(withScheme(value, defaultScheme))
  const scheme = url?.protocol.slice(0, -1)
  if (!url || (scheme !== 'http' && scheme !== 'https') || hasMoreThanHost(url)) {
    throw new AckError(
      'InvalidOption',
      `invalid endpoint in ${from}`,
      'use a host, host:port, or an https URL without a path',
    )
  }
  if (scheme === 'http' && !isLoopback(url.hostname)) {
    throw new AckError('InvalidOption', `${from} uses plain http for a remote host`, 'use https')
  }
  return {scheme, host: url.host}
}

const withScheme = (value: string, scheme: string): string => (value.includes('://') ? value : `${scheme}://${value}`)

const parseUrl = (text: string): URL | undefined => {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}

const hasMoreThanHost = (url: URL): boolean =>
  Boolean(url.username || url.password || url.search || url.hash) ||
  url.pathname.replaceAll('/', '') !== '' ||
  url.hostname === ''

const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' ||
  hostname === '[::1]' ||
  (hostname.startsWith('127.') && /^127\.\d+\.\d+\.\d+$/.test(hostname))

/** The endpoint as `scheme://host`, for URLs and for the identity of cached values. */
export const describeEndpoint = ({scheme, host}: Endpoint): string => `${scheme}://${host}`

/** The options that decide endpoints. */
interface EndpointOptions {
  /** The region that the user gave, if any. */
  readonly givenRegion: string | undefined
  /** Whether to use VPC endpoints. */
  readonly usesVpc: boolean
}

/** The fields of a profile that decide the STS endpoint. */
interface StsProfile {
  readonly endpoint: Endpoint | undefined
  readonly region: string | undefined
}

/** The STS endpoint: the user's, else the profile's, else that of the profile's region, else that of the user's region. */
export const chooseStsEndpoint = (
  {stsEndpoint, givenRegion, usesVpc}: EndpointOptions & {readonly stsEndpoint: Endpoint | undefined},
  profile?: StsProfile,
): Endpoint => stsEndpoint ?? profile?.endpoint ?? https(stsHost(profile?.region ?? givenRegion, usesVpc))

/**
 * The endpoint of the Container Service API: the user's, else that of the region, else the global one, which serves all
 * regions.
 *
 * @throws AckError `InvalidOption` without a region for a VPC endpoint: there is no global one
 */
export const chooseCsEndpoint = ({
  csEndpoint,
  givenRegion,
  usesVpc,
}: EndpointOptions & {readonly csEndpoint: Endpoint | undefined}): Endpoint => {
  if (csEndpoint) return csEndpoint
  if (!usesVpc) return https(givenRegion === undefined ? 'cs.aliyuncs.com' : `cs.${givenRegion}.aliyuncs.com`)
  if (givenRegion !== undefined) return https(`cs-anony-vpc.${givenRegion}.aliyuncs.com`)
  throw new AckError(
    'InvalidOption',
    'the Container Service has no global VPC endpoint',
    'add --region-id or --cs-endpoint',
  )
}

const https = (host: string): Endpoint => ({scheme: 'https', host})

/**
 * The STS host of a region, or the global one.
 *
 * @param regionId - undefined for the global host
 */
export const stsHost = (regionId: string | undefined, usesVpc: boolean): string => {
  if (regionId === undefined) return 'sts.aliyuncs.com'
  // The finance zone has no STS of its own.
  const region = regionId === 'cn-hangzhou-finance' ? 'cn-hangzhou' : regionId
  return `${usesVpc ? 'sts-vpc' : 'sts'}.${region}.aliyuncs.com`
}
