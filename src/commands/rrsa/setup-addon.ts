import {AckCommand} from '../../lib/cli/ack-command.ts'
import {oclifFlags} from '../../lib/cli/flags.ts'
import {EXAMPLE_ID} from '../../lib/cli/help/example-id.ts'
import {endPlan, planOptions, runPlan} from '../../lib/cli/run-plan.ts'
import {requireClusterId} from '../../lib/options/exec-options.ts'
import {RRSA_SETUP_ADDON_OPTIONS} from '../../lib/options/rrsa-definitions.ts'
import {optionReader} from '../../lib/options/option-reader.ts'
import {addonRole, findRoleAddon} from '../../lib/rrsa/addons.ts'
import {callingOf} from '../../lib/use-cases/calling.ts'
import {planAddonRole} from '../../lib/use-cases/rrsa/plan-addon-role.ts'

export default class RrsaSetupAddon extends AckCommand {
  static override summary = 'Give an add-on of a cluster the RAM role that it needs'

  static override description =
    'Creates the custom policy and the RAM role of the add-on, lets its service account become that role, and attaches the policy. Running it again changes nothing. Requires the RAM permissions of associate-role with --create-role-if-not-exist and --attach-custom-policy, and ram:CreatePolicy; with --update-policy also ram:ListPolicyVersions and ram:CreatePolicyVersion.'

  static override usage = '<%= command.id %> --cluster-id <id> --addon-name <name> [flags]'

  static override examples = [
    {
      description: 'For the admission webhook of kritis',
      command: `<%= config.bin %> <%= command.id %> -c ${EXAMPLE_ID} --addon-name kritis-validation-hook`,
    },
  ]

  static override options = RRSA_SETUP_ADDON_OPTIONS

  static override flags = oclifFlags(RRSA_SETUP_ADDON_OPTIONS)

  async run(): Promise<void> {
    const invocation = await this.invocation()
    const {log} = invocation
    const clusterId = requireClusterId(invocation.inputs)
    const read = optionReader(RRSA_SETUP_ADDON_OPTIONS, invocation.inputs)
    const addon = findRoleAddon(read.needed('addon-name'))
    const wanted = {addon, clusterId, updatesPolicy: read.flag('update-policy')}
    const plan = await planAddonRole(wanted, await callingOf(invocation))
    const ending = await runPlan(plan, planOptions(read), invocation)
    const role = addonRole(addon, clusterId)
    if (plan.changes.length === 0) log.info(`RAM role ${role} of add-on ${addon.name} is already set up`)
    else if (ending.isChanged && !ending.failure)
      log.info(`set up RAM role ${role} of add-on ${addon.name} successfully`)
    await endPlan(ending, planOptions(read), {clusterId, role})
  }
}
