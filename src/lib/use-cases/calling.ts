import {lastingCredentials} from '../credentials/lasting-credentials.ts'
import type {Calling} from '../ram/call-ram.ts'
import type {Invocation} from './invocation.ts'

/**
 * Who calls: the credentials of the command's source, which is asked again when they are about to expire. No deadline is
 * set yet.
 *
 * @throws AckError what choosing and loading the source throw
 */
export const callingOf = async (invocation: Invocation): Promise<Calling> => {
  const renewed = lastingCredentials(await invocation.source(), invocation)
  return {caller: await renewed(), context: invocation, renewed}
}
