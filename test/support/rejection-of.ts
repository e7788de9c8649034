/**
 * What a promise ends with, which must be a failure.
 *
 * @throws Error when it does not fail
 */
export const rejectionOf = async (work: Promise<unknown>): Promise<unknown> => {
  try {
    await work
  } catch (error) {
    return error
  }
  throw new Error('it did not fail')
}
