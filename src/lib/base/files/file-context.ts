import type {Log} from '../log/log.ts'
import type {Runtime} from '../runtime.ts'

/** What careful work with files needs from outside. */
export interface FileContext {
  readonly runtime: Pick<Runtime, 'now' | 'platform' | 'nonce'>
  readonly log: FileLog
}

export type FileLog = Pick<Log, 'debug' | 'warn'>
