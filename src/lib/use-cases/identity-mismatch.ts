import {AckError} from '../base/errors.ts'

/**
 * The error for credentials of another identity than the one that is expected.
 *
 * @param found - its ID, and its ARN where that is known
 */
export const identityMismatch = (found: string, expected: string): AckError =>
  new AckError(
    'IdentityMismatch',
    `these are the credentials of the identity ${found}, and only ${expected} is expected here`,
    'choose the credentials of that identity (--verbose says which were used), or run update-kubeconfig again for this one',
  )
