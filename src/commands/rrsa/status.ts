import {AckCommand} from '../../lib/cli/ack-command.ts'
import {oclifFlags} from '../../lib/cli/flags.ts'
import {EXAMPLE_ID} from '../../lib/cli/help/example-id.ts'
import {formatAs} from '../../lib/cli/format-answer.ts'
import {formatOf} from '../../lib/cli/run-plan.ts'
import {readWaitTimeout, waitInterruptibly} from '../../lib/cli/wait.ts'
import {writeAnswer} from '../../lib/cli/write-answer.ts'
import {requireClusterId} from '../../lib/options/exec-options.ts'
import {RRSA_STATUS_OPTIONS} from '../../lib/options/rrsa-definitions.ts'
import {optionReader} from '../../lib/options/option-reader.ts'
import {within} from '../../lib/ram/call-ram.ts'
import {readRrsaState, type RrsaState} from '../../lib/rrsa/rrsa-state.ts'
import {callingOf} from '../../lib/use-cases/calling.ts'
import {waitForTask} from '../../lib/use-cases/rrsa/wait-for-task.ts'

export default class RrsaStatus extends AckCommand {
  static override summary = 'Show whether RRSA is enabled in a cluster'

  static override description =
    'Shows whether RRSA is enabled, and the OIDC provider of the cluster. With --task-id it first waits for what an earlier command has started. Requires the RAM permission cs:DescribeClusterDetail; to wait for a task also cs:DescribeTaskInfo.'

  static override usage = '<%= command.id %> --cluster-id <id> [flags]'

  static override examples = [
    {description: 'See whether RRSA is enabled', command: `<%= config.bin %> <%= command.id %> -c ${EXAMPLE_ID}`},
    {description: 'For a program', command: `<%= config.bin %> <%= command.id %> -c ${EXAMPLE_ID} --output json`},
  ]

  static override options = RRSA_STATUS_OPTIONS

  static override flags = oclifFlags(RRSA_STATUS_OPTIONS)

  async run(): Promise<void> {
    const invocation = await this.invocation()
    const clusterId = requireClusterId(invocation.inputs)
    const read = optionReader(RRSA_STATUS_OPTIONS, invocation.inputs)
    const task = read.text('task-id')?.value
    const waitMs = readWaitTimeout(read, invocation, task !== undefined, 'pass --task-id <id>')
    const calling = await callingOf(invocation)
    if (task) await waitInterruptibly(waitMs, invocation, (patience) => waitForTask(task, clusterId, calling, patience))
    const state = await within(calling, (ofCall) => readRrsaState(clusterId, ofCall))
    await writeAnswer(await formatAs(asData(state), formatOf(read), () => describe(state)))
  }
}

/** As the Go tool prints it: scripts look for these lines. */
const describe = ({enabled}: RrsaState): string => {
  if (!enabled) return 'RRSA feature: disabled\n'
  const lines = [
    ['RRSA feature:', 'enabled'],
    ['OIDC Provider Name:', enabled.providerName],
    ['OIDC Provider Arn:', enabled.arn],
    ['OIDC Token Issuer:', enabled.issuer],
  ]
  return lines.map(([label = '', value = '']) => `${label.padEnd(23)}${value}\n`).join('')
}

const asData = ({clusterId, clusterState, enabled}: RrsaState): object => ({
  clusterId,
  clusterState,
  enabled: enabled !== undefined,
  ...(enabled
    ? {
        oidcProviderName: enabled.providerName,
        oidcProviderArn: enabled.arn,
        oidcTokenIssuer: enabled.issuer,
        audience: enabled.audience,
      }
    : {}),
})
