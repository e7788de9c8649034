import {credentialsFrom} from '../credentials/use-source.ts'
import type {Calling} from '../ram/call-ram.ts'
import type {Invocation} from './invocation.ts'

/**
 * Who calls: the credentials of the command's source. No deadline is set yet.
 *
 * @throws AckError what choosing and loading the source throw
 */
export const callingOf = async (invocation: Invocation): Promise<Calling> => ({
  caller: await credentialsFrom(await invocation.source(), invocation.options.timeoutMs),
  context: invocation,
})
