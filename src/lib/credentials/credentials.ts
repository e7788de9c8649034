import type {Identity} from '../cache/identity.ts'
import {Secret} from '../base/secret.ts'

/** What requests are signed with. */
export interface Credentials {
  readonly accessKeyId: string
  readonly accessKeySecret: Secret
  /** Present when these are temporary credentials of STS. */
  readonly securityToken?: Secret
  /** When they end, if the source says so. */
  readonly expiration?: Date
}

/** Credentials in plain text, as files, caches and plugins give them. An empty text means none. */
export interface PlainCredentials {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly securityToken?: string | undefined
  readonly expiration?: Date | undefined
}

/** Plain values as credentials: what is secret in them becomes a {@link Secret}. */
export const credentialsOf = (values: PlainCredentials): Credentials => ({
  accessKeyId: values.accessKeyId,
  accessKeySecret: new Secret(values.accessKeySecret),
  ...(values.securityToken ? {securityToken: new Secret(values.securityToken)} : {}),
  ...(values.expiration ? {expiration: values.expiration} : {}),
})

/** A place where credentials stand. */
export interface Origin {
  /** For logs and errors. */
  readonly description: string
  /** Kind, file, profile: what tells this place from every other one. */
  readonly identity: Identity
}

/** Something that credentials can be had from, chosen but perhaps not asked yet. */
export interface CredentialSource {
  /** What it is, for logs and errors: never a secret. */
  readonly description: string
  /**
   * Every input that decides whose credentials these are, so that two sources with equal ones are the same: the kind
   * first. No secret.
   */
  readonly identity: Identity
  /**
   * Whether `identity` settles who the caller is. It does not for a login, a program or an instance, which may be
   * another one's tomorrow under the same name: what is kept for the caller is then kept for the one session only.
   */
  readonly namesCaller: boolean
  /** Whether they cost a call or a process, and so are worth a place in the cache. */
  readonly isCacheable: boolean
  /** The credentials that can be had at once; undefined when it takes a call, a process, a lock or a person. */
  atHand(): Credentials | undefined
  /**
   * Gets the credentials, however long it takes.
   *
   * @param signal - ends the wait for a network or a process
   * @throws AckError when the source is this user's but does not work; there is no fall-through after that
   */
  load(signal?: AbortSignal): Promise<Credentials>
}
