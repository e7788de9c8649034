import {authenticate, type AuthenticatedIdentity} from './authenticator.ts'
import {AuthenticatorError} from './authenticator-error.ts'
import {startLocalSts} from './sts.ts'
import type {StsIdentity} from './sts-caller.ts'
import {identityOf, type TokenVector} from './vectors.ts'

/** How the world differs from the one in which a vector's token is accepted. */
export type World = {
  readonly token?: string
  readonly clusterId?: string
  readonly identities?: readonly StsIdentity[]
  /** How far the clock of STS is ahead of the token's date. */
  readonly skewMs?: number
  readonly tokenVersion?: 'v1' | 'v2'
}

/**
 * Presents a vector's token to the authenticator at the token's own date, with a local STS of its own.
 *
 * @throws AuthenticatorError if it is refused
 */
export const judge = async (vector: TokenVector, world: World = {}): Promise<AuthenticatedIdentity> => {
  const {token = vector.token, clusterId = vector.clusterId, identities = [identityOf(vector)], skewMs = 0} = world
  const sts = await startLocalSts({identities, now: () => new Date(vector.signedAt.getTime() + skewMs)})
  try {
    return await authenticate(token, {clusterId, sts, tokenVersion: world.tokenVersion ?? 'v2'})
  } finally {
    await sts.close()
  }
}

/**
 * The error with which a token is refused.
 *
 * @throws if it is accepted, or fails otherwise
 */
export const refusal = async (vector: TokenVector, world: World = {}): Promise<AuthenticatorError> => {
  try {
    await judge(vector, world)
  } catch (error) {
    if (error instanceof AuthenticatorError) return error
    throw error
  }
  throw new Error('the token was accepted')
}

/** The code with which STS refuses a token; undefined if the authenticator itself does. */
export const codeOf = async (vector: TokenVector, world: World = {}): Promise<string | undefined> =>
  (await refusal(vector, world)).stsCode

/** The same text but for the last bit of its last character. */
export const flipLastBit = (text: string): string =>
  text.slice(0, -1) + String.fromCharCode(text.charCodeAt(text.length - 1) ^ 1)
