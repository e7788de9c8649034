import {AckError} from '../../../lib/base/errors.ts'
import {AckCommand} from '../../../lib/cli/ack-command.ts'
import type {CommandNeeds} from '../../../lib/cli/ask-missing.ts'
import {oclifFlags} from '../../../lib/cli/flags.ts'
import {EXAMPLE_ID} from '../../../lib/cli/help/example-id.ts'
import {writeAnswer} from '../../../lib/cli/write-answer.ts'
import {CLEAR_GLOBAL_OPTIONS, CLEAR_OPTIONS} from '../../../lib/options/tool-definitions.ts'
import {readText, type Flags, type OptionValue} from '../../../lib/options/read-option.ts'
import {clearCache} from '../../../lib/use-cases/manage-cache.ts'

export default class CacheClear extends AckCommand {
  static override aliases = ['logout']

  static override summary = 'Remove what is cached: everything, or for one cluster, identity or profile'

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
      command: '<%= config.bin %> <%= command.id %> --profile-name production',
    },
  ]

  static override options = CLEAR_OPTIONS

  static override flags = oclifFlags(CLEAR_OPTIONS)

  static override baseFlags = oclifFlags(CLEAR_GLOBAL_OPTIONS, 'GLOBAL') as typeof AckCommand.baseFlags

  override needs(): CommandNeeds {
    return {credentials: false, clusterId: false}
  }

  async run(): Promise<void> {
    const invocation = await this.invocation()
    refuseOtherChoices(invocation.inputs.flags)
    const text = (name: keyof typeof CLEAR_OPTIONS): OptionValue | undefined =>
      readText(name, CLEAR_OPTIONS[name], invocation.inputs)
    const selection = {clusterId: text('cluster-id')?.value, identity: text('identity'), profile: text('profile-name')}
    const {directory, removed} = await clearCache(selection, invocation)
    await writeAnswer(`Removed ${removed} ${removed === 1 ? 'entry' : 'entries'} from ${directory}\n`)
  }
}

/** What is typed to narrow the removal, and cannot, must not remove everything. */
const refuseOtherChoices = (flags: Flags): void => {
  const other = Object.keys(flags).find(
    (name) => flags[name] && !(name in CLEAR_OPTIONS) && !(name in CLEAR_GLOBAL_OPTIONS),
  )
  if (other === undefined) return
  throw new AckError(
    'InvalidUsage',
    `--${other} cannot say what to remove from the cache`,
    'leave it out; --cluster-id, --identity and --profile-name narrow what is removed',
  )
}
