import {AckError} from '../../src/lib/base/errors.ts'

/**
 * What a promise ends with, which must be a failure.
 *
 * @throws Error when it does not fail
 */
export const rejectionOf = async (promise: Promise<unknown>): Promise<unknown> => {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('it did not fail')
}

/**
 * The error for the user that work ends with, be it asynchronous or not.
 *
 * @throws Error when it does not fail; what it ends with when that is no AckError
 */
export const failureOf = async (work: () => unknown): Promise<AckError> => {
  const error = await rejectionOf((async () => work())())
  if (error instanceof AckError) return error
  throw error
}
