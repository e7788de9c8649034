import {AckCommand} from '../../lib/cli/ack-command.ts'
import {oclifFlags} from '../../lib/cli/flags.ts'
import {EXAMPLE_ID} from '../../lib/cli/help/example-id.ts'
import {switchRrsa} from '../../lib/cli/switch-rrsa.ts'
import {readWaitTimeout} from '../../lib/cli/wait.ts'
import {requireClusterId} from '../../lib/options/exec-options.ts'
import {RRSA_DISABLE_OPTIONS} from '../../lib/options/rrsa-definitions.ts'
import {optionReader} from '../../lib/options/option-reader.ts'
import {callingOf} from '../../lib/use-cases/calling.ts'
import {planDisable} from '../../lib/use-cases/rrsa/plan-switch.ts'

export default class RrsaDisable extends AckCommand {
  static override summary = 'Disable RRSA in a cluster'

  static override description =
    'Says first which RAM roles and service accounts would stop working, then disables RRSA and waits until that is done. Trust policies stay as they are. Requires the RAM permissions cs:DescribeClusterDetail, cs:ModifyCluster and cs:DescribeTaskInfo; to say what would stop also ram:ListRoles, ram:GetRole and cs:DescribeClusterUserKubeconfig.'

  static override usage = '<%= command.id %> --cluster-id <id> [flags]'

  static override examples = [
    {
      description: 'See what would stop working',
      command: `<%= config.bin %> <%= command.id %> -c ${EXAMPLE_ID} --dry-run`,
    },
    {description: 'Disable it', command: `<%= config.bin %> <%= command.id %> -c ${EXAMPLE_ID}`},
  ]

  static override options = RRSA_DISABLE_OPTIONS

  static override flags = oclifFlags(RRSA_DISABLE_OPTIONS)

  async run(): Promise<void> {
    const invocation = await this.invocation()
    const clusterId = requireClusterId(invocation.inputs)
    const read = optionReader(RRSA_DISABLE_OPTIONS, invocation.inputs)
    const waitMs = readWaitTimeout(read, invocation, !read.flag('no-wait'), 'leave --no-wait out')
    const calling = await callingOf(invocation)
    const planned = await planDisable({clusterId, privateAddress: read.flag('private-address')}, calling)
    await switchRrsa(planned, {enabled: false, read, waitMs}, calling, invocation)
  }
}
