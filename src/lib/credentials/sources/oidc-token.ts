import {AckError} from '../../base/errors.ts'
import {readUserFile, whyUnreadable} from '../../base/files/read-user-file.ts'
import {stripHttpWhitespace} from '../../base/http-whitespace.ts'
import {parseJsonObject} from '../../base/json-object.ts'
import {Secret} from '../../base/secret.ts'
import type {Identity} from '../../cache/identity.ts'
import {sha256Hex} from '../../signing/hash.ts'

/** The limit of the token file, far above what a token needs. */
const MAX_TOKEN_BYTES = 64 * 1024

/** An OIDC token, and whose it is. */
export interface OidcToken {
  readonly text: Secret
  /** Its issuer, subject and audience: they stay the same when Kubernetes renews it. */
  readonly identity: Identity
}

/**
 * Reads the OIDC token in a file, which may be a pipe. Its signature is not checked: that is what STS does, for every call.
 *
 * @param waitMs - how long a pipe may take, in milliseconds
 * @throws AckError `CredentialFileUnreadable`
 */
export const readOidcToken = (path: string, waitMs: number): OidcToken => {
  const token = stripHttpWhitespace(readText(path, waitMs))
  if (token === '') throw invalidTokenFile(path, 'is empty')
  return {text: new Secret(token), identity: claimsOf(token) ?? [['tokenSha256', sha256Hex(token)]]}
}

/**
 * Whose token it is.
 *
 * @returns undefined for one that does not say so
 * @see RFC 7519, section 4.1
 */
const claimsOf = (token: string): Identity | undefined => {
  const [, payload = '', signature] = token.split('.')
  const claims = signature === undefined ? undefined : parseJsonObject(Buffer.from(payload, 'base64url').toString())
  const {iss, sub, aud} = claims ?? {}
  if (typeof iss !== 'string' || typeof sub !== 'string') return undefined
  return [
    ['issuer', iss],
    ['subject', sub],
    ['audience', JSON.stringify(aud ?? '')],
  ]
}

const readText = (path: string, waitMs: number): string => {
  try {
    return readUserFile(path, {maxBytes: MAX_TOKEN_BYTES, waitMs}).toString('utf8')
  } catch (error) {
    throw invalidTokenFile(path, `cannot be read: ${whyUnreadable(error)}`)
  }
}

const invalidTokenFile = (path: string, complaint: string): AckError =>
  new AckError(
    'CredentialFileUnreadable',
    `the OIDC token file ${path} ${complaint}`,
    "check that the pod has RRSA's service account token volume, and that this user can read it",
  )
