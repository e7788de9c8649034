import type {ServiceClock} from '../cache/service-clock.ts'
import type {Log} from '../base/log/log.ts'
import type {GlobalOptions} from '../options/global-options.ts'
import type {Flags} from '../options/read-option.ts'
import type {Profile} from '../profile-files/profile.ts'
import type {Runtime} from '../base/runtime.ts'
import type {Transport} from '../transport/http.ts'
import type {CredentialSource} from './credentials.ts'

/** The dependencies of sources. */
export interface SourceContext {
  readonly runtime: Runtime
  /** The services' clock, by which sessions end and tokens are judged. */
  readonly clock: ServiceClock
  readonly log: Log
  readonly options: GlobalOptions
  /** As they were typed, for commands that are suggested. */
  readonly flags: Flags
  readonly transport: Transport
  /** Whether the command writes an entry for kubectl: a profile that was typed is what the entry will mean. */
  readonly writesEntry?: boolean
  /** Asks third-party plugins; absent where plugins are not supported. */
  readonly askPlugins?: AskPlugins
  /** Tells the person at the terminal something that no log level hides; absent where there is none. */
  readonly tellPerson?: ((text: string) => void) | undefined
  /** Prompts for the profile of a file; its result is undefined if nobody can be asked. */
  readonly askProfile?: (file: string, names: readonly string[]) => Promise<string | undefined>
}

/** A request for credentials of a kind that this program does not support itself. */
export interface OtherKind {
  /** The `mode` or `type` of a profile, or the value of --credential-type. */
  readonly kind: string
  /** The profile with that kind; absent if the kind is from --credential-type. */
  readonly profile?: Pick<Profile, 'name' | 'file' | 'field'>
  /** The region for requests. */
  readonly regionId: string
}

/** Asks third-party plugins for credentials; undefined if none of them supports the kind. */
export type AskPlugins = (request: OtherKind) => Promise<CredentialSource | undefined>
