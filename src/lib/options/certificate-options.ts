import {AckError} from '../base/errors.ts'
import type {ExecInfo} from '../exec/exec-info.ts'
import {CERTIFICATE_OPTIONS} from './exec-definitions.ts'
import {parseDuration} from './duration.ts'
import {readExecOptions, type ExecOptions} from './exec-options.ts'
import {readText, type OptionInputs} from './read-option.ts'

/** The options of get-credential, read and checked. */
export interface CertificateOptions extends ExecOptions {
  readonly expirationMinutes: ExpirationMinutes
}

/** The lifetime of a certificate, in whole minutes; undefined for a long-lived one. */
export type ExpirationMinutes = number | undefined

/** The limits of the Container Service API. */
export const MIN_EXPIRATION_MINUTES = 15
const MAX_EXPIRATION_MINUTES = 4320

/**
 * Reads the options of get-credential.
 *
 * @throws AckError `ClusterIdMissing`, `InvalidOption`
 */
export const readCertificateOptions = (inputs: OptionInputs, execInfo: ExecInfo | undefined): CertificateOptions => ({
  ...readExecOptions(inputs, execInfo),
  expirationMinutes: readExpiration(inputs),
})

/**
 * Reads the lifetime of certificates.
 *
 * @throws AckError `InvalidOption` for a duration outside the limits of the Container Service API
 */
export const readExpiration = (inputs: OptionInputs): ExpirationMinutes => {
  const definition = CERTIFICATE_OPTIONS.expiration
  const given = readText('expiration', definition, inputs) ?? {value: definition.default, from: 'default'}
  const durationMs = parseDuration(given)
  if (durationMs === 0) return undefined
  const minutes = Math.floor(durationMs / 60_000)
  if (minutes >= MIN_EXPIRATION_MINUTES && minutes <= MAX_EXPIRATION_MINUTES) return minutes
  throw new AckError(
    'InvalidOption',
    `${given.from} is out of range`,
    'use 15m to 72h, or 0 for a long-lived certificate',
  )
}
