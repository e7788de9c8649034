import {AckCommand} from '../../lib/cli/ack-command.ts'
import type {CommandNeeds} from '../../lib/cli/ask-missing.ts'
import {oclifFlags} from '../../lib/cli/flags.ts'
import {formatAs} from '../../lib/cli/format-answer.ts'
import {formatConfigFiles} from '../../lib/cli/format-config.ts'
import {writeAnswer} from '../../lib/cli/write-answer.ts'
import {OUTPUT_OPTIONS} from '../../lib/options/exec-definitions.ts'
import {readOutput} from '../../lib/options/read-option.ts'
import {listConfigFiles} from '../../lib/use-cases/list-config.ts'

export default class ConfigPath extends AckCommand {
  static override summary = 'Show where defaults files are looked for'

  static override description =
    'Prints the paths of the defaults files, the strongest first, and whether each is read, absent or refused, with the reason.'

  static override examples = [
    {description: 'See which files are read', command: '<%= config.bin %> <%= command.id %>'},
    {description: 'For a program', command: '<%= config.bin %> <%= command.id %> --output json'},
  ]

  static override options = OUTPUT_OPTIONS

  static override flags = oclifFlags(OUTPUT_OPTIONS)

  override needs(): CommandNeeds {
    return {credentials: false, clusterId: false}
  }

  async run(): Promise<void> {
    const {inputs, runtime} = await this.invocation()
    const files = await listConfigFiles(runtime)
    const format = readOutput(OUTPUT_OPTIONS.output, inputs)
    await writeAnswer(await formatAs({files}, format, () => formatConfigFiles(files)))
  }
}
