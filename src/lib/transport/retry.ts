import {type HttpReply, parseReplyObject} from './http.ts'
import {parseRpcError} from './service-error.ts'

/** Network failures after which another attempt may succeed, by Node's code or ours. */
const TRANSIENT_CODES = new Set([
  'ECONNRESET',
  'EPIPE',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'CONNECT_TIMEOUT',
  'NO_RESPONSE',
  'PROXY_CLOSED',
  'ECONNREFUSED',
])

/** Why another attempt may get another reply; undefined for a success and for a refusal. */
export const transientReason = (reply: HttpReply): string | undefined => {
  const {code} = parseRpcError(parseReplyObject(reply) ?? {})
  if (code && /^(Throttling.*|ServiceUnavailable|InternalError)$/.test(code)) return code
  return reply.status === 429 || reply.status >= 500 ? `HTTP ${reply.status}` : undefined
}

/**
 * Whether to try again.
 *
 * @param reason - a network code, or the {@link transientReason} of a reply
 * @param left - attempts left
 * @param made - attempts made
 */
export const retriesLeft = (reason: string, left: number, made: number): boolean => {
  if (left < 1) return false
  // A service that is just starting is worth one more attempt.
  if (reason === 'ECONNREFUSED') return made < 2
  return true
}

/** Whether another attempt may succeed after a network failure with this code. */
export const isTransient = (code: string): boolean => TRANSIENT_CODES.has(code)
