import {Command} from '@oclif/core'

import {writeAnswer} from '../../lib/cli/write-answer.ts'
import {completeValue} from '../../lib/cli/completion/complete-value.ts'
import {processRuntime} from '../../lib/base/runtime.ts'

/** Called by the shells' completion for the value of a flag; exits with 1 if the last word is not such a value. */
export default class AutocompleteValues extends Command {
  static override hidden = true
  static override strict = false
  static override summary = 'Print the possible values of the last word of a command line, one per line'

  async run(): Promise<void> {
    const words = this.argv.slice(this.argv.indexOf('--') + 1)
    const values = await completeValue(words, this.config, processRuntime())
    if (values === undefined) this.exit(1)
    await writeAnswer(values.map((value) => `${value}\n`).join(''))
  }
}
