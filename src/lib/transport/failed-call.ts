import {AckError, type FailedCall} from '../base/errors.ts'
import {foreignLine} from '../base/foreign-line.ts'
import {parseReplyObject, type HttpCall, type HttpReply} from './http.ts'

const MAX_REQUEST_ID = 100

/**
 * What is known of a call that failed, for the `call` of an error.
 *
 * @param reply - what answered; undefined if nothing did
 */
export const failedCall = (
  {service, action, url}: Pick<HttpCall, 'service' | 'action' | 'url'>,
  reply?: HttpReply,
): FailedCall => ({
  service,
  action,
  host: new URL(url).host,
  ...(reply ? {status: reply.status, requestId: requestIdOf(reply)} : {}),
})

const requestIdOf = (reply: HttpReply): string | undefined => {
  const inBody = parseReplyObject(reply)?.['RequestId']
  const id = typeof inBody === 'string' && inBody !== '' ? inBody : reply.requestId
  return id && foreignLine(id, MAX_REQUEST_ID)
}

/**
 * The error for an answer that cannot be used.
 *
 * @param complaint - what is wrong with it, as `names no account`; it must not quote the answer
 */
export const unusableReply = (call: HttpCall, reply: HttpReply, complaint: string, nextStep: string): AckError =>
  new AckError(
    'ServiceFailed',
    `the response to ${call.action} from ${new URL(call.url).host} ${complaint}`,
    nextStep,
    {call: failedCall(call, reply)},
  )
