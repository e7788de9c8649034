import {askedSource} from './static-source.ts'
import {AckError} from '../../base/errors.ts'
import {Secret} from '../../base/secret.ts'
import {sha256Hex} from '../../signing/hash.ts'
import {userAgent} from '../../transport/user-agent.ts'
import {parseReplyObject, type HttpReply} from '../../transport/http.ts'
import {describeReply} from '../../transport/reply-kind.ts'
import type {Credentials, CredentialSource, Origin} from '../credentials.ts'
import {externalProcessesAreDisabled} from './external-processes.ts'
import type {SourceContext} from '../source-context.ts'
import {isText, parseTime} from '../temporary-credentials.ts'

/** The variable with the URI. */
export const CREDENTIALS_URI = 'ALIBABA_CLOUD_CREDENTIALS_URI'

const ACTION = 'credentials URI'

/**
 * The credentials from a URI, in the format of the instance metadata. The URI itself may hold a secret, so only its host
 * is shown.
 *
 * @throws AckError `ProfileInvalid` for an invalid URI, `ProfileNotSupported` if the environment forbids it
 */
export const credentialsUriSource = (uri: string, origin: Origin, context: SourceContext): CredentialSource => {
  const {description} = origin
  const host = hostOf(uri, description)
  if (externalProcessesAreDisabled(context.runtime.env)) {
    throw new AckError(
      'ProfileNotSupported',
      `${description} gets its credentials from a URI, which ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS forbids`,
      'unset that variable, or choose other credentials',
    )
  }
  return askedSource(
    {
      ...origin,
      description: `credentials URI at ${host}, ${description}`,
      identity: [...origin.identity, ['uriSha256', sha256Hex(uri)]],
    },
    async (signal) => {
      const headers = {accept: 'application/json', 'user-agent': userAgent(context.runtime)}
      const call = {action: ACTION, service: 'credentials URI', method: 'GET', url: uri, headers} as const
      const reply = await context.transport(call, signal)
      if (reply.status !== 200) throw refused(host, `answered with ${describeReply(reply)}`)
      return readCredentials(reply, host)
    },
  )
}

const readCredentials = (reply: HttpReply, host: string): Credentials => {
  const object = parseReplyObject(reply)
  if (!object) throw refused(host, `did not answer with a JSON object (${describeReply(reply)})`)
  const {Code: code, AccessKeyId: id, AccessKeySecret: secret, SecurityToken: token, Expiration: expiration} = object
  if (code !== undefined && code !== 'Success') throw refused(host, 'did not answer with the code Success')
  if (!isText(id) || !isText(secret)) throw refused(host, 'answered without an AccessKey pair')
  const end = parseTime(expiration)
  if (isText(expiration) && !end) throw refused(host, 'answered with an invalid Expiration')
  return {
    accessKeyId: id,
    accessKeySecret: new Secret(secret),
    ...(isText(token) ? {securityToken: new Secret(token)} : {}),
    ...(end ? {expiration: end} : {}),
  }
}

const hostOf = (uri: string, description: string): string => {
  try {
    return new URL(uri).host
  } catch {
    throw new AckError('ProfileInvalid', `${description} has an invalid credentials URI`, 'correct the URI')
  }
}

const refused = (host: string, complaint: string): AckError =>
  new AckError('ServiceFailed', `the credentials URI at ${host} ${complaint}`, 'check the service at that address')
