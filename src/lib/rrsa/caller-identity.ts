import {AckError} from '../base/errors.ts'
import {chooseStsEndpoint} from '../options/endpoint.ts'
import type {Calling} from '../ram/call-ram.ts'
import {parseReplyObject} from '../transport/http.ts'
import {replyError} from '../transport/service-error.ts'
import {signedCall} from '../transport/signed-call.ts'

/**
 * Asks STS whose credentials these are, by GetCallerIdentity.
 *
 * @returns the ARN of a user, or of a role's session
 * @throws AckError what STS answers
 */
export const callerArn = async ({caller, context, signal}: Calling): Promise<string> => {
  const request = {
    action: 'GetCallerIdentity',
    version: '2015-04-01',
    endpoint: chooseStsEndpoint(context.options),
    method: 'POST',
    path: '/',
    query: new Map(),
  } as const
  const call = signedCall(request, caller, context.runtime)
  const reply = await context.transport(call, signal)
  const object = parseReplyObject(reply)
  if (reply.status >= 400 || !object) throw replyError(call, reply)
  if (typeof object['Arn'] === 'string') return object['Arn']
  throw new AckError('ServiceFailed', 'STS names no ARN for these credentials', 'check --sts-endpoint')
}
