import {createHash} from 'node:crypto'

import {mintCredentials, type WireCredentials} from './minted-credentials.ts'
import type {StsCall, StsIdentity} from './sts-caller.ts'
import {missingParameter, StsError, type StsErrorCode} from './sts-error.ts'
import type {StsAnswer} from './sts-reply.ts'
import {actionParameter} from './sts-request.ts'

/** A RAM role. */
export type StsRole = {
  /** `acs:ram::<account>:role/<name>` */
  readonly arn: string
  /** Whether the role's trust policy lets this caller in; without it, every user and session. */
  readonly trusts?: (callerArn: string) => boolean
  /** If given, callers must send the same. */
  readonly externalId?: string
  /** In seconds; 3600 by default. */
  readonly maxSessionDuration?: number
}

/** Which token of an OIDC provider opens which role. */
export type StsOidcTrust = {
  readonly providerArn: string
  /** The one token that the provider has signed. */
  readonly token: string
  /** When the token ends; without it, never. */
  readonly expiration?: Date
  /** A role that is not among `roles` is one that nobody else may assume. */
  readonly roleArn: string
}

/**
 * Says what is wrong with a token of an OIDC provider for a role.
 *
 * @returns undefined if it opens the role's session
 */
export type JudgeOidc = (claim: {
  readonly token: string
  readonly providerArn: string
  readonly roleArn: string
}) => StsErrorCode | undefined

/** A call of an action that opens a role's session. */
export type StsRoleCall = StsCall & {
  readonly roles: readonly StsRole[]
  readonly oidc: readonly StsOidcTrust[]
  /** Judges a token that is not among those. */
  readonly judgeOidc?: JudgeOidc | undefined
  /** Makes temporary credentials of an ARN, and knows them from then on. */
  readonly issue: (arn: string, lifetimeSeconds: number) => WireCredentials
}

/** What was asked for, and may be asked for. */
export type SessionRequest = {
  readonly role: StsRole
  readonly sessionName: string
  readonly durationSeconds: number
}

const ROLE_ARN = /^acs:ram::\d+:role\/[\w.-]+$/
const SESSION_NAME = /^[A-Za-z0-9.@_-]{2,64}$/
const MIN_SECONDS = 900
const DEFAULT_SECONDS = 3600
const MAX_POLICY_BYTES = 2048

/**
 * Reads what AssumeRole and AssumeRoleWithOIDC have in common.
 *
 * @throws StsError with the code that STS gives for the first parameter that is wrong
 */
export const readSessionRequest = ({request, roles}: StsRoleCall): SessionRequest => {
  const roleArn = actionParameter(request, 'RoleArn')
  const sessionName = actionParameter(request, 'RoleSessionName')
  if (!roleArn) throw missingParameter('RoleArn')
  if (!sessionName) throw missingParameter('RoleSessionName')
  if (!ROLE_ARN.test(roleArn)) throw new StsError('InvalidParameter.RoleArn')
  if (!SESSION_NAME.test(sessionName)) throw new StsError('InvalidParameter.RoleSessionName')
  checkPolicy(actionParameter(request, 'Policy'))
  const role = roles.find(({arn}) => arn === roleArn)
  if (!role) throw new StsError('EntityNotExist.Role')
  return {role, sessionName, durationSeconds: readDuration(actionParameter(request, 'DurationSeconds'), role)}
}

/** Opens the session: the answer with its credentials, which this STS knows from then on. */
export const openSession = ({issue}: StsRoleCall, {role, sessionName, durationSeconds}: SessionRequest): StsAnswer => {
  const sessionArn = `${role.arn.replace(':role/', ':assumed-role/')}/${sessionName}`
  return {
    // The documentation's form, which is not the one that GetCallerIdentity says.
    AssumedRoleUser: {Arn: `${role.arn}/${sessionName}`, AssumedRoleId: `${numberOf(role.arn)}:${sessionName}`},
    Credentials: issue(sessionArn, durationSeconds),
  }
}

/** Makes temporary credentials of a user or a role's session, and the identity that knows them again. */
export const createIdentity = (
  arn: string,
  expiration: Date,
): {readonly credentials: WireCredentials; readonly identity: StsIdentity} => {
  const credentials = mintCredentials(expiration)
  const identity = {
    accessKeyId: credentials.AccessKeyId,
    accessKeySecret: credentials.AccessKeySecret,
    securityToken: credentials.SecurityToken,
    expiration: new Date(credentials.Expiration),
    arn,
    accountId: arn.split(':')[3] ?? '',
    userId: userIdOf(arn),
  }
  return {credentials, identity}
}

/** The ARN of the role, when this is one of its sessions; else the same. */
export const principalArn = (arn: string): string => arn.replace(/:assumed-role\/(.*)\/[^/]*$/, ':role/$1')

/** A user's or role's number: 18 digits, made of the ARN, so that a role has the same one in all its sessions. */
export const userIdOf = (arn: string): string => numberOf(principalArn(arn))

const numberOf = (arn: string): string => {
  const hash = createHash('sha256').update(arn).digest()
  return `3${String(hash.readUIntBE(0, 6)).padStart(17, '0').slice(0, 17)}`
}

const readDuration = (text: string | undefined, {maxSessionDuration = DEFAULT_SECONDS}: StsRole): number => {
  if (text === undefined) return Math.min(DEFAULT_SECONDS, maxSessionDuration)
  const seconds = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (seconds >= MIN_SECONDS && seconds <= maxSessionDuration) return seconds
  throw new StsError('InvalidParameter.DurationSeconds')
}

const checkPolicy = (policy: string | undefined): void => {
  if (policy === undefined) return
  if (Buffer.byteLength(policy) > MAX_POLICY_BYTES) throw new StsError('InvalidParameter.PolicySize')
  if (!isJsonObject(policy)) throw new StsError('InvalidParameter.PolicyGrammar')
}

const isJsonObject = (text: string): boolean => {
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
  } catch {
    return false
  }
}
