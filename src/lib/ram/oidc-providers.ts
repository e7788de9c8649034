import {isJsonObject, textIn} from '../base/json-object.ts'
import type {Endpoint} from '../options/endpoint.ts'
import {chooseImsEndpoint} from './ram-endpoints.ts'
import {askRam, NOT_FOUND, unusable, type Calling} from './call-ram.ts'

const IMS_VERSION = '2019-08-15'

/** An OIDC identity provider that RAM knows. */
export interface OidcProvider {
  readonly arn: string
  readonly issuer: string
  /** The audiences that its tokens may have. */
  readonly clientIds: readonly string[]
}

/**
 * An OIDC provider by its name; undefined if there is none. Throws as `callRam` does.
 *
 * @param endpoint - of IMS, if not the usual one
 * @see https://www.alibabacloud.com/help/en/ram/developer-reference/api-ims-2019-08-15-getoidcprovider
 */
export const getOidcProvider = async (
  name: string,
  endpoint: Endpoint | undefined,
  calling: Calling,
): Promise<OidcProvider | undefined> => {
  const request = {
    action: 'GetOIDCProvider',
    query: new Map([['OIDCProviderName', name]]),
    subject: `OIDC provider ${name}`,
    api: {name: 'IMS' as const, version: IMS_VERSION, endpoint: chooseImsEndpoint(endpoint)},
  }
  const answer = await askRam(request, [NOT_FOUND], calling)
  if (!answer) return undefined
  const provider = answer['OIDCProvider']
  if (!isJsonObject(provider) || typeof provider['Arn'] !== 'string')
    throw unusable('GetOIDCProvider', 'it has no provider')
  const {Arn: arn, ClientIds: ids} = provider
  return {arn, issuer: textIn(provider, 'IssuerUrl'), clientIds: readIds(ids)}
}

/** A text with commas, as documented; a list is taken as well. */
const readIds = (ids: unknown): readonly string[] => {
  const texts = typeof ids === 'string' ? ids.split(',') : Array.isArray(ids) ? (ids as readonly unknown[]) : []
  return texts
    .filter((id) => typeof id === 'string')
    .map((id) => id.trim())
    .filter(Boolean)
}
