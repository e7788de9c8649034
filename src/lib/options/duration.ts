import {AckError} from '../base/errors.ts'
import type {OptionValue} from './read-option.ts'

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  // U+00B5 and U+03BC: Go takes both.
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
}
/**
 * Reads a duration: a Go duration (`90s`, `1h30m`, `1.5h`) that is not negative, or a bare number of seconds.
 *
 * @returns whole milliseconds
 * @throws AckError `InvalidOption`
 * @see https://pkg.go.dev/time#ParseDuration
 */
export const parseDuration = ({value, from}: OptionValue): number => {
  const ms = isNumber(value) ? Number(value) * 1000 : sumOfParts(value)
  if (ms === undefined) {
    throw new AckError(
      'InvalidOption',
      `invalid duration for ${from}`,
      'use a duration such as 90s, 15m or 1h30m, or a number of seconds',
    )
  }
  // Zero is special for some options: a tiny duration must not become zero.
  return Number.isInteger(ms) ? ms : Math.max(1, Math.round(ms))
}

/** Far more than anybody waits, and less than a timer can take. */
const LONGEST_WAIT_MS = 24 * 3_600_000

/**
 * {@link parseDuration} for a time that a run waits.
 *
 * @returns whole milliseconds, 24 hours at most
 * @throws AckError `InvalidOption`
 */
export const parseWait = (given: OptionValue): number => {
  const waitMs = parseDuration(given)
  if (waitMs <= LONGEST_WAIT_MS) return waitMs
  throw new AckError('InvalidOption', `${given.from} must be at most 24h`, 'use a duration such as 20s')
}

/** Without regular expressions, which take longer to compile than all durations of a run to read. */
const sumOfParts = (text: string): number | undefined => {
  let at = text.startsWith('+') ? 1 : 0
  if (at === text.length) return undefined
  let ms = 0
  while (at < text.length) {
    const unitAt = endOf(text, at, true)
    const end = endOf(text, unitAt, false)
    const amount = text.slice(at, unitAt)
    const unit = text.slice(unitAt, end)
    if (!isAmount(amount) || !Object.hasOwn(UNIT_MS, unit)) return undefined
    ms += Number(amount) * (UNIT_MS[unit] ?? 0)
    at = end
  }
  return ms
}

/** Where characters end that are all of an amount, or all of a unit. */
const endOf = (text: string, start: number, ofAmount: boolean): number => {
  let end = start
  while (end < text.length && isOfAmount(text[end] ?? '') === ofAmount) end += 1
  return end
}

const isAmount = (text: string): boolean => text !== '' && text !== '.' && text.indexOf('.') === text.lastIndexOf('.')

const isNumber = (text: string): boolean => text !== '' && !text.includes('.') && endOf(text, 0, true) === text.length

const isOfAmount = (character: string): boolean => character === '.' || (character >= '0' && character <= '9')
