/**
 * What a plugin of others and this program agree on: docs/plugins.md. All that crosses the border is plain data and
 * functions, so that a plugin needs nothing of ours at run time, and may bring another copy of this package.
 */

/** The major version of this contract. A plugin names the one that it was made for in its package.json. */
export const CONTRACT_VERSION = 1

/** oclif's name of the hook that is asked for credentials. */
export const CREDENTIAL_SOURCE_HOOK = 'ack:credential-source'
/** oclif's name of the hook that is told of a credential. */
export const CREDENTIAL_ISSUED_HOOK = 'ack:credential-issued'

/** What credentials are wanted: something that this program does not know itself. */
export interface CredentialRequest {
  /** The `mode` of a profile in config.json, the `type` of a section in an INI file, or the value of --credential-type. */
  readonly kind: string
  /** The profile that names it; absent when --credential-type does. */
  readonly profile?: {
    readonly name: string
    /** Path of the file that it stands in. */
    readonly file: string
    /** The text of a field, by the file's own name for it; empty when it is absent. */
    readonly field: (name: string) => string
  }
  /** The region that requests name. */
  readonly regionId: string
  /** Whether a person can be asked something, on stderr and stdin. */
  readonly isInteractive: boolean
}

/** How long there is. */
export interface Limits {
  /** Ends what waits for a network, a process or a person. */
  readonly signal: AbortSignal
  /** When it ends. */
  readonly deadline: Date
}

/** What a plugin knows of the credentials before it gets them. */
export interface CredentialOffer {
  /** What they are, for logs and errors: never a secret. */
  readonly description?: string
  /**
   * Every fact that decides whose credentials these are (server, account, role, the user who is logged in): they are
   * kept on disk under it, and found again by whoever has the same. No secret.
   */
  readonly identity: Readonly<Record<string, string>>
  /** Gets them. Called only when none are kept that are still good. */
  readonly load: (limits: Limits) => Promise<OfferedCredentials>
}

/** Credentials in plain text. An error that says why there are none may have a `nextStep`: what the user can do. */
export interface OfferedCredentials {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly securityToken?: string
  /** When they end: a Date, or a text such as `2026-01-02T03:04:05Z`. Without it they are not kept. */
  readonly expiration?: Date | string
}

/**
 * The hook that is asked for credentials, `ack:credential-source`. It looks at the request and answers at once:
 * undefined where the request is not for this plugin. Only one plugin may answer.
 */
export type CredentialSourceHook = (
  given: Limits & {readonly request: CredentialRequest},
) => Promise<CredentialOffer | undefined>

/** A credential that kubectl has been given. */
export interface IssuedCredential {
  readonly kind: 'token' | 'certificate'
  readonly clusterId: string
  /** What the credentials came from, for people. */
  readonly source: string
  /** When it ends, such as `2026-01-02T03:04:05Z`. */
  readonly expiresAt: string
}

/** The hook that is told of a credential after it was issued, `ack:credential-issued`: for audit. It cannot change it. */
export type CredentialIssuedHook = (given: Limits & {readonly credential: IssuedCredential}) => Promise<void>
