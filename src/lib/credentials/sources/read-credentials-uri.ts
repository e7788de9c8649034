import {AckError, type FailedCall} from '../../base/errors.ts'
import {userAgent} from '../../transport/user-agent.ts'
import {failedCall} from '../../transport/failed-call.ts'
import {parseReplyObject, type HttpReply} from '../../transport/http.ts'
import {describeReply} from '../../transport/reply-kind.ts'
import {credentialsOf, describeFault, isAbsent, isFault, type Credentials} from '../credentials.ts'
import type {SourceContext} from '../source-context.ts'
import {parseTime} from '../temporary-credentials.ts'

const ACTION = 'credentials URI'

interface CredentialsUri {
  /** It may hold a secret. */
  readonly uri: string
  /** The only part of it that is shown. */
  readonly host: string
}

/**
 * Asks a URI for credentials, in the format of the instance metadata.
 *
 * @throws AckError `ServiceFailed`; what the transport throws
 */
export const readCredentialsUri = async (
  {uri, host}: CredentialsUri,
  context: SourceContext,
  signal: AbortSignal | undefined,
): Promise<Credentials> => {
  const headers = {accept: 'application/json', 'user-agent': userAgent(context.runtime)}
  const call = {action: ACTION, service: 'credentials URI', method: 'GET', url: uri, headers} as const
  const reply = await context.transport(call, signal)
  const refused = refusal(host, failedCall(call, reply))
  if (reply.status !== 200) throw refused(`answered with ${describeReply(reply)}`)
  return readCredentials(reply, refused)
}

const readCredentials = (reply: HttpReply, refused: Refusal): Credentials => {
  const object = parseReplyObject(reply)
  if (!object) throw refused(`did not answer with a JSON object (${describeReply(reply)})`)
  const {Code: code, AccessKeyId: id, AccessKeySecret: secret, SecurityToken: token, Expiration: expiration} = object
  if (code !== undefined && code !== 'Success') throw refused('did not answer with the code Success')
  const end = parseTime(expiration)
  if (!isAbsent(expiration) && !end) throw refused('answered with an invalid Expiration')
  const credentials = credentialsOf({accessKeyId: id, accessKeySecret: secret, securityToken: token, expiration: end})
  if (isFault(credentials)) throw refused(`gave an answer that ${describeFault(credentials)}`)
  return credentials
}

type Refusal = (complaint: string) => AckError

const refusal =
  (host: string, call: FailedCall): Refusal =>
  (complaint) =>
    new AckError('ServiceFailed', `the credentials URI at ${host} ${complaint}`, 'check the service at that address', {
      call,
    })
