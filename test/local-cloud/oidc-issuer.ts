import {createSign, createVerify, generateKeyPairSync, type KeyPairKeyObjectResult} from 'node:crypto'

import {json, startService, type LocalService} from './local-service.ts'
import type {FaultOptions} from './faults.ts'

/** The claims of a service account's token. */
export type TokenClaims = {
  readonly iss: string
  readonly aud: readonly string[]
  readonly sub: string
  /** In seconds since 1970. */
  readonly exp: number
  readonly iat: number
}

/** The issuer of a cluster's tokens, with its discovery document and keys. */
export type OidcIssuer = Omit<LocalService<{readonly method: string; readonly path: string}>, 'origin'> & {
  /** The issuer as it stands in tokens. */
  readonly issuer: string
  /** Signs a token, of these claims. */
  readonly sign: (claims: TokenClaims) => string
  /** The claims of a token that it has signed; undefined for any other. */
  readonly read: (token: string) => TokenClaims | undefined
  /** What its documents say, to be changed by tests. */
  readonly documents: {configuration: Record<string, unknown>; keys: object[]}
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Of all issuers of this process: to make them takes long. */
let keys: KeyPairKeyObjectResult | undefined

const makeKeys = (): KeyPairKeyObjectResult => generateKeyPairSync('rsa', {modulusLength: 2048})

/** Starts an issuer on 127.0.0.1 that signs with RS256. */
export const startOidcIssuer = async (clusterId: string, {faults}: FaultOptions = {}): Promise<OidcIssuer> => {
  const {privateKey, publicKey} = (keys ??= makeKeys())
  const kid = `key-of-${clusterId}`
  const documents: OidcIssuer['documents'] = {configuration: {}, keys: []}
  const {origin, ...service} = await startService<{readonly method: string; readonly path: string}>(
    {
      describe: ({method, path}) => ({method, path}),
      answer: ({path}) => {
        if (path === `/${clusterId}/.well-known/openid-configuration`) return json(200, documents.configuration)
        return path === `/${clusterId}/keys` ? json(200, {keys: documents.keys}) : json(404, {})
      },
      refuse: ({status}) => json(status, {}),
    },
    {faults},
  )
  const issuer = `${origin}/${clusterId}`
  documents.configuration = {issuer, jwks_uri: `${issuer}/keys`, id_token_signing_alg_values_supported: ['RS256']}
  documents.keys = [{...publicKey.export({format: 'jwk'}), kid, alg: 'RS256', use: 'sig'}]
  return {
    ...service,
    issuer,
    documents,
    sign: (claims) => {
      const signed = `${encode({alg: 'RS256', kid})}.${encode(claims)}`
      return `${signed}.${createSign('RSA-SHA256').update(signed).sign(privateKey).toString('base64url')}`
    },
    read: (token) => {
      const [head = '', body = '', signature = ''] = token.split('.')
      const isOurs = createVerify('RSA-SHA256')
        .update(`${head}.${body}`)
        .verify(publicKey, Buffer.from(signature, 'base64url'))
      return isOurs ? (JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as TokenClaims) : undefined
    },
  }
}
