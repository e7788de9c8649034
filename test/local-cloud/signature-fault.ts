import {repeatedName, type Pair} from './received-request.ts'

/** Why a signature is refused; `serverWords` is what the service would put into its `Message`. */
export type SignatureFault = {
  readonly code: 'IncompleteSignature' | 'SignatureDoesNotMatch'
  readonly serverWords: string
}

/** The request is not signed as the specification demands, whatever the secret is. */
export const incomplete = (detail: string): SignatureFault => ({
  code: 'IncompleteSignature',
  serverWords: `The request signature does not conform to Aliyun standards: ${detail}.`,
})

/**
 * The signature is another one than the server computes.
 *
 * @param serverSide - what the server hashed. The real service echoes it, security token included, so this one does too:
 *   a client that repeats it leaks the token, and its tests should see that
 */
export const mismatch = (serverSide: string): SignatureFault => ({
  code: 'SignatureDoesNotMatch',
  serverWords: `Specified signature is not matched with our calculation. server string to sign is:${serverSide}`,
})

/** A fault if one name was sent twice: the two ends could then sign and read different values. */
export const findRepetition = (pairs: readonly Pair[], what: string): SignatureFault | undefined => {
  const name = repeatedName(pairs)
  return name === undefined ? undefined : incomplete(`${what} ${name} is given more than once`)
}
