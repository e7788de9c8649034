import type {Log} from '../base/log/log.ts'
import type {GlobalOptions} from '../options/global-options.ts'
import type {Profile} from '../profile-files/profile.ts'
import type {Runtime} from '../base/runtime.ts'
import type {Transport} from '../transport/http.ts'
import type {CredentialSource} from './credentials.ts'

/** What sources work with. */
export interface SourceContext {
  readonly runtime: Runtime
  readonly log: Log
  readonly options: GlobalOptions
  readonly transport: Transport
  /** Asks the plugins of others; absent where none can be. */
  readonly askPlugins?: AskPlugins
  /** Asks a person which profile of a file is meant; undefined when there is nobody to ask. */
  readonly askProfile?: (file: string, names: readonly string[]) => Promise<string | undefined>
}

/** Credentials of a kind that is not known here. */
export interface OtherKind {
  /** The `mode` or `type` of a profile, or the value of --credential-type. */
  readonly kind: string
  /** The profile that names it; absent when --credential-type does. */
  readonly profile?: Pick<Profile, 'name' | 'file' | 'field'>
  /** The region that requests name. */
  readonly regionId: string
}

/** Asks the plugins of others for credentials of a kind that is not known here; undefined when none of them knows it. */
export type AskPlugins = (request: OtherKind) => Promise<CredentialSource | undefined>
