import {AckCommand} from '../../lib/cli/ack-command.ts'
import type {CommandNeeds} from '../../lib/cli/ask-missing.ts'
import {oclifFlags} from '../../lib/cli/flags.ts'
import {formatAs} from '../../lib/cli/format-answer.ts'
import {formatConfig} from '../../lib/cli/format-config.ts'
import {writeAnswer} from '../../lib/cli/write-answer.ts'
import {OUTPUT_OPTIONS} from '../../lib/options/exec-definitions.ts'
import {readOutput} from '../../lib/options/read-option.ts'
import {listConfig} from '../../lib/use-cases/list-config.ts'

export default class ConfigList extends AckCommand {
  static override summary = 'List every option that has a variable: its value, and who gave it'

  static override description =
    'Lists the options that have an environment variable: the value in force, and whether a flag, an environment variable, a line of a defaults file or nobody gave it. Variables with credentials are named, and their values not shown.'

  static override examples = [
    {description: 'See each default and where it comes from', command: '<%= config.bin %> <%= command.id %>'},
    {description: 'For a program', command: '<%= config.bin %> <%= command.id %> --output json'},
  ]

  static override options = OUTPUT_OPTIONS

  static override flags = oclifFlags(OUTPUT_OPTIONS)

  override needs(): CommandNeeds {
    return {credentials: false, clusterId: false}
  }

  async run(): Promise<void> {
    const {inputs, runtime} = await this.invocation()
    const config = await listConfig(inputs, runtime)
    const format = readOutput(OUTPUT_OPTIONS.output, inputs)
    await writeAnswer(await formatAs(config, format, () => formatConfig(config)))
  }
}
