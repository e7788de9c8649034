import {expect} from 'chai'

import {AckError} from '../../src/lib/base/errors.ts'
import {CANARY, withoutNames} from './canary.ts'
import {rejectionOf} from './rejection-of.ts'

/**
 * The error for the user that work ends with; none of it may show a secret.
 *
 * @throws Error when it does not fail; what it ends with when that is no AckError
 */
export const failureOf = async (work: Promise<unknown>): Promise<AckError> => {
  const error = await rejectionOf(work)
  if (!(error instanceof AckError)) throw error
  expect(withoutNames(`${error.message} ${error.nextStep}`)).not.to.contain(CANARY)
  return error
}
