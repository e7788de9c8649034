import {isJsonObject, parseJsonObject} from '../base/json-object.ts'
import {Secret} from '../base/secret.ts'
import {signAcs3} from '../signing/acs3.ts'
import {signRpc} from '../signing/rpc.ts'

/** The signed GetCallerIdentity request in a token, whichever version that has. */
export interface SignedRequest {
  readonly version: 'v1' | 'v2'
  readonly clusterId: string
  readonly action: string
  readonly accessKeyId: string
  readonly securityToken: Secret | undefined
  /** As it stands there. */
  readonly signedAt: string
  readonly signature: Secret
  /** Parameters by their names as they stand there. */
  readonly query: ReadonlyMap<string, string>
  /** Names in lower case; none in version 1. */
  readonly headers: ReadonlyMap<string, string>
  readonly signedHeaders: readonly string[]
  /** Of version 1: the URL without its query. */
  readonly address: URL | undefined
  /** Names that stand there more than once. */
  readonly repeated: readonly string[]
  /** The same signature by a secret. */
  readonly signWith: (secret: Secret) => string
}

/**
 * Reads the payload of a token of version 2.
 *
 * @returns what is wrong with it, without quoting it
 */
export const readV2 = (payload: string): SignedRequest | {readonly fault: string} => {
  const object = parseJsonObject(payload)
  if (!object) return {fault: 'the payload is not a JSON object'}
  const {method, path, query: queryObject, headers: headersObject} = object
  const query = textsOf(queryObject)
  const given = textsOf(headersObject)
  if (!query || !given) return {fault: 'query or headers is not an object of texts'}
  const headers = new Map([...given].map(([name, value]) => [name.toLowerCase(), value]))
  const authorization = headers.get('authorization') ?? ''
  const [, accessKeyId = '', names = '', signature = ''] =
    /^ACS3-HMAC-SHA256 Credential=([^,]*),SignedHeaders=([^,]*),Signature=([0-9a-f]*)$/.exec(authorization) ?? []
  const securityToken = headers.get('x-acs-security-token')
  const signedHeaders = names.split(';').filter(Boolean)
  return {
    version: 'v2',
    clusterId: query.get('ACKClusterId') ?? '',
    action: headers.get('x-acs-action') ?? '',
    accessKeyId,
    securityToken: securityToken === undefined ? undefined : new Secret(securityToken),
    signedAt: headers.get('x-acs-date') ?? '',
    signature: new Secret(signature),
    query,
    headers,
    signedHeaders,
    address: undefined,
    repeated: [],
    signWith: (secret) => {
      const signed = new Map(signedHeaders.map((name) => [name, headers.get(name) ?? '']))
      const request = {
        method: method === 'GET' ? 'GET' : 'POST',
        path: typeof path === 'string' ? path : '/',
        query,
        signedHeaders: signed,
        bodySha256: headers.get('x-acs-content-sha256') ?? '',
      } as const
      return signAcs3(request, {accessKeyId, accessKeySecret: secret}).split('Signature=')[1] ?? ''
    },
  }
}

const textsOf = (value: unknown): ReadonlyMap<string, string> | undefined => {
  if (value === undefined || value === null) return new Map()
  if (!isJsonObject(value)) return undefined
  const entries = Object.entries(value)
  return entries.every((entry): entry is [string, string] => typeof entry[1] === 'string')
    ? new Map(entries)
    : undefined
}

/** Reads the payload of a token of version 1: a signed URL; as {@link readV2} does. */
export const readV1 = (payload: string): SignedRequest | {readonly fault: string} => {
  if (!URL.canParse(payload)) return {fault: 'the payload is not a URL'}
  const address = new URL(payload)
  const pairs = [...address.searchParams]
  const query = new Map(pairs)
  const counts = pairs.map(([name]) => name)
  address.search = ''
  const securityToken = query.get('SecurityToken')
  return {
    version: 'v1',
    clusterId: query.get('ClusterId') ?? '',
    action: query.get('Action') ?? '',
    accessKeyId: query.get('AccessKeyId') ?? '',
    securityToken: securityToken === undefined ? undefined : new Secret(securityToken),
    signedAt: query.get('Timestamp') ?? '',
    signature: new Secret(query.get('Signature') ?? ''),
    query,
    headers: new Map(),
    signedHeaders: [],
    address,
    repeated: [...new Set(counts.filter((name, index) => counts.indexOf(name) !== index))],
    signWith: (secret) => signRpc('GET', new Map([...query].filter(([name]) => name !== 'Signature')), secret),
  }
}
