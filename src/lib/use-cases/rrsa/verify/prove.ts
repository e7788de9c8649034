import type {ApiServer} from '../../../api-server/api-call.ts'
import {requestToken} from '../../../api-server/service-accounts.ts'
import {AckError} from '../../../base/errors.ts'
import type {Secret} from '../../../base/secret.ts'
import type {Credentials} from '../../../credentials/credentials.ts'
import {callAssumeRoleWithOidc} from '../../../credentials/sources/sts-call.ts'
import {chooseStsEndpoint} from '../../../options/endpoint.ts'
import {RRSA_STATUS_OPTIONS} from '../../../options/rrsa-definitions.ts'
import {suggestedCommand, type Typed} from '../../../options/suggested-command.ts'
import {within, type Calling} from '../../../ram/call-ram.ts'
import {askArn} from '../ask-arn.ts'
import {describeAccount, subjectOf, type ServiceAccount} from '../../../rrsa/names.ts'
import type {EnabledRrsa} from '../../../rrsa/rrsa-state.ts'
import {readClaims} from '../../../rrsa/token-claims.ts'
import {fail, pass, skip, type CheckResult} from './check.ts'

/** What the proof needs. */
export interface ProofInput {
  readonly clusterId: string
  readonly account: ServiceAccount
  readonly provider: EnabledRrsa
  readonly roleArn: string
  readonly api: ApiServer
  /** The keys of the issuer, if they could be read. */
  readonly keyIds: readonly string[] | undefined
  /** The command that associates the role. */
  readonly associate: string
}

/** The shortest life that Kubernetes gives a token, and STS a session. In seconds. */
const TOKEN_SECONDS = 600
const SESSION_SECONDS = 900

/**
 * Does what a pod does: gets a token of the service account, assumes the role with it, and asks who it is then.
 *
 * @throws what is not an AckError
 */
export const prove = async (input: ProofInput, calling: Calling): Promise<readonly CheckResult[]> => {
  const token = await step('token', input, () => getToken(input, calling))
  if ('failed' in token)
    return [token.failed, skip('assume', 'there is no token'), skip('identity', 'there is no session')]
  const first = checkToken(token.value, input, calling.context)
  const session = await step('assume', input, () => assume(token.value, input, calling))
  if ('failed' in session) return [first, session.failed, skip('identity', 'there is no session')]
  const assumed = pass('assume', `STS gives ${describeAccount(input.account)} a session of ${input.roleArn}`)
  const arn = await step('identity', input, () => within({context: calling.context, caller: session.value}, askArn))
  return [first, assumed, 'failed' in arn ? arn.failed : checkIdentity(arn.value, input)]
}

type StepResult<T> = {readonly value: T} | {readonly failed: CheckResult}

const step = async <T>(name: string, input: ProofInput, run: () => Promise<T>): Promise<StepResult<T>> => {
  try {
    return {value: await run()}
  } catch (error) {
    if (!AckError.is(error)) throw error
    return {failed: fail(name, error.message, remedyFor(error, input))}
  }
}

const getToken = ({account, provider, api}: ProofInput, calling: Calling): Promise<Secret> =>
  within(calling, ({signal}) =>
    requestToken({...account, audience: provider.audience, seconds: TOKEN_SECONDS}, api, signal),
  )

const checkToken = (token: Secret, {clusterId, account, provider, keyIds}: ProofInput, run: Typed): CheckResult => {
  const name = 'token'
  const claims = readClaims(token)
  const status = suggestedCommand(['rrsa', 'status', '--cluster-id', clusterId], RRSA_STATUS_OPTIONS, run)
  const mend = `the cluster issues other tokens than RRSA expects: run \`${status}\`, and ask support`
  if (!claims) return fail(name, 'the API server issued a token that is not a JWT', mend)
  const faults = [
    ...(claims.issuer === provider.issuer ? [] : [`its issuer is ${claims.issuer}, not ${provider.issuer}`]),
    ...(claims.subject === subjectOf(account) ? [] : [`its subject is ${claims.subject}`]),
    ...(claims.audiences.includes(provider.audience) ? [] : [`its audience is ${claims.audiences.join(', ')}`]),
    ...(keyIds && claims.keyId && !keyIds.includes(claims.keyId) ? [`its key ${claims.keyId} is not published`] : []),
  ]
  if (faults.length > 0) return fail(name, faults.join('; '), mend)
  return pass(name, `the API server issues tokens for ${claims.subject}`)
}

const assume = (token: Secret, input: ProofInput, calling: Calling): Promise<Credentials> => {
  const query = new Map([
    ['OIDCProviderArn', input.provider.arn],
    ['RoleArn', input.roleArn],
    ['RoleSessionName', 'ack-ram-tool-verify'],
    ['DurationSeconds', String(SESSION_SECONDS)],
  ])
  const {context} = calling
  return within(calling, ({signal}) =>
    callAssumeRoleWithOidc(
      chooseStsEndpoint(context.options),
      query,
      new Map([['OIDCToken', token.reveal()]]),
      context,
      signal,
    ),
  )
}

const checkIdentity = (arn: string, {roleArn}: ProofInput): CheckResult => {
  const wanted = roleArn.replace(':role/', ':assumed-role/')
  return arn.toLowerCase().startsWith(`${wanted.toLowerCase()}/`)
    ? pass('identity', `the session is ${arn}`)
    : fail('identity', `the session is ${arn}, not one of ${roleArn}`, 'check --sts-endpoint')
}

/** What mends a refusal: STS has one code for a role that does not trust the account, and for other reasons. */
const remedyFor = ({message, call, nextStep}: AckError, {associate}: ProofInput): string =>
  call?.code === 'AuthenticationFail.NoPermission' && /There is no permission/i.test(message) ? associate : nextStep
