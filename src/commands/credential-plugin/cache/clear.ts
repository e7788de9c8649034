import {AckCommand} from '../../../lib/cli/ack-command.ts'
import type {CommandNeeds} from '../../../lib/cli/ask-missing.ts'
import {oclifFlags} from '../../../lib/cli/flags.ts'
import {EXAMPLE_ID} from '../../../lib/cli/help/example-id.ts'
import {writeAnswer} from '../../../lib/cli/write-answer.ts'
import {CLEAR_OPTIONS} from '../../../lib/options/tool-definitions.ts'
import {readText} from '../../../lib/options/read-option.ts'
import {clearCache} from '../../../lib/use-cases/manage-cache.ts'

export default class CacheClear extends AckCommand {
  static override aliases = ['logout']

  static override summary = 'Remove what is cached: everything, or for one cluster or identity'

  static override description =
    'Removes temporary credentials and certificates from the cache directory. The next call gets new ones. Credential files and logins of the aliyun CLI stay as they are; a session or a certificate that others have copied stays valid until its end.'

  static override examples = [
    {description: 'Remove everything', command: '<%= config.bin %> <%= command.id %>'},
    {
      description: 'What is cached for one cluster',
      command: `<%= config.bin %> <%= command.id %> --cluster-id ${EXAMPLE_ID}`,
    },
    {
      description: 'What is cached for one profile',
      command: '<%= config.bin %> <%= command.id %> --identity production',
    },
  ]

  static override options = CLEAR_OPTIONS

  static override flags = oclifFlags(CLEAR_OPTIONS)

  override needs(): CommandNeeds {
    return {credentials: false, clusterId: false}
  }

  async run(): Promise<void> {
    const invocation = await this.invocation()
    const text = (name: keyof typeof CLEAR_OPTIONS): string | undefined =>
      readText(name, CLEAR_OPTIONS[name], invocation.inputs)?.value
    const selection = {clusterId: text('cluster-id'), identity: text('identity')}
    const {directory, removed} = await clearCache(selection, invocation)
    await writeAnswer(`Removed ${removed} ${removed === 1 ? 'entry' : 'entries'} from ${directory}\n`)
  }
}
