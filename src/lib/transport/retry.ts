import {type HttpReply, parseReplyObject} from './http.ts'
import {parseRpcError} from './service-error.ts'

/** Network failures that pass, by Node's code or ours. */
const PASSING = new Set([
  'ECONNRESET',
  'EPIPE',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'CONNECT_TIMEOUT',
  'SILENCE',
  'PROXY_BROKE_OFF',
  'ECONNREFUSED',
])

/** Why a reply may be another one the next time; undefined for an answer and for a refusal. */
export const isTransient = (reply: HttpReply): string | undefined => {
  const {code} = parseRpcError(parseReplyObject(reply) ?? {})
  if (code && /^(Throttling.*|ServiceUnavailable|InternalError)$/.test(code)) return code
  return reply.status === 429 || reply.status >= 500 ? `HTTP ${reply.status}` : undefined
}

/**
 * Whether to try again.
 *
 * @param reason - a code of the network, or what {@link isTransient} says of a reply
 * @param left - attempts that are left
 * @param made - attempts that were made
 */
export const retriesLeft = (reason: string, left: number, made: number): boolean => {
  if (left < 1) return false
  // Nobody listens there: a service that is just starting is worth one more attempt.
  if (reason === 'ECONNREFUSED') return made < 2
  return true
}

export const isPassing = (code: string): boolean => PASSING.has(code)
