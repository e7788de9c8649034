import type {Identity} from '../cache/identity.ts'
import {Secret} from '../base/secret.ts'

/** The credentials that requests are signed with. */
export interface Credentials {
  readonly accessKeyId: string
  readonly accessKeySecret: Secret
  /** Present when these are temporary credentials of STS. */
  readonly securityToken?: Secret
  /** When they expire, if the source says so. */
  readonly expiration?: Date
}

/** Credentials in plain text, as from files, the cache and plugins. An empty text counts as absent. */
export interface PlainCredentials {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly securityToken?: string | undefined
  readonly expiration?: Date | undefined
}

/** Turns plain values into credentials, with each secret as a {@link Secret}. */
export const credentialsOf = (values: PlainCredentials): Credentials => ({
  accessKeyId: values.accessKeyId,
  accessKeySecret: new Secret(values.accessKeySecret),
  ...(values.securityToken ? {securityToken: new Secret(values.securityToken)} : {}),
  ...(values.expiration ? {expiration: values.expiration} : {}),
})

/** The origin of credentials: an environment variable, or a profile in a file. */
export interface Origin {
  /** For logs and errors. */
  readonly description: string
  /** Kind, file, profile: unique for this origin. */
  readonly identity: Identity
  /** The variables of the environment that decide here: no command line can say the same. */
  readonly variables?: readonly string[]
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
