import {AckCommand} from '../../lib/cli/ack-command.ts'
import {oclifFlags} from '../../lib/cli/flags.ts'
import {EXAMPLE_ID} from '../../lib/cli/help/example-id.ts'
import {endWithTask} from '../../lib/cli/end-with-task.ts'
import {endPlan, planOptions, runPlan} from '../../lib/cli/run-plan.ts'
import {AckError} from '../../lib/base/errors.ts'
import {parseJsonObject} from '../../lib/base/json-object.ts'
import {readWaitTimeout} from '../../lib/cli/wait.ts'
import {requireClusterId} from '../../lib/options/exec-options.ts'
import {RRSA_INSTALL_OPTIONS} from '../../lib/options/rrsa-definitions.ts'
import {optionReader} from '../../lib/options/option-reader.ts'
import {WEBHOOK_ADDON} from '../../lib/rrsa/webhook.ts'
import {callingOf} from '../../lib/use-cases/calling.ts'
import {planInstallation} from '../../lib/use-cases/rrsa/plan-addon-installation.ts'
import {waitForAddon} from '../../lib/use-cases/rrsa/wait-for-addon.ts'

export default class RrsaInstallHelperAddon extends AckCommand {
  static override summary = 'Install the webhook that gives pods their RAM role'

  static override description =
    'Installs the add-on ack-pod-identity-webhook and waits until it is there. RRSA must be enabled. Requires the RAM permissions cs:DescribeClusterDetail, cs:DescribeClusterAddonsVersion, cs:InstallClusterAddons and cs:DescribeTaskInfo.'

  static override usage = '<%= command.id %> --cluster-id <id> [flags]'

  static override examples = [
    {
      description: 'Install the webhook that gives pods their tokens',
      command: `<%= config.bin %> <%= command.id %> -c ${EXAMPLE_ID}`,
    },
  ]

  static override options = RRSA_INSTALL_OPTIONS

  static override flags = oclifFlags(RRSA_INSTALL_OPTIONS)

  async run(): Promise<void> {
    const invocation = await this.invocation()
    const {log, inputs} = invocation
    const clusterId = requireClusterId(inputs)
    const read = optionReader(RRSA_INSTALL_OPTIONS, inputs)
    const options = {...planOptions(read), begins: `Start to install ${WEBHOOK_ADDON}`}
    const waitMs = readWaitTimeout(read, invocation, !read.flag('no-wait'), 'leave --no-wait out')
    const addon = {
      clusterId,
      version: read.text('addon-version')?.value ?? '',
      config: checkedConfig(read.text('config')?.value),
    }
    const calling = await callingOf(invocation)
    const {plan, installed, taskId} = await planInstallation(addon, calling)
    if (installed) {
      log.info(
        `Install ${WEBHOOK_ADDON} for cluster ${clusterId} successfully: version ${installed.version} is installed already`,
      )
      if (installed.nextVersion) log.info(`it can be upgraded to version ${installed.nextVersion}`)
    }
    const ending = await runPlan(plan, options, invocation)
    if (!ending.isChanged || ending.failure) return endPlan(ending, options, {clusterId})
    const task = {clusterId, taskId: taskId(), noWait: read.flag('no-wait'), waitMs}
    return endWithTask(ending, options, task, invocation, async (patience) => {
      const {version} = await waitForAddon(task.taskId, clusterId, calling, patience)
      log.info(`Install ${WEBHOOK_ADDON} for cluster ${clusterId} successfully`)
      return {version}
    })
  }
}

const checkedConfig = (config: string | undefined): string => {
  if (!config || parseJsonObject(config)) return config ?? ''
  throw new AckError('InvalidOption', '--config is not a JSON object', 'pass such as {"AutoInjectSTSEnvVars":true}')
}
