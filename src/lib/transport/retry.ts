import {httpDate} from './clock-offset.ts'
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

/** Those of them after which it is certain that the service has not received the call. */
const UNSENT_CODES = new Set(['EAI_AGAIN', 'CONNECT_TIMEOUT', 'PROXY_CLOSED', 'ECONNREFUSED'])

const FIRST_BACKOFF_MS = 200
const LONGEST_BACKOFF_MS = 5000

/** Why another attempt may get another result. */
export interface Retriable {
  /** A network code, the service's code, or the status. */
  readonly reason: string
  /** The service has refused to do anything for now: it may be asked as long as there is time. */
  readonly isThrottled: boolean
  /** The pause that the service asks for, in milliseconds. */
  readonly delayMs?: number
}

/** Whether and why to repeat a call after a reply; undefined for a success and for a refusal. */
export const retriableReply = (reply: HttpReply, now: Date): Retriable | undefined => {
  const {code = ''} = parseRpcError(parseReplyObject(reply) ?? {})
  const delayMs = retryAfterMs(reply, now)
  const isThrottled =
    code.startsWith('Throttling') || reply.status === 429 || (reply.status === 503 && delayMs !== undefined)
  const isBroken = /^(ServiceUnavailable|InternalError)$/.test(code) || reply.status >= 500
  if (!isThrottled && !isBroken) return undefined
  return {reason: code || `HTTP ${reply.status}`, isThrottled, ...(delayMs === undefined ? {} : {delayMs})}
}

/** Why to repeat a call after a failure below HTTP; undefined if another attempt would not help. */
export const retriableFailure = (code: string): Retriable | undefined =>
  TRANSIENT_CODES.has(code) ? {reason: code, isThrottled: false} : undefined

/** Whether it is certain that a call was not carried out: then one that must not be made twice may be made again. */
export const isSafeToRepeat = ({reason, isThrottled}: Retriable): boolean => isThrottled || UNSENT_CODES.has(reason)

/**
 * The pause before another attempt, in milliseconds; undefined if there shall be none.
 *
 * @param attempts - how many a call has
 * @param made - attempts that have failed
 * @param throttled - attempts that were throttled
 * @param leftMs - until the deadline
 */
export const pauseBefore = (
  {reason, isThrottled, delayMs}: Retriable,
  {attempts, made, throttled, leftMs}: {attempts: number; made: number; throttled: number; leftMs: number},
): number | undefined => {
  if (attempts <= 1 || (!isThrottled && made >= attempts)) return undefined
  // A service that is just starting is worth one more attempt.
  if (reason === 'ECONNREFUSED' && made >= 2) return undefined
  const backoffMs = Math.min(FIRST_BACKOFF_MS * 2 ** (made + throttled - 1), LONGEST_BACKOFF_MS) * spread()
  // The attempts of a call are few: each shall have its time.
  if (!isThrottled) return Math.min(backoffMs, leftMs / 2)
  const pauseMs = delayMs ? delayMs + backoffMs / 10 : backoffMs
  return pauseMs < leftMs ? pauseMs : undefined
}

/** So that those who were throttled together do not come back together. */
const spread = (): number => 0.5 + Math.random()

/**
 * What a reply says about when to come back, in milliseconds.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
const retryAfterMs = ({retryAfter, date: sentAt}: HttpReply, now: Date): number | undefined => {
  if (retryAfter === undefined) return undefined
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter) * 1000
  const date = Date.parse(retryAfter)
  // A time by the service's clock.
  return Number.isNaN(date) ? undefined : Math.max(date - (httpDate(sentAt) ?? now.getTime()), 0)
}
