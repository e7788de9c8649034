import {AckCommand} from '../../lib/cli/ack-command.ts'
import {oclifFlags} from '../../lib/cli/flags.ts'
import {EXAMPLE_ID} from '../../lib/cli/help/example-id.ts'
import {formatAs} from '../../lib/cli/format-answer.ts'
import {formatOf} from '../../lib/cli/run-plan.ts'
import {textTable} from '../../lib/cli/text-table.ts'
import {writeAnswer} from '../../lib/cli/write-answer.ts'
import {requireClusterId} from '../../lib/options/exec-options.ts'
import {RRSA_LIST_OPTIONS} from '../../lib/options/rrsa-proof-definitions.ts'
import {optionReader} from '../../lib/options/option-reader.ts'
import {callingOf} from '../../lib/use-cases/calling.ts'
import {listAssociations, type Association} from '../../lib/use-cases/rrsa/list-associations.ts'

export default class RrsaListAssociations extends AckCommand {
  static override summary = 'List which service accounts of a cluster may become which RAM role'

  static override description =
    'Lists the RAM roles whose trust policy names the cluster, beside the service accounts that are annotated with a role, and marks where the two differ: missing annotation, missing role, missing trust, wildcard trust. Requires the RAM permissions cs:DescribeClusterDetail, ram:ListRoles and ram:GetRole; to read the service accounts also cs:DescribeClusterUserKubeconfig.'

  static override usage = '<%= command.id %> --cluster-id <id> [flags]'

  static override examples = [
    {
      description: 'See who may become which role, and where the two sides differ',
      command: `<%= config.bin %> <%= command.id %> -c ${EXAMPLE_ID}`,
    },
    {description: 'For a program', command: `<%= config.bin %> <%= command.id %> -c ${EXAMPLE_ID} --output json`},
  ]

  static override options = RRSA_LIST_OPTIONS

  static override flags = oclifFlags(RRSA_LIST_OPTIONS)

  async run(): Promise<void> {
    const invocation = await this.invocation()
    const clusterId = requireClusterId(invocation.inputs)
    const read = optionReader(RRSA_LIST_OPTIONS, invocation.inputs)
    const cluster = {clusterId, privateAddress: read.flag('private-address')}
    const list = await listAssociations(cluster, await callingOf(invocation))
    for (const unknown of list.unknown) invocation.log.warn(unknown)
    const table = (): string => textTable([TITLES, ...list.associations.map(row)])
    await writeAnswer(await formatAs(list, formatOf(read), table))
  }
}

const TITLES = ['ROLE', 'NAMESPACE', 'SERVICE ACCOUNT', 'DRIFT']

const row = ({role, namespace, serviceAccount, drift}: Association): readonly string[] => [
  role,
  namespace,
  serviceAccount,
  drift.join(', '),
]
