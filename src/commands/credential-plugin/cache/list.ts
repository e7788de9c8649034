import {AckCommand} from '../../../lib/cli/ack-command.ts'
import type {CommandNeeds} from '../../../lib/cli/ask-missing.ts'
import {oclifFlags} from '../../../lib/cli/flags.ts'
import {formatAs} from '../../../lib/cli/format-answer.ts'
import {formatCache} from '../../../lib/cli/format-cache.ts'
import {writeAnswer} from '../../../lib/cli/write-answer.ts'
import {OUTPUT_OPTIONS} from '../../../lib/options/exec-definitions.ts'
import {readOutput} from '../../../lib/options/read-option.ts'
import {listCache} from '../../../lib/use-cases/manage-cache.ts'

export default class CacheList extends AckCommand {
  static override summary = 'List what is cached, and until when'

  static override description =
    'Lists temporary credentials and certificates in the cache directory: for whom, for which cluster, until when. No secret is shown.'

  static override examples = [
    {description: 'See what is cached', command: '<%= config.bin %> <%= command.id %>'},
    {description: 'For a program', command: '<%= config.bin %> <%= command.id %> --output json'},
  ]

  static override options = OUTPUT_OPTIONS

  static override flags = oclifFlags(OUTPUT_OPTIONS)

  override needs(): CommandNeeds {
    return {credentials: false, clusterId: false}
  }

  async run(): Promise<void> {
    const invocation = await this.invocation()
    const content = await listCache(invocation)
    const format = readOutput(OUTPUT_OPTIONS.output, invocation.inputs)
    await writeAnswer(await formatAs(content, format, () => formatCache(content)))
  }
}
