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
/** The common case, and the default: the pattern for all other durations takes longer to compile. */
const SECONDS = /^(\d+)s?$/
const AMOUNT_AND_UNIT = String.raw`(\d+(?:\.\d*)?|\.\d+)(ns|us|[\u00B5\u03BC]s|ms|s|m|h)`

/**
 * Reads a duration: a Go duration (`90s`, `1h30m`, `1.5h`) that is not negative, or a bare number of seconds.
 *
 * @returns whole milliseconds
 * @throws AckError `InvalidOption`
 * @see https://pkg.go.dev/time#ParseDuration
 */
export const parseDuration = ({value, from}: OptionValue): number => {
  const [, seconds] = SECONDS.exec(value) ?? []
  if (seconds !== undefined) return Number(seconds) * 1000
  if (!new RegExp(`^\\+?(${AMOUNT_AND_UNIT})+$`).test(value)) {
    throw new AckError(
      'InvalidOption',
      `invalid duration for ${from}`,
      'use a duration such as 90s, 15m or 1h30m, or a number of seconds',
    )
  }
  const parts = value.matchAll(new RegExp(AMOUNT_AND_UNIT, 'g'))
  const ms = [...parts].reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNIT_MS[unit ?? ''] ?? 0), 0)
  // Zero is special for some options: a tiny duration must not become zero.
  return ms === 0 ? 0 : Math.max(1, Math.round(ms))
}
