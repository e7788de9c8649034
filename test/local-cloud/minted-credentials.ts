import {randomBytes} from 'node:crypto'

/** Temporary credentials as STS and most others spell them; `Expiration` is `YYYY-MM-DDTHH:MM:SSZ`. */
export type WireCredentials = {
  readonly AccessKeyId: string
  readonly AccessKeySecret: string
  readonly SecurityToken: string
  readonly Expiration: string
}

/** Makes a source of credentials; each call makes others. */
export type MintCredentials = () => WireCredentials

/**
 * Makes temporary credentials that nobody had before.
 *
 * The token has the characters that an encoding may lose.
 *
 * @param expiration - rounded down to a whole second
 */
export const mintCredentials = (expiration: Date): WireCredentials => ({
  AccessKeyId: `STS.${randomBytes(12).toString('hex')}`,
  AccessKeySecret: `SECRET-key-${randomBytes(15).toString('hex')}`,
  SecurityToken: `SECRET+token/${randomBytes(588).toString('base64')}==`,
  Expiration: expiration.toISOString().replace(/\.\d{3}Z$/, 'Z'),
})

/** A source of credentials that nobody knows, each valid for the given seconds from now on. */
export const mintFor =
  (lifetimeSeconds: number, now: () => Date): MintCredentials =>
  () =>
    mintCredentials(new Date(now().getTime() + lifetimeSeconds * 1000))
