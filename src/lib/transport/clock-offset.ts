/** A clock that is off by less counts as right, in milliseconds: answers take time, and dates have whole seconds. */
export const SKEW_MS = 60_000
/** What is off by more is no clock to go by, in milliseconds: a wrong day, or time zone, is a day at most. */
export const LARGEST_SKEW_MS = 25 * 3_600_000
/** By how much this machine's clock may go otherwise than time does during an attempt, in milliseconds: else it was set. */
const JUMP_MS = 2000

/** When an attempt was made, and what its answer says of the time. */
export interface HeardDate {
  /** The `Date` header. */
  readonly date: string | undefined
  /** Before the attempt and after it by this machine's clock, in milliseconds. */
  readonly sentAt: number
  readonly receivedAt: number
  /** How long it took by a clock that nobody sets, in milliseconds. */
  readonly tookMs: number
}

/**
 * How far a service's clock is ahead of this machine's, as an answer shows it.
 *
 * @returns whole seconds in milliseconds; 0 if this machine's clock is right; undefined if the answer does not settle it:
 *   without a date, after a long wait, or with a date that is absurd
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.date
 */
export const clockOffset = ({date, sentAt, receivedAt, tookMs}: HeardDate): number | undefined => {
  const theirs = httpDate(date)
  if (theirs === undefined || Math.abs(receivedAt - sentAt - tookMs) > JUMP_MS) return undefined
  // The service has written its date, without the fraction of a second, at some time between the two.
  const least = theirs - receivedAt
  const most = theirs + 1000 - sentAt
  if (least >= -SKEW_MS && most <= SKEW_MS) return 0
  if (least <= SKEW_MS && most >= -SKEW_MS) return undefined
  const offsetMs = Math.round((least + most) / 2000) * 1000
  return Math.abs(offsetMs) > LARGEST_SKEW_MS ? undefined : offsetMs
}

/** The time of an HTTP date, in milliseconds; undefined for any other text. */
export const httpDate = (text = ''): number | undefined => {
  const time = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(time) ? undefined : time
}

/** This machine's clock beside a service's, such as `40 minutes behind`. */
export const describeSkew = (offsetMs: number): string => {
  const seconds = Math.round(Math.abs(offsetMs) / 1000)
  const [count, unit] =
    seconds < 120
      ? [seconds, 'seconds']
      : seconds < 7200
        ? [Math.round(seconds / 60), 'minutes']
        : [Math.round(seconds / 3600), 'hours']
  return `${count} ${unit} ${offsetMs < 0 ? 'ahead of' : 'behind'}`
}
