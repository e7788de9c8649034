import type {Log} from '../log/log.ts'
import type {GlobalOptions} from '../options/global-options.ts'
import type {Runtime} from '../runtime.ts'
import type {Transport} from '../transport/http.ts'

/** What sources work with. */
export interface SourceContext {
  readonly runtime: Runtime
  readonly log: Log
  readonly options: GlobalOptions
  readonly transport: Transport
}
