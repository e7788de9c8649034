import {AckCommand} from '../lib/cli/ack-command.ts'
import type {CommandNeeds} from '../lib/cli/ask-missing.ts'
import {oclifFlags} from '../lib/cli/flags.ts'
import {EXAMPLE_ID} from '../lib/cli/help/example-id.ts'
import {formatAs} from '../lib/cli/format-answer.ts'
import {writeAnswer} from '../lib/cli/write-answer.ts'
import {EXIT} from '../lib/base/errors.ts'
import {diagnose} from '../lib/diagnosis/diagnose.ts'
import {formatDiagnosis} from '../lib/diagnosis/format-diagnosis.ts'
import {DOCTOR_OPTIONS} from '../lib/options/tool-definitions.ts'
import {readBoolean, readOutput, readText, type OptionValue} from '../lib/options/read-option.ts'

export default class Doctor extends AckCommand {
  static override summary = 'Find out why kubectl cannot log in'

  static override description =
    'Looks at everything between kubectl and the cluster: program, credentials, files, network, clock, the exec entries of the kubeconfigs, and with --cluster-id or --context the cluster itself. Each line is ok, skipped, a warning or a problem with its remedy. No secret is shown. Exits with 0, with 10 if there is a warning, with 11 if there is a problem.'

  static override examples = [
    {
      description: 'Check this machine, the credentials and the network',
      command: '<%= config.bin %> <%= command.id %>',
    },
    {description: 'Go on to a cluster', command: `<%= config.bin %> <%= command.id %> -c ${EXAMPLE_ID}`},
    {
      description: 'Go on to the cluster of a context, for a program that reads the findings',
      command: '<%= config.bin %> <%= command.id %> --context production --output json',
    },
    {description: 'Send nothing', command: '<%= config.bin %> <%= command.id %> --offline'},
  ]

  static override options = DOCTOR_OPTIONS

  static override flags = oclifFlags(DOCTOR_OPTIONS)

  override needs(): CommandNeeds {
    return {credentials: false, clusterId: false}
  }

  async run(): Promise<void> {
    const invocation = await this.invocation()
    const {inputs} = invocation
    const text = (name: 'cluster-id' | 'context' | 'kubeconfig'): OptionValue | undefined =>
      readText(name, DOCTOR_OPTIONS[name], inputs)
    const request = {
      clusterId: text('cluster-id')?.value,
      contextName: text('context')?.value,
      kubeconfig: text('kubeconfig'),
      isOffline: readBoolean('offline', DOCTOR_OPTIONS.offline, inputs),
    }
    const diagnosis = await diagnose(request, invocation)
    const output = readOutput(DOCTOR_OPTIONS.output, inputs)
    await writeAnswer(await formatAs(diagnosis, output, () => formatDiagnosis(diagnosis)))
    if (diagnosis.worst === 'problem') this.exit(EXIT.problems)
    if (diagnosis.worst === 'warning') this.exit(EXIT.warnings)
  }
}
