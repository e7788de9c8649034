import {isJsonObject, parseJsonObject, textIn} from '../base/json-object.ts'
import type {Secret} from '../base/secret.ts'

/** What a service account token says of itself; nobody has checked its signature. */
export interface TokenClaims {
  readonly issuer: string
  readonly audiences: readonly string[]
  readonly subject: string
  /** Undefined if it does not say. */
  readonly expiresAt: Date | undefined
  /** The ID of the key that has signed it; empty if it does not say. */
  readonly keyId: string
}

/**
 * Reads the claims of a token (RFC 7519).
 *
 * @returns undefined for what is not a JWT
 */
export const readClaims = (token: Secret): TokenClaims | undefined => {
  const [head, body, signature, ...more] = token.reveal().split('.')
  const header = parsePart(head)
  const claims = parsePart(body)
  if (!header || !claims || !signature || more.length > 0) return undefined
  const {aud, exp} = claims
  const audiences = Array.isArray(aud) ? (aud as readonly unknown[]) : [aud]
  return {
    issuer: textIn(claims, 'iss'),
    audiences: audiences.filter((audience) => typeof audience === 'string'),
    subject: textIn(claims, 'sub'),
    expiresAt: timeOf(exp),
    keyId: textIn(header, 'kid'),
  }
}

/** Beyond what a date can be, it says nothing. */
const timeOf = (seconds: unknown): Date | undefined => {
  const time = new Date(typeof seconds === 'number' ? seconds * 1000 : Number.NaN)
  return Number.isNaN(time.getTime()) ? undefined : time
}

const parsePart = (part = ''): Readonly<Record<string, unknown>> | undefined => {
  const object = parseJsonObject(Buffer.from(part, 'base64url').toString('utf8'))
  return isJsonObject(object) ? object : undefined
}

/**
 * What will not fit when a token is presented for a provider, in words for a person.
 *
 * @param clusterId - the last step of the name of a cluster's provider and of its issuer, if known
 */
export const claimFaults = (
  claims: TokenClaims,
  {audience, clusterId, now}: {readonly audience: string; readonly clusterId: string | undefined; readonly now: Date},
): readonly string[] => [
  ...(claims.audiences.includes(audience)
    ? []
    : [`its audience is ${JSON.stringify(claims.audiences.join(', '))}, not ${audience}`]),
  ...(claims.expiresAt && claims.expiresAt <= now ? [`it expired at ${claims.expiresAt.toISOString()}`] : []),
  ...(clusterId === undefined || claims.issuer.includes(clusterId)
    ? []
    : [
        `its issuer ${JSON.stringify(claims.issuer)} is not that of cluster ${clusterId}, which the provider is named for`,
      ]),
]
