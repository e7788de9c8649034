import {askCaller} from '../caller/ask-caller.ts'
import {chooseStsEndpoint} from '../options/endpoint.ts'
import type {Calling} from '../ram/call-ram.ts'

/** Who calls, by the IDs that accounts have in clusters. */
export interface Caller {
  /** Of the Alibaba Cloud account, which is that of its root user, too. */
  readonly accountId: string
  /** Of the RAM user, the RAM role or the root user. */
  readonly userId: string
}

/**
 * Asks STS who calls.
 *
 * @throws AckError as `askCaller` does
 */
export const readCaller = async ({caller, context, signal}: Calling): Promise<Caller> => {
  const identity = await askCaller(chooseStsEndpoint(context.options), caller, context, signal)
  const {accountId, userId, roleId, principalId} = identity
  // The principal of a session is <role ID>:<session name>.
  return {accountId, userId: roleId || userId || (principalId.split(':')[0] ?? '')}
}
