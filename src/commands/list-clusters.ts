import {AckCommand} from '../lib/cli/ack-command.ts'
import {oclifFlags} from '../lib/cli/flags.ts'
import {writeAnswer} from '../lib/cli/write-answer.ts'
import {listClusters} from '../lib/container-service/clusters.ts'
import {formatClusters} from '../lib/cli/format-clusters.ts'
import {LIST_OPTIONS} from '../lib/options/command-definitions.ts'
import {readOutput} from '../lib/options/read-option.ts'
import {withinTimeout} from '../lib/base/deadline.ts'

export default class ListClusters extends AckCommand {
  static override summary = 'List the clusters that you can see'

  static override description =
    'Lists the clusters of all regions, or those of --region-id, from the Container Service. Requires the RAM permission cs:DescribeClustersV1.'

  static override examples = [
    {description: 'List the clusters of all regions', command: '<%= config.bin %> <%= command.id %>'},
    {
      description: 'Of one region, for a program',
      command: '<%= config.bin %> <%= command.id %> --region-id cn-hangzhou --output json',
    },
  ]

  static override options = LIST_OPTIONS

  static override flags = oclifFlags(LIST_OPTIONS)

  async run(): Promise<void> {
    const invocation = await this.invocation()
    const format = readOutput(LIST_OPTIONS.output, invocation.inputs)
    const source = await this.credentialSource(invocation)
    const clusters = await withinTimeout(invocation.options.timeoutMs, async (signal) =>
      listClusters(await source.load(signal), invocation, signal),
    )
    await writeAnswer(await formatClusters(clusters, format))
  }
}
