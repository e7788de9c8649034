import {AckError} from '../base/errors.ts'
import type {OptionValue} from '../options/read-option.ts'

/**
 * The error for credentials of another identity than the one that is expected.
 *
 * @param found - its ID, and its ARN where that is known
 */
export const identityMismatch = (found: string, {value, from}: OptionValue): AckError =>
  new AckError(
    'IdentityMismatch',
    `these are the credentials of the identity ${found}, and only ${value} is expected here (from ${from})`,
    `choose the credentials of that identity (--verbose says which were used), or ${otherwise(from)}`,
  )

/** What says it is what has to change: an entry that is written anew has the same ID again, where a file or a variable has it. */
const otherwise = (from: string): string =>
  from.startsWith('--') ? `run update-kubeconfig again for this one, without that ${from}` : `correct or remove ${from}`
