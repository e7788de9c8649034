import {AckCommand} from '../lib/cli/ack-command.ts'
import {oclifFlags} from '../lib/cli/flags.ts'
import {writeAnswer} from '../lib/cli/write-answer.ts'
import {formatClusters} from '../lib/cli/format-clusters.ts'
import {LIST_OPTIONS} from '../lib/options/tool-definitions.ts'
import {readClusterFilter} from '../lib/options/cluster-filter.ts'
import {readOutput} from '../lib/options/read-option.ts'
import {listFleet} from '../lib/use-cases/fleet/list-fleet.ts'

export default class ListClusters extends AckCommand {
  static override summary = 'List the clusters that you can see'

  static override description =
    'Lists the clusters of all regions, or those of --region-id and --filter, from the Container Service. Requires the RAM permission cs:DescribeClustersV1.'

  static override examples = [
    {description: 'List the clusters of all regions', command: '<%= config.bin %> <%= command.id %>'},
    {
      description: 'Of one region, for a program',
      command: '<%= config.bin %> <%= command.id %> --region-id cn-hangzhou --output json',
    },
    {
      description: 'Only those that run, and whose names begin with prod',
      command: "<%= config.bin %> <%= command.id %> --filter 'name=prod*' --filter state=running",
    },
  ]

  static override options = LIST_OPTIONS

  static override flags = oclifFlags(LIST_OPTIONS)

  async run(): Promise<void> {
    const invocation = await this.invocation()
    const format = readOutput(LIST_OPTIONS.output, invocation.inputs)
    const filter = readClusterFilter(invocation.inputs.flags) ?? (() => true)
    const {clusters} = await listFleet(invocation)
    const wanted = clusters.map(({cluster}) => cluster).filter(filter)
    await writeAnswer(await formatClusters(wanted, format))
  }
}
