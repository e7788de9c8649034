import {AckError} from '../base/errors.ts'
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
  hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)

/** The endpoint in one text, as part of what a kept answer is bound to. */
export const describeEndpoint = ({scheme, host}: Endpoint): string => `${scheme}://${host}`

/** What the user says of endpoints, by options. */
interface EndpointOptions {
  /** The region that the user gave, if any. */
  readonly givenRegion: string | undefined
  /** Whether services are called at their addresses inside a VPC. */
  readonly usesVpc: boolean
}

/** What a profile says of the STS endpoint. */
interface StsProfile {
  readonly endpoint: Endpoint | undefined
  readonly region: string | undefined
}

/** The STS endpoint: the one that the user gave, else the profile's, its region's, the region's that the user gave. */
export const chooseStsEndpoint = (
  {stsEndpoint, givenRegion, usesVpc}: EndpointOptions & {readonly stsEndpoint: Endpoint | undefined},
  profile?: StsProfile,
): Endpoint => stsEndpoint ?? profile?.endpoint ?? https(stsHost(profile?.region ?? givenRegion, usesVpc))

/**
 * The endpoint of the Container Service API: the one that the user gave, else that of the region, else the global one,
 * which knows the clusters of every region.
 *
 * @throws AckError `InvalidOption`: inside a VPC there is no global one
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
    'the Container Service has no address inside a VPC that knows every region',
    'pass --region-id too, or --cs-endpoint',
  )
}

const https = (host: string): Endpoint => ({scheme: 'https', host})

/**
 * The STS host of a region, or the global one, which knows every region's clusters, when the user gave no region.
 *
 * @param regionId - the region that the user gave, if any
 */
const stsHost = (regionId: string | undefined, usesVpc: boolean): string => {
  if (regionId === undefined) return 'sts.aliyuncs.com'
  // The finance zone has no STS of its own.
  const region = regionId === 'cn-hangzhou-finance' ? 'cn-hangzhou' : regionId
  return `${usesVpc ? 'sts-vpc' : 'sts'}.${region}.aliyuncs.com`
}
