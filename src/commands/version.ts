import {AckCommand} from '../lib/cli/ack-command.ts'
import type {CommandNeeds} from '../lib/cli/ask-missing.ts'
import {oclifFlags} from '../lib/cli/flags.ts'
import {formatAs, formatRows} from '../lib/cli/format-answer.ts'
import {writeAnswer} from '../lib/cli/write-answer.ts'
import {buildInfo} from '../lib/base/build-info.ts'
import {OUTPUT_OPTIONS} from '../lib/options/exec-definitions.ts'
import {readOutput} from '../lib/options/read-option.ts'

export default class Version extends AckCommand {
  static override summary = 'Print version, commit, runtime and platform'

  static override description =
    'Prints the version, the commit that it was built from, what runs it, and the platform. Extra words are ignored, as by the Go tool. `--version` prints one line.'

  static override examples = [
    {description: 'Show it', command: '<%= config.bin %> <%= command.id %>'},
    {description: 'For a program', command: '<%= config.bin %> <%= command.id %> --output json'},
  ]

  static override strict = false
  static override takesWords = true

  static override options = OUTPUT_OPTIONS

  static override flags = oclifFlags(OUTPUT_OPTIONS)

  override needs(): CommandNeeds {
    return {credentials: false, clusterId: false}
  }

  async run(): Promise<void> {
    const {runtime, inputs} = await this.invocation()
    const info = buildInfo(runtime)
    const table = (): string =>
      formatRows([
        ['Version:', ` ${info.version}`],
        ['GitCommit:', ` ${info.commit}`],
        ['Runtime:', ` ${info.runtime}${info.isStandalone ? ', standalone' : ''}`],
        ['Platform:', ` ${info.platform}`],
      ])
    await writeAnswer(await formatAs(info, readOutput(OUTPUT_OPTIONS.output, inputs), table))
  }
}
