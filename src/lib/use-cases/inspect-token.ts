import {withinTimeout} from '../base/deadline.ts'
import {AckError} from '../base/errors.ts'
import {isJsonObject, parseJsonObject} from '../base/json-object.ts'
import {canonicalArn} from '../caller/caller-identity.ts'
import type {Credentials, CredentialSource} from '../credentials/credentials.ts'
import type {Check} from '../inspection/check.ts'
import {identityMapping, skippedReplay, replay, type Replay} from '../inspection/replay.ts'
import {checkToken, signatureCheck, type TokenReport} from '../inspection/server-checks.ts'
import {readTokenOptions, type TokenVersion} from '../options/token-options.ts'
import {getToken} from './get-token.ts'
import type {Invocation} from './invocation.ts'

/** What is asked of a token. */
export interface InspectionRequest {
  /** The server's own cluster ID, if it is known. */
  readonly clusterId: string | undefined
  /** What the server takes. */
  readonly tokenVersion: TokenVersion
  readonly isOnline: boolean
}

export interface Inspection {
  /** Of the token; null if it is none. */
  readonly version: TokenVersion | null
  readonly checks: readonly Check[]
  /** Who STS says that it is; null if STS was not asked, or refused. */
  readonly identity: {
    readonly accountId: string
    readonly arn: string
    /** In lower case, as the server looks it up. */
    readonly canonicalArn: string
    readonly mapping: Readonly<Record<string, unknown>>
  } | null
}

/** An inspection, and with `isOnline` what kept STS from answering: a check that is `unknown` says it too. */
export interface InspectionResult {
  readonly inspection: Inspection
  readonly failure: AckError | undefined
}

/** The job of inspect-token: a token → what the server would say to it. */
export const inspectToken = async (
  token: string,
  {clusterId, tokenVersion, isOnline}: InspectionRequest,
  context: Invocation,
): Promise<InspectionResult> => {
  const {checks, request, endsAt} = checkToken(token, {clusterId, tokenVersion, now: context.clock.now()})
  const signature = request && signatureCheck(request, await secretAtHand(context))
  const answer = isOnline ? await online({request, endsAt}, context) : undefined
  const inspection = {
    version: request?.version ?? null,
    checks: [...checks, ...(signature ? [signature] : []), ...(answer ? [answer.check] : [])],
    identity: answer?.identity
      ? {
          accountId: answer.identity.accountId,
          arn: answer.identity.arn,
          canonicalArn: canonicalArn(answer.identity.arn).toLowerCase(),
          mapping: identityMapping(answer.identity),
        }
      : null,
  }
  return {inspection, failure: answer?.failure}
}

const online = async (
  {request, endsAt}: Pick<TokenReport, 'request' | 'endsAt'>,
  context: Invocation,
): Promise<Replay | undefined> => {
  if (endsAt !== undefined) return skippedReplay(endsAt)
  return request && withinTimeout(context.options.timeoutMs, (signal) => replay(request, context, signal))
}

/** The secret of the credentials that are chosen, if they are there without a call, a process or a question. */
const secretAtHand = async (
  context: Invocation,
): Promise<(Credentials & {source: string}) | {readonly reason: string}> => {
  try {
    const source = await context.source()
    const credentials = source.atHand()
    return credentials
      ? {...credentials, source: source.description}
      : {reason: `the credentials of ${source.description} have to be fetched first`}
  } catch (error) {
    if (!AckError.is(error)) throw error
    return {reason: `there are no credentials at hand (${error.code})`}
  }
}

/**
 * The token that get-token makes with the flags and the environment of this command line.
 *
 * @throws AckError as get-token does
 */
export const tokenFromExec = async (context: Invocation): Promise<{token: string; source: CredentialSource}> => {
  const source = keepingCredentials(await context.source())
  const {token} = await getToken(source, readTokenOptions(context.inputs, context.execInfo), context)
  return {token, source}
}

/** A source whose credentials are at hand once they were loaded. */
const keepingCredentials = (source: CredentialSource): CredentialSource => {
  let loaded: Credentials | undefined
  return {
    ...source,
    atHand: () => loaded ?? source.atHand(),
    load: async (signal) => (loaded = await source.load(signal)),
  }
}

/** The token in what somebody pastes: itself, in quotes or a header too, or the ExecCredential around it. */
export const tokenIn = (text: string): string => {
  const status = parseJsonObject(text)?.['status']
  const token = isJsonObject(status) ? status['token'] : undefined
  if (typeof token === 'string') return token
  const pasted = /^(?:authorization:\s*)?(?:bearer\s+)?(.*)$/is.exec(unquoted(text.trim()))?.[1] ?? ''
  return unquoted(pasted.trim())
}

const unquoted = (text: string): string => /^(["'`])(.*)\1$/s.exec(text)?.[2]?.trim() ?? text
