import type {SourceContext} from '../credentials/source-context.ts'
import type {ExecInfo} from '../exec/exec-info.ts'
import type {OptionInputs} from '../options/read-option.ts'

/** What a command works with: everything from outside, read and checked. */
export interface Invocation extends SourceContext {
  /** What kubectl handed over, when it is the caller. */
  readonly execInfo: ExecInfo | undefined
  /** Where a command reads its own options from. */
  readonly inputs: OptionInputs
}
