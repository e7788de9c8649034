import {AckCommand} from '../lib/cli/ack-command.ts'
import {oclifFlags} from '../lib/cli/flags.ts'
import {writeAnswer} from '../lib/cli/write-answer.ts'
import {formatClusters} from '../lib/cli/format-clusters.ts'
import {LIST_OPTIONS} from '../lib/options/command-definitions.ts'
import {readOutput} from '../lib/options/read-option.ts'
import {visibleClusters} from '../lib/use-cases/visible-clusters.ts'

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
    const clusters = await visibleClusters(invocation)
    await writeAnswer(await formatClusters(clusters, format))
  }
}
