import {askCaller} from '../../caller/ask-caller.ts'
import {chooseStsEndpoint} from '../../options/endpoint.ts'
import type {Calling} from '../../ram/call-ram.ts'

/**
 * Asks STS whose credentials these are.
 *
 * @returns the ARN of a user, or of a role's session
 * @throws AckError as {@link askCaller} does
 */
export const askArn = async ({caller, context, signal}: Calling): Promise<string> =>
  (await askCaller(chooseStsEndpoint(context.options), caller, context, signal)).arn
