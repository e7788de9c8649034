import {Command} from '@oclif/core'

import {writeAnswer} from '../../lib/cli/write-answer.ts'
import {completeValue} from '../../lib/cli/completion/complete-value.ts'
import {processRuntime} from '../../lib/base/runtime.ts'

/** What completion in the shells asks when a person types the value of a flag: fails when it is not a value. */
export default class AutocompleteValues extends Command {
  static override hidden = true
  static override strict = false
  static override summary = 'Print the values that the last word of a command line may become, one in a line'

  async run(): Promise<void> {
    const words = this.argv.slice(this.argv.indexOf('--') + 1)
    const values = await completeValue(words, this.config, processRuntime())
    if (values === undefined) this.exit(1)
    writeAnswer(values.map((value) => `${value}\n`).join(''))
  }
}
