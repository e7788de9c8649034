import {parseAcs3Authorization} from './acs3-signature.ts'
import {valuesOf, type ReceivedRequest} from './received-request.ts'
import {rpcParameters} from './rpc-signature.ts'
import {commonParameter, signatureStyle, type SignatureStyle} from './sts-caller.ts'

/** What the local STS remembers of a request before it answers; nothing in it is secret. */
export type StsRequest = {
  readonly method: string
  readonly style: SignatureStyle
  readonly action: string | undefined
  /** The caller's, as claimed. */
  readonly accessKeyId?: string
  /** A security token or OIDC token stood in the query, where proxies and logs see it. */
  readonly tokenInUrl?: true
  readonly roleArn?: string
  readonly roleSessionName?: string
  readonly externalId?: string
  /** As it was sent. */
  readonly durationSeconds?: string
  readonly policy?: string
  readonly oidcProviderArn?: string
  /** The error code, if it was refused. */
  readonly code?: string
}

const TOKEN_NAME = /^(x-acs-)?(security|oidc)-?token$/i

/** The name of the action, wherever this style of request carries it. */
export const actionOf = (request: ReceivedRequest): string | undefined =>
  commonParameter(request, {ACS3: 'x-acs-action', RPC: 'Action'})

/** A parameter of the action, from query or form; undefined if it is empty. */
export const actionParameter = (request: ReceivedRequest, name: string): string | undefined =>
  valuesOf(rpcParameters(request), name)[0] || undefined

/**
 * Describes a request for the records.
 *
 * @param tokens - the security tokens that STS knows: they count as in the URL under any name
 */
export const describeStsRequest = (request: ReceivedRequest, tokens: ReadonlySet<string>): StsRequest => {
  return {
    method: request.method,
    style: signatureStyle(request),
    action: actionOf(request),
    ...optional('accessKeyId', claimedAccessKey(request)),
    ...(isTokenInUrl(request, tokens) && {tokenInUrl: true}),
    ...optional('roleArn', actionParameter(request, 'RoleArn')),
    ...optional('roleSessionName', actionParameter(request, 'RoleSessionName')),
    ...optional('externalId', actionParameter(request, 'ExternalId')),
    ...optional('durationSeconds', actionParameter(request, 'DurationSeconds')),
    ...optional('policy', actionParameter(request, 'Policy')),
    ...optional('oidcProviderArn', actionParameter(request, 'OIDCProviderArn')),
  }
}

/** Whether the query has a security token or OIDC token: by its name, or one of these under any name. */
export const isTokenInUrl = ({query}: ReceivedRequest, tokens: ReadonlySet<string>): boolean =>
  query.some(([name, value]) => TOKEN_NAME.test(name) || tokens.has(value))

const claimedAccessKey = (request: ReceivedRequest): string | undefined =>
  signatureStyle(request) === 'ACS3'
    ? parseAcs3Authorization(request)?.accessKeyId
    : actionParameter(request, 'AccessKeyId')

const optional = <N extends string, V>(name: N, value: V | undefined): {readonly [K in N]?: V} =>
  (value === undefined ? {} : {[name]: value}) as {readonly [K in N]?: V}
