import type {Identity} from '../cache/identity.ts'
import {stripHttpWhitespace} from '../base/http-whitespace.ts'
import {Secret} from '../base/secret.ts'
import {complaintAbout, type Complaint} from './credential-values.ts'

/** The credentials that requests are signed with. */
export interface Credentials {
  readonly accessKeyId: string
  readonly accessKeySecret: Secret
  /** Present when these are temporary credentials of STS. */
  readonly securityToken?: Secret
  /** When they expire, if the source says so. */
  readonly expiration?: Date
}

/** Credentials in plain text, as files, answers, the cache and plugins have them: of whatever type a field may be. */
export interface PlainCredentials {
  readonly accessKeyId?: unknown
  readonly accessKeySecret?: unknown
  readonly securityToken?: unknown
  readonly expiration?: Date | undefined
}

/** What is wrong with credentials, without a value. */
export interface CredentialFault extends Complaint {
  readonly field: 'AccessKey pair' | 'AccessKey ID' | 'AccessKey secret' | 'security token'
}

/**
 * Turns plain values into credentials, with each secret as a {@link Secret}. All credentials come from here: none can have
 * a value that is of a wrong type, that no header can carry or that is plainly none. A field that is null or empty counts
 * as absent; blanks around a security token, which HTTP would strip, are stripped.
 */
export const credentialsOf = (values: PlainCredentials): Credentials | CredentialFault => {
  const {accessKeyId: id, accessKeySecret: secret, securityToken: given, expiration} = values
  if (isAbsent(id) || isAbsent(secret)) return {field: 'AccessKey pair', ...MISSING}
  const token = typeof given === 'string' ? stripHttpWhitespace(given) : given
  // Without its token, the pair alone would be somebody else, or nobody.
  if (token === '' && given !== '') return {field: 'security token', ...BLANK}
  if (typeof id !== 'string') return {field: 'AccessKey ID', ...NOT_TEXT}
  if (typeof secret !== 'string') return {field: 'AccessKey secret', ...NOT_TEXT}
  const ofId = complaintAbout(id, true)
  if (ofId) return {field: 'AccessKey ID', ...ofId}
  const ofSecret = complaintAbout(secret, false)
  if (ofSecret) return {field: 'AccessKey secret', ...ofSecret}
  const ends = expiration ? {expiration} : {}
  if (isAbsent(token)) return {accessKeyId: id, accessKeySecret: new Secret(secret), ...ends}
  const ofToken = typeof token === 'string' ? complaintAbout(token, false) : NOT_TEXT
  if (ofToken) return {field: 'security token', ...ofToken}
  return {accessKeyId: id, accessKeySecret: new Secret(secret), securityToken: new Secret(token as string), ...ends}
}

/** Whether credentials cannot be used. */
export const isFault = (made: Credentials | CredentialFault): made is CredentialFault => 'complaint' in made

/** What is wrong with credentials, in words that follow the name of whatever gave them. */
export const describeFault = ({field, complaint}: CredentialFault): string =>
  complaint === MISSING.complaint
    ? `has no ${field}`
    : `has ${field.startsWith('A') ? 'an' : 'a'} ${field} that ${complaint}`

/** Whether a field of an answer says nothing. */
export const isAbsent = (value: unknown): boolean => value === undefined || value === null || value === ''

const MISSING: Complaint = {complaint: 'is missing', nextStep: 'set it'}
const BLANK: Complaint = {complaint: 'is blank', nextStep: 'set it again, or remove it'}
const NOT_TEXT: Complaint = {complaint: 'is not text', nextStep: 'set it to a text'}

/** The origin of credentials: an environment variable, or a profile in a file. */
export interface Origin {
  /** For logs and errors. */
  readonly description: string
  /** Kind, file, profile: unique for this origin. */
  readonly identity: Identity
  /** The variables of the environment that decide here: no command line can say the same. */
  readonly variables?: readonly string[]
  /** What to do when the credentials have expired; absent where they are stored, so that new ones have to be. */
  readonly ifExpired?: string
}

/** A source of credentials, which are loaded on demand. */
export interface CredentialSource {
  /** What it is, for logs and errors: never a secret. */
  readonly description: string
  /**
   * Every input that decides whose credentials these are, the kind first, so that sources with the same identity are the
   * same. No secret.
   */
  readonly identity: Identity
  /**
   * Whether `identity` decides who the caller is. It does not for a login, an external process or an instance, which may
   * belong to another identity tomorrow: what is cached for the caller is then bound to the session.
   */
  readonly namesCaller: boolean
  /** As of its {@link Origin}. */
  readonly variables?: readonly string[]
  /** As of its {@link Origin}. */
  readonly ifExpired?: string
  /** Whether loading takes a call whose result `identity`, or the caller that is asked for, settles: it may be cached. */
  readonly isCacheable: boolean
  /**
   * Asks who the caller is, where a program, an instance, a URI, a login or a token file decides that: the same source of
   * that caller, which names it.
   *
   * @throws AckError as `load` does
   */
  readonly askCaller?: (signal?: AbortSignal) => Promise<CredentialSource>
  /** The credentials, if they are available without a call, a process, a lock or a prompt. */
  atHand(): Credentials | undefined
  /**
   * Loads the credentials.
   *
   * @param signal - ends the wait for a network or a process
   * @throws AckError if the source fails; no other source is tried then
   */
  load(signal?: AbortSignal): Promise<Credentials>
}
