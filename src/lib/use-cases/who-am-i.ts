import {AckError} from '../base/errors.ts'
import {withinTimeout} from '../base/deadline.ts'
import {canonicalArn, parseArn, type CallerIdentity} from '../caller/caller-identity.ts'
import type {CredentialSource} from '../credentials/credentials.ts'
import {originOf, type CredentialOrigin} from '../credentials/origin-of-source.ts'
import {credentialsFrom} from '../credentials/use-source.ts'
import {chooseStsEndpoint, describeEndpoint} from '../options/endpoint.ts'
import {formatTimestamp} from '../signing/timestamp.ts'
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
 * @throws AckError what the source throws and what STS answers; `ServiceFailed` for a kind of
 *   identity that does not exist
 */
export const whoAmI = async (source: CredentialSource, context: Invocation): Promise<WhoAmI> => {
  const {options} = context
  const credentials = await credentialsFrom(source, options.timeoutMs)
  const {expiration} = credentials
  const endpoint = chooseStsEndpoint(options)
  const loaded = {...source, load: () => Promise.resolve(credentials)}
  const {askCallerBySdk} = await import('../caller/sts-sdk.ts')
  const identity = await withinTimeout(options.timeoutMs, (signal) => askCallerBySdk(endpoint, loaded, context, signal))
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

const unknownType = (type: string): AckError =>
  new AckError(
    'ServiceFailed',
    `STS answered with an identity of the kind ${JSON.stringify(type)}, which this version does not know`,
    'check --sts-endpoint, or look for a newer version',
  )
