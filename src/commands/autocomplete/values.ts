import {Command} from '@oclif/core'

import {writeAnswer} from '../../lib/cli/write-answer.ts'
import {completeValue} from '../../lib/cli/completion/complete-value.ts'
import {processRuntime} from '../../lib/base/runtime.ts'

/** The exit codes that are no failure of the program. */
const ENDING = {noValue: 1, path: 2}

/**
 * Called by the shells' completion for the value of a flag. It exits with 1 if the last word is not such a value, and with 2
 * if it is a path. With `--described` a tabulator and a description may stand behind a value.
 */
export default class AutocompleteValues extends Command {
  static override hidden = true
  static override strict = false
  static override summary = 'Print the possible values of the last word of a command line, one per line'

  async run(): Promise<void> {
    // There is nothing to parse in words of another command: oclif would warn, where NODE_ENV says that it is a test.
    this.parsed = true
    const end = this.argv.indexOf('--')
    const isDescribed = this.argv.slice(0, Math.max(end, 0)).includes('--described')
    const completions = await completeValue(this.argv.slice(end + 1), this.config, processRuntime())
    if (completions === undefined) this.exit(ENDING.noValue)
    if (completions.kind === 'path') this.exit(ENDING.path)
    const lines = completions.values.map(({value, description}) =>
      isDescribed && description ? `${value}\t${description}\n` : `${value}\n`,
    )
    await writeAnswer(lines.join(''))
  }
}
