import {AckError} from '../base/errors.ts'
import {withinTimeout} from '../base/deadline.ts'
import {askCaller} from '../caller/ask-caller.ts'
import {canonicalArn, parseArn, type CallerIdentity} from '../caller/caller-identity.ts'
import type {Credentials, CredentialSource} from '../credentials/credentials.ts'
import {originOf, type CredentialOrigin} from '../credentials/origin-of-source.ts'
import {expiredCredentials} from '../credentials/expired.ts'
import {credentialsFrom} from '../credentials/use-source.ts'
import {chooseStsEndpoint, describeEndpoint} from '../options/endpoint.ts'
import {formatTimestamp} from '../signing/timestamp.ts'
import {proxyFor} from '../transport/proxy.ts'
import {isDateCode} from '../transport/service-clocks.ts'
import type {Invocation} from './invocation.ts'

/** Who calls, by which credentials. A text that does not apply is empty. */
export interface WhoAmI extends Omit<CallerIdentity, 'requestId'> {
  readonly userName: string
  readonly roleName: string
  /** Of a role session. */
  readonly session: string
  /** That of the role for a role session: what authenticators and policies name. */
  readonly canonicalArn: string
  readonly credentials: CredentialOrigin & {
    readonly accessKeyId: string
    readonly isTemporary: boolean
    /** RFC 3339; null where there is none, or it is not known. */
    readonly expiration: string | null
  }
  /** Null for the global endpoint. */
  readonly region: string | null
  readonly endpoint: string
}

/**
 * The job of auth whoami: credentials of a source → STS GetCallerIdentity → who that is.
 *
 * @throws AckError what the source throws and what STS answers; `CredentialsExpired`; `ServiceFailed` for a kind of
 *   identity that does not exist
 */
export const whoAmI = async (source: CredentialSource, context: Invocation): Promise<WhoAmI> => {
  const {options, clock} = context
  const credentials = await credentialsFrom(source, options.timeoutMs)
  const {expiration} = credentials
  if (expiration && expiration <= clock.now()) throw expiredCredentials(source, expiration)
  const endpoint = chooseStsEndpoint(options)
  const identity = await ask({...source, load: () => Promise.resolve(credentials)}, credentials, context)
  const {requestId: _requestId, ...answered} = identity
  const parts = parseArn(identity.arn)
  if (!IDENTITY_TYPES.has(identity.identityType)) throw unknownType(identity.identityType)
  return {
    ...answered,
    userName: parts?.kind === 'user' ? (parts.name.split('/').at(-1) ?? '') : '',
    roleName: parts?.kind === 'assumed-role' ? parts.name : '',
    session: parts?.session ?? '',
    canonicalArn: canonicalArn(identity.arn),
    credentials: {
      ...originOf(source),
      accessKeyId: credentials.accessKeyId,
      isTemporary: credentials.securityToken !== undefined,
      expiration: expiration ? formatTimestamp(expiration) : null,
    },
    region: options.givenRegion ?? null,
    endpoint: describeEndpoint(endpoint),
  }
}

const IDENTITY_TYPES: ReadonlySet<string> = new Set(['Account', 'RAMUser', 'AssumedRoleUser'])

/**
 * By Alibaba Cloud's SDK; by our own call where a proxy has to be used, of which the SDK knows nothing, or the clock is off:
 * the SDK dates its calls by this machine's.
 */
const ask = async (source: CredentialSource, caller: Credentials, context: Invocation): Promise<CallerIdentity> => {
  const {options, runtime, clock} = context
  const endpoint = chooseStsEndpoint(options)
  const askItself = (): Promise<CallerIdentity> =>
    withinTimeout(options.timeoutMs, (signal) => askCaller(endpoint, caller, context, signal))
  if (clock.offsetMs !== 0 || proxyFor(new URL(describeEndpoint(endpoint)), runtime.env)) return askItself()
  const {askCallerBySdk} = await import('../caller/sts-sdk.ts')
  try {
    return await askCallerBySdk(endpoint, source, context)
  } catch (error) {
    if (AckError.is(error) && isDateCode(error.call?.code)) return askItself()
    throw error
  }
}

const unknownType = (type: string): AckError =>
  new AckError(
    'ServiceFailed',
    `STS answered with an identity of the kind ${JSON.stringify(type)}, which this version does not know`,
    'check --sts-endpoint, or look for a newer version',
  )
