import {AckCommand} from '../../lib/cli/ack-command.ts'
import {oclifFlags} from '../../lib/cli/flags.ts'
import {EXAMPLE_ID} from '../../lib/cli/help/example-id.ts'
import {endPlan, planOptions, runPlan} from '../../lib/cli/run-plan.ts'
import {AckError} from '../../lib/base/errors.ts'
import {RRSA_ASSOCIATE_OPTIONS} from '../../lib/options/rrsa-definitions.ts'
import {optionReader, requireClusterIds} from '../../lib/options/option-reader.ts'
import {checkPolicyName, checkRoleName, checkServiceAccount, hasWildcard} from '../../lib/rrsa/names.ts'
import type {Invocation} from '../../lib/use-cases/invocation.ts'
import {callingOf} from '../../lib/use-cases/calling.ts'
import {planAssociation, type AssociationRequest} from '../../lib/use-cases/rrsa/plan-association.ts'

export default class RrsaAssociateRole extends AckCommand {
  static override summary = 'Let a service account of a cluster become a RAM role'

  static override description =
    'Adds the service account to the trust policy of the role, and attaches policies to the role. Shows every change first, asks once, and reads back what it has done; running it again changes nothing. Requires the RAM permissions cs:DescribeClusterDetail, ram:GetRole and ram:UpdateRole; ram:CreateRole to create the role; ram:GetPolicy, ram:ListPoliciesForRole and ram:AttachPolicyToRole to attach policies; cs:DescribeClusterUserKubeconfig to annotate or label.'

  static override usage = '<%= command.id %> -c <id> -r <role> -n <ns> -s <sa> [flags]'

  static override examples = [
    {
      description: 'For a role and a service account that exist',
      command: `<%= config.bin %> <%= command.id %> -c ${EXAMPLE_ID} -r oss-reader -n demo -s reader`,
    },
    {
      description: 'From nothing: role, policy, namespace and service account',
      command: `<%= config.bin %> <%= command.id %> -c ${EXAMPLE_ID} -r oss-reader -n demo -s reader --create-role-if-not-exist --attach-system-policy AliyunOSSReadOnlyAccess --annotate-service-account --label-namespace`,
    },
  ]

  static override options = RRSA_ASSOCIATE_OPTIONS

  static override flags = oclifFlags(RRSA_ASSOCIATE_OPTIONS)

  async run(): Promise<void> {
    const invocation = await this.invocation()
    const read = optionReader(RRSA_ASSOCIATE_OPTIONS, invocation.inputs)
    const wanted = readAssociation(invocation)
    const plan = await planAssociation(wanted, await callingOf(invocation))
    const ending = await runPlan(plan, planOptions(read), invocation)
    const {role, account} = wanted
    const pair = `RAM Role "${role}" to service account "${account.name}" (namespace: "${account.namespace}")`
    if (plan.changes.length === 0) invocation.log.info(`Already associated ${pair}`)
    else if (ending.isChanged && !ending.failure) invocation.log.info(`Associate ${pair} successfully`)
    await endPlan(ending, planOptions(read))
  }
}

/** Reads and checks what is asked for, before any call. */
const readAssociation = ({inputs}: Invocation): AssociationRequest => {
  const read = optionReader(RRSA_ASSOCIATE_OPTIONS, inputs)
  const clusterIds = requireClusterIds(inputs)
  const role = checkRoleName(read.needed('role-name'))
  const account = checkServiceAccount({namespace: read.needed('namespace'), name: read.needed('service-account')})
  const labelsNamespace = read.flag('label-namespace')
  const annotatesAccount = read.flag('annotate-service-account')
  if ((labelsNamespace || annotatesAccount) && hasWildcard(account))
    throw new AckError(
      'InvalidOption',
      '--annotate-service-account and --label-namespace cannot be combined with a wildcard',
      'name one service account, or annotate them yourself',
    )
  return {
    clusterIds,
    role,
    account,
    createsRole: read.flag('create-role-if-not-exist'),
    policies: [
      ...read.list('attach-system-policy').map((name) => ({type: 'System' as const, name: checkPolicyName(name)})),
      ...read.list('attach-custom-policy').map((name) => ({type: 'Custom' as const, name: checkPolicyName(name)})),
    ],
    labelsNamespace,
    annotatesAccount,
    privateAddress: read.flag('private-address'),
  }
}
