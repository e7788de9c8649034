/**
 * The contract between third-party plugins and this program: docs/plugins.md. Both sides exchange plain data and
 * functions only, so a plugin needs nothing of this package at run time, and may bring another copy of it.
 */

/** The major version of this contract. A plugin declares in its package.json which one it was made for. */
export const CONTRACT_VERSION = 1

/** oclif's name of the hook that offers credentials. */
export const CREDENTIAL_SOURCE_HOOK = 'ack:credential-source'
/** oclif's name of the hook that is told of an issued credential. */
export const CREDENTIAL_ISSUED_HOOK = 'ack:credential-issued'

/** How long all audits may take, in milliseconds: kubectl has its answer, but waits for the process to end. */
export const AUDIT_MS = 5000

/** A request for credentials of a kind that this program does not know itself. */
export interface CredentialRequest {
  /** The `mode` of a profile in config.json, the `type` of a section in an INI file, or the value of --credential-type. */
  readonly kind: string
  /** The profile that names the kind; absent when --credential-type does. */
  readonly profile?: {
    readonly name: string
    /** Path of the file that holds the profile. */
    readonly file: string
    /** The value of a field, by its name in the file; empty when the field is absent. */
    readonly field: (name: string) => string
  }
  /** The region for the plugin's own requests. */
  readonly regionId: string
  /** Whether the user can be asked, on stderr and stdin. */
  readonly isInteractive: boolean
}

/** The time limit of a call. */
export interface Limits {
  /** Aborts at the deadline, or when the run ends early: pass it to whatever waits. */
  readonly signal: AbortSignal
  readonly deadline: Date
}

/** Credentials that a plugin can get. */
export interface CredentialOffer {
  /** A name for them in logs and errors: never a secret. */
  readonly description?: string
  /**
   * Every fact that decides whose credentials these are (server, account, role, logged-in user). They are cached under
   * it, and an equal identity gets the cached ones. No secret.
   */
  readonly identity: Readonly<Record<string, string>>
  /** Gets them. Called only when the cache has none that are valid for long enough. */
  readonly load: (limits: Limits) => Promise<OfferedCredentials>
}

/** Credentials in plain text. An error that is thrown instead may have a `nextStep`: what the user can do. */
export interface OfferedCredentials {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly securityToken?: string
  /** When they expire: a Date, or a text such as `2026-01-02T03:04:05Z`. Without it they are not cached. */
  readonly expiration?: Date | string
}

/**
 * The hook that offers credentials, `ack:credential-source`. It looks at the request and returns at once: undefined for a
 * request that is not for this plugin. Only one plugin may make an offer.
 */
export type CredentialSourceHook = (
  given: Limits & {readonly request: CredentialRequest},
) => Promise<CredentialOffer | undefined>

/** A credential that was issued to kubectl. */
export interface IssuedCredential {
  readonly kind: 'token' | 'certificate'
  readonly clusterId: string
  /** The description of the credential source. */
  readonly source: string
  /** When it expires, such as `2026-01-02T03:04:05Z`. */
  readonly expiresAt: string
}

/** The audit hook, `ack:credential-issued`: told of a credential after it was issued. It cannot change it. */
export type CredentialIssuedHook = (given: Limits & {readonly credential: IssuedCredential}) => Promise<void>
