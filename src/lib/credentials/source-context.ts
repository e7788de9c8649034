import type {Log} from '../log/log.ts'
import type {GlobalOptions} from '../options/global-options.ts'
import type {AskPlugins} from '../plugins/credential-sources.ts'
import type {Runtime} from '../runtime.ts'
import type {Transport} from '../transport/http.ts'

/** What sources work with. */
export interface SourceContext {
  readonly runtime: Runtime
  readonly log: Log
  readonly options: GlobalOptions
  readonly transport: Transport
  /** Asks the plugins of others; absent where none can be. */
  readonly askPlugins?: AskPlugins
  /** Nothing is fetched, started or written: where the answer is not at hand, `NotAtHand` is thrown. */
  readonly isLight?: true
}

/** The answer takes more than looking: for the light start-up, which leaves that to the full one. Never seen by a user. */
export class NotAtHand extends Error {}
