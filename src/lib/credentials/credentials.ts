import type {Secret} from '../secret.ts'

/** What requests are signed with. */
export interface Credentials {
  readonly accessKeyId: string
  readonly accessKeySecret: Secret
  /** Present when these are temporary credentials of STS. */
  readonly securityToken?: Secret
  /** When they end, if the source says so. */
  readonly expiration?: Date
}

/** Something that credentials can be had from, chosen but perhaps not asked yet. */
export interface CredentialSource {
  /** What it is, for logs and errors: never a secret. */
  readonly description: string
  /**
   * Gets the credentials.
   *
   * @param signal - ends a source that waits for a network or a process
   * @throws AckError when the source is this user's but does not work; there is no fall-through after that
   */
  load(signal?: AbortSignal): Promise<Credentials>
}
