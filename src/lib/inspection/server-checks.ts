import {base64} from '../signing/hash.ts'
import {MAX_TOKEN_BYTES} from '../token/token-size.ts'
import {V1_PREFIX} from '../token/token-v1.ts'
import {V2_PREFIX} from '../token/token-v2.ts'
import {asShown, fail, pass, unknown, type Check, type Server} from './check.ts'
import {readV1, readV2, type SignedRequest} from './signed-request.ts'
import {serverChecks, stsChecks} from './request-checks.ts'

/** What can be said of a token without calling anybody. */
export interface TokenReport {
  readonly checks: readonly Check[]
  /** The name of the check at which the server ends, so that it does not ask STS. */
  readonly endsAt: string | undefined
  /** Undefined for a token that cannot be read. */
  readonly request: SignedRequest | undefined
}

/**
 * Makes the checks of ack-ram-authenticator on a token, in its order. Those behind one that ends it are made all the same,
 * where they can be.
 *
 * @see https://github.com/AliyunContainerService/ack-ram-authenticator
 */
export const checkToken = (token: string, server: Server): TokenReport => {
  const {checks, request} = read(token, server)
  const made = [...checks, ...(request ? serverChecks(request, server) : [])]
  const endsAt = made.find(({result}) => result === 'fail')?.check
  return {checks: [...made, ...(request ? stsChecks(request, server) : [])], endsAt, request}
}

/** The request in a token, and the checks on the way to it. */
const read = (token: string, server: Server): Pick<TokenReport, 'checks' | 'request'> => {
  const checks = [sizeCheck(token), prefixCheck(token, server.tokenVersion)]
  const version = (['v1', 'v2'] as const).find((candidate) => token.startsWith(PREFIXES[candidate]))
  if (version === undefined) return {checks, request: undefined}
  const encoded = token.slice(PREFIXES[version].length)
  const payload = base64Text(encoded)
  const ofBase64 = base64Check(encoded, payload)
  checks.push(ofBase64)
  if (payload === undefined) return {checks, request: undefined}
  const request = version === 'v2' ? readV2(payload) : readV1(payload)
  if ('fault' in request && ofBase64.result === 'fail') return {checks, request: undefined}
  const form = version === 'v2' ? 'JSON' : 'URL'
  if ('fault' in request) {
    checks.push(fail(form, request.fault, 'get a new token; it was cut off or made by another program'))
    return {checks, request: undefined}
  }
  checks.push(pass(form, version === 'v2' ? 'an object with query and headers' : 'a signed URL'))
  return {checks, request}
}

const PREFIXES = {v1: V1_PREFIX, v2: V2_PREFIX}

const sizeCheck = (token: string): Check => {
  const bytes = Buffer.byteLength(token)
  const why = `${bytes} of at most ${MAX_TOKEN_BYTES} bytes`
  return bytes <= MAX_TOKEN_BYTES
    ? pass('size', why)
    : fail('size', `${why}: "token is too large"`, 'use an AccessKey, or a shorter session policy and session name')
}

const prefixCheck = (token: string, wanted: Server['tokenVersion']): Check => {
  if (token.startsWith(PREFIXES[wanted])) return pass('prefix', PREFIXES[wanted])
  const refused = 'the server says "token is missing expected prefix"'
  if (token.startsWith(PREFIXES.v1))
    return fail(
      'prefix',
      `version 1, which authenticators since mid-2024 refuse: ${refused}`,
      'make it with --token-version v2; if the cluster is older, inspect it with --token-version v1',
    )
  if (token.startsWith(PREFIXES.v2))
    return fail('prefix', `version 2, for a server that takes version 1: ${refused}`, 'use --token-version v1')
  const what = token.startsWith('k8s-aws-') ? 'a token for Amazon EKS' : 'no token of this program'
  return fail('prefix', `${what}: ${refused}`, 'get one by `ack-ram-tool credential-plugin get-token`')
}

/** The text in base64, read leniently; undefined if it is not UTF-8. */
const base64Text = (encoded: string): string | undefined => {
  try {
    return new TextDecoder('utf-8', {fatal: true}).decode(Buffer.from(encoded, 'base64'))
  } catch {
    return undefined
  }
}

const base64Check = (encoded: string, payload: string | undefined): Check => {
  if (payload !== undefined && base64(payload) === encoded) return pass('base64', 'standard alphabet, padded')
  const cause = /[-_]/.test(encoded)
    ? 'it has the URL alphabet, with - and _'
    : /\s/.test(encoded)
      ? 'it has a line break or a blank inside'
      : encoded.length % 4 === 0
        ? 'it is not standard base64 of UTF-8'
        : 'its length is not a multiple of 4: it was cut off, or lost its padding'
  return fail('base64', cause, 'copy the whole token, as get-token prints it')
}

/** The check that needs credentials: it comes last, as STS makes it. */
export const signatureCheck = (
  request: SignedRequest,
  atHand:
    | {readonly accessKeyId: string; readonly accessKeySecret: SignedRequest['signature']; readonly source: string}
    | {readonly reason: string},
): Check => {
  if (request.signature.reveal() === '')
    return fail(
      'signature',
      'there is none: IncompleteSignature',
      'get a new token by `ack-ram-tool credential-plugin get-token`',
    )
  const start = `${request.signature.reveal().slice(0, 6)}…`
  if ('reason' in atHand) return unknown('signature', `${start}, not checked: ${atHand.reason}`, 'use --online')
  const {accessKeyId, accessKeySecret, source} = atHand
  if (accessKeyId !== request.accessKeyId)
    return unknown(
      'signature',
      `${start}, not checked: it is of the AccessKey ID ${asShown(request.accessKeyId)}, and ${source} has ${accessKeyId}`,
      'choose its credentials (--profile-name), or use --online',
    )
  if (request.signWith(accessKeySecret) === request.signature.reveal())
    return pass('signature', `${start}, the same with the secret of ${source}`)
  return fail(
    'signature',
    `${start}, signed with another secret than that of ${source}, or changed afterwards: SignatureDoesNotMatch`,
    'store the secret that belongs to the AccessKey ID, and get a new token',
  )
}
