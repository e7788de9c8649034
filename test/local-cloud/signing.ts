import {createHash, createHmac} from 'node:crypto'

/** An access key to sign with. */
export type SigningKey = {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly securityToken?: string | undefined
}

type Texts = Readonly<Record<string, string>>

export type Acs3Request = {
  readonly method: string
  readonly path: string
  readonly query: Texts
  /** All of them are signed. */
  readonly headers: Texts
  readonly body?: string
}

/**
 * Signs a request with ACS3-HMAC-SHA256. It shares no code with the verifier nor with the product, so that no two can be
 * wrong in the same way.
 *
 * @returns the Authorization header
 */
export const signAcs3 = (request: Acs3Request, {accessKeyId, accessKeySecret}: SigningKey): string => {
  const names = Object.keys(request.headers).toSorted()
  const lines = names.map((name) => `${name}:${request.headers[name]?.trim()}\n`).join('')
  const canonical = `${request.method}\n${request.path}\n${joinSorted(request.query)}\n${lines}\n${names.join(';')}\n${sha256(request.body)}`
  const signature = createHmac('sha256', accessKeySecret)
    .update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`)
    .digest('hex')
  return `ACS3-HMAC-SHA256 Credential=${accessKeyId},SignedHeaders=${names.join(';')},Signature=${signature}`
}

/** The `x-acs-*` headers of a GetCallerIdentity request without a body. */
export const callerIdentityHeaders = (signedAt: Date, {securityToken}: SigningKey): Texts => ({
  'x-acs-action': 'GetCallerIdentity',
  'x-acs-content-sha256': sha256(''),
  'x-acs-date': toTimestamp(signedAt),
  ...(securityToken && {'x-acs-security-token': securityToken}),
  'x-acs-version': '2015-04-01',
})

/**
 * Makes a v2 bearer token for a cluster.
 *
 * @param signedAt - when; STS takes the token within 15 minutes of it
 */
export const signTokenV2 = (clusterId: string, signedAt: Date, key: SigningKey): string => {
  const query = {ACKClusterId: clusterId}
  const headers = callerIdentityHeaders(signedAt, key)
  const Authorization = signAcs3({method: 'POST', path: '/', query, headers}, key)
  return encodeTokenV2({clusterId, method: 'POST', path: '/', query, headers: {Authorization, ...headers}})
}

/** Adds the `Signature` of an RPC request to its parameters. */
export const signRpc = (method: 'GET' | 'POST', parameters: Texts, accessKeySecret: string): Texts => {
  const text = `${method}&%2F&${encode(joinSorted(parameters))}`
  return {...parameters, Signature: createHmac('sha1', `${accessKeySecret}&`).update(text).digest('base64')}
}

/** A time as STS wants it: UTC, whole seconds, `Z`. */
export const toTimestamp = (date: Date): string => date.toISOString().replace(/\.\d+Z$/, 'Z')

/** The payload of a v2 token. */
export type TokenPayload = {readonly query: Texts; readonly headers: Texts; readonly [field: string]: unknown}

export const encodeTokenV2 = (payload: TokenPayload): string =>
  `k8s-ack-v2.${Buffer.from(JSON.stringify(payload)).toString('base64')}`

export const decodeTokenV2 = (token: string): TokenPayload =>
  JSON.parse(Buffer.from(token.slice('k8s-ack-v2.'.length), 'base64').toString('utf8')) as TokenPayload

const joinSorted = (texts: Texts): string =>
  Object.keys(texts)
    .toSorted((left, right) => Buffer.from(left).compare(Buffer.from(right)))
    .map((name) => `${encode(name)}=${encode(texts[name] ?? '')}`)
    .join('&')

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)

const sha256 = (text = ''): string => createHash('sha256').update(text).digest('hex')
