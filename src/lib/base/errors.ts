/** Exit codes of every command; documented in README.md. */
export const EXIT = {
  internal: 1,
  usage: 2,
  noCredentials: 3,
  credentialsRefused: 4,
  network: 5,
  server: 6,
  kubeconfig: 7,
  plugin: 8,
  state: 9,
  /** Of a diagnosis: the worst of what it has found. */
  warnings: 10,
  problems: 11,
  cancelled: 130,
} as const

/** Every error code, with its exit code; documented in docs/errors.md. Not made before it is asked for: few runs fail. */
export const exitCodes = () =>
  ({
    InvalidUsage: EXIT.usage,
    InvalidOption: EXIT.usage,
    ClusterIdMissing: EXIT.usage,
    ClusterNotFound: EXIT.usage,
    ClusterAmbiguous: EXIT.usage,
    ProfileAmbiguous: EXIT.usage,
    ExecInfoInvalid: EXIT.usage,
    ConfigInvalid: EXIT.usage,
    ConfigUntrusted: EXIT.usage,
    CredentialsNotFound: EXIT.noCredentials,
    CredentialFileUnreadable: EXIT.noCredentials,
    CredentialFileUntrusted: EXIT.noCredentials,
    CredentialFileUnwritable: EXIT.noCredentials,
    CredentialFileInvalid: EXIT.noCredentials,
    ProfileNotFound: EXIT.noCredentials,
    ProfileInvalid: EXIT.noCredentials,
    ProfileNotSupported: EXIT.noCredentials,
    CredentialsInvalid: EXIT.noCredentials,
    ProcessFailed: EXIT.noCredentials,
    CredentialsExpired: EXIT.credentialsRefused,
    LoginRequired: EXIT.credentialsRefused,
    ServiceRefused: EXIT.credentialsRefused,
    IdentityMismatch: EXIT.credentialsRefused,
    TokenTooLarge: EXIT.credentialsRefused,
    NetworkFailed: EXIT.network,
    DeadlineExceeded: EXIT.network,
    ServiceFailed: EXIT.server,
    KubeconfigInvalid: EXIT.kubeconfig,
    KubeconfigUnreadable: EXIT.kubeconfig,
    KubeconfigUnwritable: EXIT.kubeconfig,
    KubeconfigConflict: EXIT.kubeconfig,
    NothingToUndo: EXIT.kubeconfig,
    CacheUnusable: EXIT.internal,
    PluginFailed: EXIT.plugin,
    PluginRefused: EXIT.plugin,
    PreconditionFailed: EXIT.state,
    VerificationFailed: EXIT.state,
    BackupUnusable: EXIT.state,
    TaskFailed: EXIT.server,
    Cancelled: EXIT.cancelled,
    OutputFailed: EXIT.internal,
    Internal: EXIT.internal,
  }) as const

export type ErrorCode = keyof ReturnType<typeof exitCodes>

/** Whether it is one of our error codes: a plugin's copy of another version may have others. */
export const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(exitCodes(), code)

/** What is known of a call that failed, for programs that read `--error-format json`. Nothing in it is secret. */
export interface FailedCall {
  readonly service?: string | undefined
  readonly action: string
  readonly host: string
  /** Of HTTP, if there was an answer. */
  readonly status?: number
  /** The service's own code word. */
  readonly code?: string | undefined
  readonly requestId?: string | undefined
  /** The RAM permission that is missing. */
  readonly permission?: string | undefined
}

/** What was typed and is not known, with what is: whoever reports the error looks for what was meant. */
export interface Mistyped {
  readonly given: readonly string[]
  readonly known: readonly string[]
}

interface AckErrorOptions extends ErrorOptions {
  readonly call?: FailedCall
  /** Whether the message names the code word already: one of several failures has it with each of them. */
  readonly namesCode?: boolean
  readonly mistyped?: Mistyped
  /** In place of the one of the code: what a user runs by this program has exit codes of its own. */
  readonly exitCode?: number | undefined
}

/**
 * A failure that the user can understand and act on. Anything else that is thrown is a bug.
 *
 * Neither `message` nor `nextStep` may hold a secret, the content of a credential file, or a URL's query.
 */
export class AckError extends Error {
  override readonly name = 'AckError'
  readonly code: ErrorCode
  /** The next step for the user: a sentence or a command line. Empty when there is none. */
  readonly nextStep: string
  readonly call: FailedCall | undefined
  readonly mistyped: Mistyped | undefined
  readonly namesCode: boolean
  readonly #exitCode: number | undefined

  constructor(code: ErrorCode, message: string, nextStep = '', options?: AckErrorOptions) {
    super(message, options)
    this.code = code
    this.nextStep = nextStep
    this.call = options?.call
    this.mistyped = options?.mistyped
    this.namesCode = options?.namesCode ?? false
    this.#exitCode = options?.exitCode
  }

  /** Whether it is an `AckError`, even one of another copy of this module: plugins may bring their own. */
  static is(error: unknown): error is AckError {
    return error instanceof Error && error.name === 'AckError' && 'nextStep' in error && 'exitCode' in error
  }

  /** The process's exit code: one of {@link EXIT}, or what the error was made with. */
  get exitCode(): number {
    return this.#exitCode ?? exitCodes()[this.code]
  }

  /** Without it oclif ignores the error of a hook and runs the command. */
  get oclif(): {exit: number} {
    return {exit: this.exitCode}
  }
}

/** The same failure in other words; what is known of the call stays. */
export const rephrased = (error: AckError, message: string, nextStep = error.nextStep): AckError =>
  new AckError(error.code, message, nextStep, {cause: error, ...(error.call ? {call: error.call} : {})})

/** Whether the service refused for now: nothing was changed, and it was asked for as long as there was time. */
export const wasThrottled = ({call}: AckError): boolean =>
  call?.status === 429 || (call?.code?.startsWith('Throttling') ?? false)
