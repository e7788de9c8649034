import type {HttpCall} from './http.ts'

/** The time limits of one attempt, in milliseconds; undefined for none but the deadline's. */
export interface AttemptLimits {
  /** For opening the connection, TLS included. */
  readonly connectTimeoutMs: number | undefined
  /** For silence on an open connection. */
  readonly silenceMs: number | undefined
  /** For one of several addresses of a host, before the next is tried. */
  readonly addressTimeoutMs: number
}

/** However little time is left, a connection gets as long. */
const SHORTEST_MS = 5000
const PART_OF_TIME_LEFT = 2 / 3

/** Node's own limit for an address. */
const SHORTEST_FOR_ADDRESS_MS = 250
const LONGEST_FOR_ADDRESS_MS = 5000

/**
 * Limits by the time that is left. A service that is only slow gets most of it; the rest is for another attempt, should
 * the connection be dead. The last attempt gets all of it.
 *
 * @param leftMs - until the deadline
 * @param isLast - no other attempt follows
 */
export const attemptLimits = (
  {connectTimeoutMs}: Pick<HttpCall, 'connectTimeoutMs'>,
  leftMs: number,
  isLast: boolean,
): AttemptLimits => {
  const patienceMs = isLast || leftMs === Infinity ? undefined : Math.max(SHORTEST_MS, leftMs * PART_OF_TIME_LEFT)
  return {
    connectTimeoutMs: connectTimeoutMs ?? patienceMs,
    silenceMs: patienceMs,
    // Several get their turn within a fraction of the time, also where the first ones lead nowhere.
    addressTimeoutMs: Math.round(Math.min(Math.max(leftMs / 8, SHORTEST_FOR_ADDRESS_MS), LONGEST_FOR_ADDRESS_MS)),
  }
}
