import type {Log} from '../log/log.ts'
import type {Runtime} from '../runtime.ts'

/** The dependencies of code that locks and replaces files. */
export interface FileContext {
  readonly runtime: Pick<Runtime, 'now' | 'platform' | 'nonce'>
  readonly log: FileLog
}

export type FileLog = Pick<Log, 'debug' | 'warn'>
