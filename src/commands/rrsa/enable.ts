import {AckCommand} from '../../lib/cli/ack-command.ts'
import {oclifFlags} from '../../lib/cli/flags.ts'
import {EXAMPLE_ID} from '../../lib/cli/help/example-id.ts'
import {switchRrsa} from '../../lib/cli/switch-rrsa.ts'
import {readWaitTimeout} from '../../lib/cli/wait.ts'
import {requireClusterId} from '../../lib/options/exec-options.ts'
import {RRSA_ENABLE_OPTIONS} from '../../lib/options/rrsa-definitions.ts'
import {optionReader} from '../../lib/options/option-reader.ts'
import {callingOf} from '../../lib/use-cases/calling.ts'
import {planEnable} from '../../lib/use-cases/rrsa/plan-switch.ts'

export default class RrsaEnable extends AckCommand {
  static override summary = 'Enable RRSA in a cluster'

  static override description =
    'Has the cluster make an OIDC provider in RAM, so that its service accounts can become RAM roles, and waits until that is done. From then on no new service account token of the cluster lives longer than 12 hours. Requires the RAM permissions cs:DescribeClusterDetail, cs:ModifyCluster and cs:DescribeTaskInfo.'

  static override usage = '<%= command.id %> --cluster-id <id> [flags]'

  static override examples = [
    {
      description: 'Enable it and wait until that is done',
      command: `<%= config.bin %> <%= command.id %> -c ${EXAMPLE_ID}`,
    },
    {
      description: 'For a script that waits later',
      command: `<%= config.bin %> <%= command.id %> -c ${EXAMPLE_ID} --assume-yes --no-wait`,
    },
  ]

  static override options = RRSA_ENABLE_OPTIONS

  static override flags = oclifFlags(RRSA_ENABLE_OPTIONS)

  async run(): Promise<void> {
    const invocation = await this.invocation()
    const clusterId = requireClusterId(invocation.inputs)
    const read = optionReader(RRSA_ENABLE_OPTIONS, invocation.inputs)
    const waitMs = readWaitTimeout(read, invocation, !read.flag('no-wait'), 'leave --no-wait out')
    const calling = await callingOf(invocation)
    const planned = await planEnable(clusterId, calling)
    await switchRrsa(planned, {enabled: true, read, waitMs}, calling, invocation)
  }
}
