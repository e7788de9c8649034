import {parseEndpoint, type Endpoint} from '../options/endpoint.ts'
import type {GlobalOptions} from '../options/global-options.ts'

/**
 * The RAM endpoint: the user's, else the one host that serves all regions, or that of a VPC.
 *
 * @throws AckError `InvalidOption`
 */
export const chooseRamEndpoint = ({ramEndpoint, usesVpc}: Pick<GlobalOptions, 'ramEndpoint' | 'usesVpc'>): Endpoint =>
  ramEndpoint
    ? parseEndpoint(ramEndpoint)
    : {scheme: 'https', host: usesVpc ? 'ram.vpc-proxy.aliyuncs.com' : 'ram.aliyuncs.com'}

/** The IMS endpoint, which knows the OIDC providers: the user's, else the one host that serves all regions. */
export const chooseImsEndpoint = (imsEndpoint: Endpoint | undefined): Endpoint =>
  imsEndpoint ?? {scheme: 'https', host: 'ims.aliyuncs.com'}
