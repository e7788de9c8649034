import {withinTimeout, type TimeLimit} from '../base/deadline.ts'
import {dateOf} from '../base/json-object.ts'
import {cacheSettings} from '../cache/cache-settings.ts'
import {cached} from '../cache/cached.ts'
import type {EntryFormat} from '../cache/entry-file.ts'
import type {Credentials} from '../credentials/credentials.ts'
import type {OptionValue} from '../options/read-option.ts'
import type {SourceContext} from '../credentials/source-context.ts'
import {chooseStsEndpoint, describeEndpoint} from '../options/endpoint.ts'

/**
 * Whose credentials these are. STS is asked once for each AccessKey ID: it never changes its owner, so the answer is kept
 * in the cache.
 *
 * @param limit - how long that may take
 * @param ofRun - aborted at the run's limit
 * @throws AckError what STS answers
 */
export const callerIdentity = async (
  credentials: Credentials,
  context: SourceContext,
  limit: TimeLimit = context.options.timeoutMs,
  ofRun?: AbortSignal,
): Promise<IdentityOfCaller> => {
  const {options} = context
  const endpoint = chooseStsEndpoint(options)
  const load = async (signal: AbortSignal | undefined): Promise<KnownCaller> => {
    const {askCaller} = await import('../caller/ask-caller.ts')
    const {principalId, arn} = await askCaller(endpoint, credentials, context, signal)
    // Of a role it is followed by the name of the session.
    return {id: principalId.split(':', 1)[0] ?? '', arn, until: keptUntil(credentials, context.clock.now())}
  }
  if (options.noCache) return withinTimeout(limit, load, ofRun)
  const cacheable = {
    description: `AccessKey ID ${credentials.accessKeyId}`,
    identity: [
      ['accessKeyId', credentials.accessKeyId],
      ['stsEndpoint', describeEndpoint(endpoint)],
    ],
    format: CALLER_FORMAT,
    load,
  } as const
  const known = cached(cacheable, cacheSettings(context, 0))
  return known.atHand() ?? withinTimeout(limit, (signal) => known.load(signal), ofRun)
}

/**
 * Refuses every identity but one.
 *
 * @param expected - its ID, and what says it; undefined for any
 * @throws AckError `IdentityMismatch`
 */
export const refuseOthers = async ({id, arn}: Signer, expected: OptionValue | undefined): Promise<void> => {
  if (expected === undefined || id === expected.value) return
  const {identityMismatch} = await import('./identity-mismatch.ts')
  throw identityMismatch(arn === undefined ? id : `${id} (${arn})`, expected)
}

/**
 * Whose credentials these are: as the Container Service names them in its answer, or where that is no ID (older clusters
 * name everybody `kubernetes-admin`), as STS does.
 *
 * @param ofRun - aborted at the run's limit
 * @throws AckError what STS answers
 */
export const identifySigner = async (
  userName: string,
  credentials: Credentials,
  context: SourceContext,
  ofRun?: AbortSignal,
): Promise<Signer> =>
  /^\d+$/.test(userName) ? {id: userName} : callerIdentity(credentials, context, context.options.timeoutMs, ofRun)

type Signer = Pick<IdentityOfCaller, 'id'> & Partial<IdentityOfCaller>

/** Who signs a call, as STS says. */
interface IdentityOfCaller {
  /** The ID of the RAM user, the role or the account. */
  readonly id: string
  readonly arn: string
}

interface KnownCaller extends IdentityOfCaller {
  readonly until: Date
}

const HOUR_MS = 3_600_000
/** An AccessKey never changes its owner, but may go out of use. */
const KEPT_MS = 365 * 24 * HOUR_MS
/** STS gives no longer session. */
const LONGEST_SESSION_MS = 12 * HOUR_MS

/** The AccessKey of a session is not asked for any more when that has ended. */
const keptUntil = ({securityToken, expiration}: Credentials, now: Date): Date =>
  expiration ?? new Date(now.getTime() + (securityToken ? LONGEST_SESSION_MS : KEPT_MS))

const CALLER_FORMAT: EntryFormat<KnownCaller> = {
  kind: 'caller',
  expiration: ({until}) => until,
  encode: ({id, arn, until}) => ({id, arn, until: until.toISOString()}),
  decode: ({id, arn, until}) => {
    const end = dateOf(until)
    return typeof id === 'string' && typeof arn === 'string' && end ? {id, arn, until: end} : undefined
  },
}
