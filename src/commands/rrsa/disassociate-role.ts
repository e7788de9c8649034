import {AckCommand} from '../../lib/cli/ack-command.ts'
import {oclifFlags} from '../../lib/cli/flags.ts'
import {EXAMPLE_ID} from '../../lib/cli/help/example-id.ts'
import {endPlan, planOptions, runPlan} from '../../lib/cli/run-plan.ts'
import {RRSA_DISASSOCIATE_OPTIONS} from '../../lib/options/rrsa-definitions.ts'
import {optionReader, requireClusterIds} from '../../lib/options/option-reader.ts'
import {checkRoleName, checkServiceAccount} from '../../lib/rrsa/names.ts'
import {callingOf} from '../../lib/use-cases/calling.ts'
import {remainingAccessError, planDisassociation} from '../../lib/use-cases/rrsa/plan-disassociation.ts'

export default class RrsaDisassociateRole extends AckCommand {
  static override summary = 'Take a service account out of the trust policy of a RAM role'

  static override description =
    'Removes exactly the statement that associate-role writes, or this one service account from a list; everything else in the trust policy stays: where another statement lets it in, that is said, and the exit code is 9. With --delete-role the role is deleted too, if associate-role created it and it trusts nobody else. Requires the RAM permissions cs:DescribeClusterDetail, ram:GetRole and ram:UpdateRole; to delete the role ram:ListPoliciesForRole, ram:DetachPolicyFromRole and ram:DeleteRole.'

  static override usage = '<%= command.id %> -c <id> -r <role> -n <ns> -s <sa> [flags]'

  static override examples = [
    {
      description: 'Take the service account out',
      command: `<%= config.bin %> <%= command.id %> -c ${EXAMPLE_ID} -r oss-reader -n demo -s reader`,
    },
    {
      description: 'And delete the role that associate-role created',
      command: `<%= config.bin %> <%= command.id %> -c ${EXAMPLE_ID} -r oss-reader -n demo -s reader --delete-role`,
    },
  ]

  static override options = RRSA_DISASSOCIATE_OPTIONS

  static override flags = oclifFlags(RRSA_DISASSOCIATE_OPTIONS)

  async run(): Promise<void> {
    const invocation = await this.invocation()
    const read = optionReader(RRSA_DISASSOCIATE_OPTIONS, invocation.inputs)
    const wanted = {
      clusterIds: requireClusterIds(invocation.inputs),
      role: checkRoleName(read.needed('role-name')),
      account: checkServiceAccount({namespace: read.needed('namespace'), name: read.needed('service-account')}),
      deletesRole: read.flag('delete-role'),
    }
    const plan = await planDisassociation(wanted, await callingOf(invocation))
    const options = planOptions(read)
    const ending = await runPlan(plan, options, invocation)
    if (plan.changes.length === 0 && plan.remaining.length === 0)
      invocation.log.info('nothing to do: the trust policy does not name it')
    await invocation.log.flush()
    const left = options.dryRun ? undefined : remainingAccessError(plan, wanted, ending.isChanged)
    const failure = ending.failure ?? left
    await endPlan(failure ? {...ending, failure} : ending, options, {
      remaining: plan.remaining.map(({statement, letsIn, form}) => ({statement, letsIn, form})),
    })
  }
}
