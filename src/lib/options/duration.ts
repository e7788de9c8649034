import {AckError} from '../errors.ts'
import type {OptionValue} from './read-option.ts'

const UNIT_MS: Readonly<Record<string, number>> = {ms: 1, s: 1000, m: 60_000, h: 3_600_000}

/**
 * Reads a duration: one of Go's (`90s`, `1h30m`, `1.5h`), or a bare number of seconds.
 *
 * @returns milliseconds
 * @throws AckError `InvalidOption`
 */
export const parseDuration = ({value, from}: OptionValue): number => {
  if (/^\d+$/.test(value)) return Number(value) * 1000
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(value)) {
    throw new AckError(
      'InvalidOption',
      `${from} is not a duration`,
      'give one such as 90s, 15m or 1h30m, or a number of seconds',
    )
  }
  const parts = value.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)
  return Math.round([...parts].reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNIT_MS[unit ?? ''] ?? 0), 0))
}
