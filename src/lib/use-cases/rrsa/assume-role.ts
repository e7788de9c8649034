import {AckError} from '../../base/errors.ts'
import {readUserFile, whyUnreadable} from '../../base/files/read-user-file.ts'
import {Secret} from '../../base/secret.ts'
import type {Credentials} from '../../credentials/credentials.ts'
import {roleParameters} from '../../credentials/sources/assume-role.ts'
import {callAssumeRoleWithOidc} from '../../credentials/sources/sts-call.ts'
import {chooseStsEndpoint} from '../../options/endpoint.ts'
import {checkRoleArn, checkSessionName} from '../../options/role-options.ts'
import type {OptionValue} from '../../options/read-option.ts'
import {withinTimeout} from '../../base/deadline.ts'
import {AUDIENCE} from '../../rrsa/rrsa-state.ts'
import {claimFaults, readClaims} from '../../rrsa/token-claims.ts'
import type {Invocation} from '../invocation.ts'

/** What rrsa assume-role is asked for. */
export interface AssumeRequest {
  readonly roleArn: OptionValue
  readonly providerArn: string
  /** A path, or `-` for stdin. */
  readonly tokenFile: string
  /** Reads stdin, once everything else is in order. */
  readonly readStdin: () => Promise<string>
}

/** STS takes tokens of these lengths, in bytes. */
const MIN_TOKEN = 4
const MAX_TOKEN = 10_000

/**
 * Assumes a role with the OIDC token in a file, as a program in a pod does. What STS is going to refuse is said before.
 *
 * @throws AckError `InvalidOption`, `CredentialFileUnreadable`; what `readStdin` throws; what STS answers
 */
export const assumeRole = async (
  {roleArn, providerArn, tokenFile, readStdin}: AssumeRequest,
  invocation: Invocation,
): Promise<Credentials> => {
  const {options, clock, log} = invocation
  const {sessionName, durationSeconds, policy} = options.role
  const query = new Map([
    ['OIDCProviderArn', checkProviderArn(providerArn)],
    ['RoleArn', checkRoleArn(roleArn)],
    ['RoleSessionName', checkSessionName(sessionName)],
    ...roleParameters({durationSeconds}),
  ])
  const content = tokenFile === '-' ? await readStdin() : readTokenFile(tokenFile, options.timeoutMs)
  const token = checkedToken(content, tokenFile)
  const claims = readClaims(token)
  if (!claims) log.warn('the token is not a JWT: STS is going to refuse it')
  const clusterId = /\/ack-rrsa-([^/]+)$/.exec(providerArn)?.[1]
  for (const fault of claims ? claimFaults(claims, {audience: AUDIENCE, clusterId, now: clock.now()}) : [])
    log.warn(`the token does not fit: ${fault}`)
  const form = new Map([['OIDCToken', token.reveal()], ...roleParameters({policy})])
  return withinTimeout(options.timeoutMs, (signal) =>
    callAssumeRoleWithOidc(chooseStsEndpoint(options), query, form, invocation, signal),
  )
}

const checkProviderArn = (arn: string): string => {
  if (/^acs:ram::\d+:oidc-provider\/[^\s/]+$/.test(arn)) return arn
  throw new AckError(
    'InvalidOption',
    'invalid ARN in --oidc-provider-arn',
    'use an ARN such as acs:ram::1234567890123456:oidc-provider/ack-rrsa-<clusterId>',
  )
}

const readTokenFile = (path: string, waitMs: number): string => {
  try {
    return readUserFile(path, {maxBytes: MAX_TOKEN + 1024, waitMs}).toString('utf8')
  } catch (error) {
    throw new AckError(
      'CredentialFileUnreadable',
      `the OIDC token file ${path} cannot be read: ${whyUnreadable(error)}`,
      'check --oidc-token-file',
    )
  }
}

const checkedToken = (content: string, path: string): Secret => {
  const token = content.trim()
  const length = Buffer.byteLength(token)
  if (length >= MIN_TOKEN && length <= MAX_TOKEN) return new Secret(token)
  throw new AckError(
    'InvalidOption',
    `the OIDC token in ${path === '-' ? 'stdin' : path} has ${length} bytes`,
    `${path === '-' ? 'pipe a token to the command; ' : ''}STS takes tokens of ${MIN_TOKEN} to ${MAX_TOKEN} bytes`,
  )
}
