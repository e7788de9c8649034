import {AckCommand} from '../../lib/cli/ack-command.ts'
import {oclifFlags} from '../../lib/cli/flags.ts'
import {writeAnswer} from '../../lib/cli/write-answer.ts'
import {getKubeconfig} from '../../lib/use-cases/get-kubeconfig.ts'
import {KUBECONFIG_OPTIONS} from '../../lib/options/command-definitions.ts'
import {requireClusterId} from '../../lib/options/exec-options.ts'
import {readKubeconfigOptions} from '../../lib/options/kubeconfig-options.ts'
import {loadYaml} from '../../lib/yaml/yaml-library.ts'

export default class GetKubeconfig extends AckCommand {
  static override aliases = ['get-kubeconfig']

  static override summary = 'Print a kubeconfig that uses this program as its credential plugin'

  static override description =
    "Gets the cluster's address from the Container Service and prints a kubeconfig that runs this program when kubectl needs a credential. Flags that select the credentials are written into its exec entry. Requires the RAM permission cs:DescribeClusterUserKubeconfig."

  static override usage = '<%= command.id %> --cluster-id <id> [flags]'

  static override examples = [
    '<%= config.bin %> <%= command.id %> --cluster-id <clusterId> > kubeconfig',
    '<%= config.bin %> <%= command.id %> --cluster-id <clusterId> --mode token --profile-name production',
  ]

  static override options = KUBECONFIG_OPTIONS

  static override writesEntry = true

  static override flags = oclifFlags(KUBECONFIG_OPTIONS)

  async run(): Promise<void> {
    const invocation = await this.invocation()
    const clusterId = requireClusterId(invocation.inputs)
    const options = readKubeconfigOptions(invocation.inputs)
    const kubeconfig = await getKubeconfig(clusterId, options, invocation)
    await writeAnswer((await loadYaml()).format(kubeconfig, false))
  }
}
