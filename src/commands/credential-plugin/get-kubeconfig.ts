import {printableLines} from '../../lib/base/printable.ts'
import {AckCommand} from '../../lib/cli/ack-command.ts'
import type {CommandNeeds} from '../../lib/cli/ask-missing.ts'
import {formatAs} from '../../lib/cli/format-answer.ts'
import {oclifFlags} from '../../lib/cli/flags.ts'
import {EXAMPLE_ID} from '../../lib/cli/help/example-id.ts'
import {writeAnswer} from '../../lib/cli/write-answer.ts'
import {getKubeconfig} from '../../lib/use-cases/get-kubeconfig.ts'
import {kubeconfigText, summarise, writeKubeconfig} from '../../lib/use-cases/hand-over-kubeconfig.ts'
import {GET_KUBECONFIG_OPTIONS} from '../../lib/options/kubeconfig-definitions.ts'
import {requireClusterId} from '../../lib/options/exec-options.ts'
import {readKubeconfigOptions} from '../../lib/options/kubeconfig-options.ts'
import {optionReader} from '../../lib/options/option-reader.ts'
import type {OptionInputs} from '../../lib/options/read-option.ts'

export default class GetKubeconfig extends AckCommand {
  static override aliases = ['get-kubeconfig']

  static override summary = 'Print a kubeconfig that uses this program as its credential plugin'

  static override description =
    "Gets the cluster's address from the Container Service and prints a kubeconfig that runs this program when kubectl needs a credential. Flags that select the credentials are written into its exec entry. Requires the RAM permission cs:DescribeClusterUserKubeconfig. With --server and --certificate-authority it makes no call and needs no credentials."

  static override usage = '<%= command.id %> --cluster-id <id> [flags]'

  static override examples = [
    {
      description: 'Write a kubeconfig of its own',
      command: `<%= config.bin %> <%= command.id %> -c ${EXAMPLE_ID} > kubeconfig`,
    },
    {
      description: 'With tokens instead of certificates, for one profile',
      command: `<%= config.bin %> <%= command.id %> -c ${EXAMPLE_ID} --mode token --profile-name production`,
    },
    {
      description: 'Without a call and without credentials, where the server is known',
      command: `<%= config.bin %> <%= command.id %> -c ${EXAMPLE_ID} --mode token --server https://10.0.0.1:6443 --certificate-authority ca.crt`,
    },
  ]

  static override options = GET_KUBECONFIG_OPTIONS

  static override writesEntry = true

  static override flags = oclifFlags(GET_KUBECONFIG_OPTIONS)

  override needs(inputs: OptionInputs): CommandNeeds {
    return {credentials: readKubeconfigOptions(inputs).givenServer === undefined, clusterId: true}
  }

  async run(): Promise<void> {
    const invocation = await this.invocation()
    const clusterId = requireClusterId(invocation.inputs)
    const options = readKubeconfigOptions(invocation.inputs)
    const kubeconfig = await getKubeconfig(clusterId, options, invocation)
    const read = optionReader(GET_KUBECONFIG_OPTIONS, invocation.inputs)
    const text = await kubeconfigText(kubeconfig)
    const named = read.text('kubeconfig')
    const file = named && (await writeKubeconfig(text, named, invocation))
    if (read.text('output')?.value === 'json')
      return writeAnswer(await formatAs(await summarise(kubeconfig, file, options), 'json', () => ''))
    await writeAnswer(
      file === undefined
        ? text
        : printableLines(`Wrote context ${JSON.stringify(kubeconfig['current-context'])} to ${file}\n`),
    )
  }
}
